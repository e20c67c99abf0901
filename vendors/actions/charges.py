"""What a vendor asks for bringing an order to a place; purchases already submitted keep theirs."""

from __future__ import annotations

from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from marketplace.regulation.places import place
from marketplace.workflow.door import doing
from vendors.models import DeliveryCharge, Vendor
from vendors.queries import delivery_charges

HIGHEST = 1_000_000_000
"""Rupiah; more is a slip of the finger."""


def set_delivery_charge(*, actor: Actor, area_code: str = "", amount: int) -> None:
    """Set the charge of one delivery to an area (whole rupiah before tax) from now on; "" for everywhere else.

    Raises Refused `charge`, `area_unknown`, `same_charge`; Vendor.DoesNotExist for whoever has no stall.
    """
    actor.require(Role.VENDOR)
    if not 0 <= amount <= HIGHEST:
        raise Refused("charge", _("Ongkos kirim antara Rp0 dan Rp1 miliar."), fix=_("Perbaiki angkanya."))
    if area_code and place(area_code) is None:
        raise Refused("area_unknown", _("Wilayah ini tidak dikenal."), fix=_("Isi kode seperti 31.71."))
    with doing(actor=actor) as deed:
        vendor = Vendor.objects.select_for_update(of=("self",)).get(
            organisation_id=actor.organisation_id or 0
        )
        before = delivery_charges(vendor.pk).get(area_code)
        if before == amount:
            raise Refused("same_charge", _("Ongkos kirim yang diisi sama dengan yang sekarang."))
        DeliveryCharge.objects.create(
            vendor=vendor,
            area_code=area_code,
            amount=amount,
            valid_from=deed.at,
            set_by_id=actor.user_id,
        )
        deed.record(
            "vendor.delivery_charge",
            vendor,
            {
                "vendor": vendor.organisation.name,
                "area": area_code or "*",
                "before_rupiah": before,
                "after_rupiah": amount,
            },
        )
