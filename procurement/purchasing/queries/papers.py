"""The facts that papers of an order print (handbook §5): whose they are, what was agreed, who signs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from marketplace.accounts.models import Appointment
from marketplace.core import clock
from marketplace.core.shares import percent
from procurement.documents.queries import signature_of
from procurement.planning.queries import package_header
from procurement.purchasing.models import Delivery, Purchase, PurchaseLine

_PRINTED = (
    "region",
    "organisation",
    "package",
    "budget_line",
    "vendor",
    "pp",
    "ppk",
    "receiver",
    "vendor_user",
)


def _read_ahead(purchase: Purchase) -> None:
    """Read what papers print in one query instead of one for each; what the passage has changed is left alone."""
    deeper = ("vendor__organisation", "pp__user", "ppk__user", "receiver__user")
    stored = Purchase.objects.select_related(*_PRINTED, *deeper).get(pk=purchase.pk)
    for name in _PRINTED:
        if getattr(stored, f"{name}_id") == getattr(purchase, f"{name}_id"):
            setattr(purchase, name, getattr(stored, name))


def header(purchase: Purchase, *, at: datetime) -> dict[str, Any]:
    """What every paper of an order carries at its head."""
    _read_ahead(purchase)
    head = package_header(
        purchase.package,
        purchase.budget_line,
        at=at,
        region=purchase.region,
        unit=purchase.organisation,
        address=purchase.deliveries.all()[0].place,
    )
    return {**head, "order": purchase.number, "vendor": _vendor(purchase)}


def after_order(purchase: Purchase, *, at: datetime) -> dict[str, Any]:
    """The head of a paper written after the Surat Pesanan, which it names."""
    assert purchase.confirmed_at is not None
    return {
        **header(purchase, at=at),
        "order_paper": purchase.sp_number,
        "order_date": clock.day_of(purchase.confirmed_at).isoformat(),
    }


def _vendor(purchase: Purchase) -> dict[str, str]:
    vendor = purchase.vendor
    return {
        "name": vendor.name,
        "address": ", ".join(filter(None, [vendor.street, vendor.place_name])),
        "npwp": vendor.npwp,
        "nib": vendor.nib,
        "signatory": vendor.owner_name
        or (purchase.vendor_user.name if purchase.vendor_user else vendor.name),
        "position": _("Pemilik usaha"),
        **({"nitku": vendor.nitku} if vendor.nitku else {}),
    }


def ppk_of(purchase: Purchase) -> Appointment:
    """The PPK of an order; every order has one since it was submitted."""
    assert purchase.ppk is not None
    return purchase.ppk


def signature_of_ppk(purchase: Purchase, at: datetime) -> Any:
    """The PPK's electronic signature block."""
    return signature_of(ppk_of(purchase), unit=purchase.organisation.name, at=at)


def signature_of_vendor(purchase: Purchase, at: datetime) -> Any:
    """The vendor's electronic signature block."""
    vendor = _vendor(purchase)
    person = purchase.vendor_user
    return {
        "caption": _("Penyedia"),
        "name": person.name if person else vendor["signatory"],
        "position": vendor["position"],
        "organisation": vendor["name"],
        "signed_at": at.astimezone(clock.JAKARTA).isoformat(timespec="seconds"),
        **({"user": person.pk} if person else {}),
    }


def both_sign(purchase: Purchase, *, ppk_at: datetime | None, vendor_at: datetime | None) -> list[Any]:
    """The signature blocks of those who have signed."""
    signed = [signature_of_ppk(purchase, ppk_at)] if ppk_at else []
    return signed + ([signature_of_vendor(purchase, vendor_at)] if vendor_at else [])


def priced_lines(lines: Iterable[PurchaseLine], quantities: dict[int, int]) -> list[dict[str, Any]]:
    """Lines with a price for the quantity given by line id; items of quantity 0 are left out."""
    return [
        {
            "name": line.title,
            "unit": line.unit,
            "quantity": quantities[line.pk],
            "unit_price": line.agreed_price,
            "total": quantities[line.pk] * line.agreed_price,
            "product_id": str(line.product_id),
            "kbki": line.kbki_code,
            "tkdn": "" if line.tkdn_bp is None else percent(line.tkdn_bp),
        }
        for line in lines
        if quantities[line.pk]
    ]


def on_top_label(purchase: Purchase) -> str:
    """What the tax added to the price is called on paper."""
    names = [name for name, amount in (("PPN", purchase.ppn), ("PBJT", purchase.local_tax)) if amount]
    return " + ".join(names) or _("PPN (tidak dikenakan)")


def delivery(each: Delivery) -> dict[str, str]:
    """Where the goods of one delivery go, and to whom."""
    receiver = each.receiver.user.name if each.receiver else each.purchase.organisation.name
    return {"address": each.place, "receiver": receiver}


def deliveries_of(purchase: Purchase) -> list[Delivery]:
    """The deliveries of an order with their receivers and items: three queries."""
    found = purchase.deliveries.select_related("receiver__user", "purchase__organisation")
    return list(found.prefetch_related("lines__line"))
