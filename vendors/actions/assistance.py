"""The owner's consent that an assistant fills in her registration, and its end."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.regulation.queries import parameter
from marketplace.workflow.door import doing
from vendors.models import Assistance, Vendor
from vendors.queries.access import vendors_for

CONSENT = "2026-1"
"""Version of the words on the page; a change of the words is a new version."""


def grant_assistance(*, actor: Actor, vendor_id: int, email: str) -> Assistance:
    """Let the assistant with that address fill in, for as many days as the rule allows.

    Raises Refused `no_assistant` when nobody of the region holds that office today, `already_granted`.
    """
    actor.require(Role.VENDOR)
    with doing(actor=actor) as deed:
        vendor = vendors_for(actor).select_for_update(of=("self",)).get(pk=vendor_id)
        assistant = _assistant_of(vendor, email)
        _end_old(vendor, assistant, deed.at)
        days = int(
            parameter("assistance.valid_days", on=clock.day_of(deed.at), region_id=vendor.region_id).value
        )
        made = Assistance.objects.create(
            vendor=vendor,
            assistant_id=assistant,
            consent_version=CONSENT,
            granted_at=deed.at,
            granted_by_id=actor.user_id or 0,
            valid_to=deed.at + timedelta(days=days),
        )
        deed.record(
            "vendor.assistance_grant",
            vendor,
            {
                "vendor": vendor.organisation.name,
                "assistant_id": assistant,
                "consent": CONSENT,
                "valid_to": clock.day_of(made.valid_to).isoformat(),
            },
        )
    return made


def revoke_assistance(*, actor: Actor, vendor_id: int, assistance_id: int) -> None:
    """Take the consent back; what was filled in stays. Raises Assistance.DoesNotExist for an ended one."""
    actor.require(Role.VENDOR)
    with doing(actor=actor) as deed:
        vendor = vendors_for(actor).select_for_update(of=("self",)).get(pk=vendor_id)
        consent = Assistance.objects.get(pk=assistance_id, vendor=vendor, revoked_at__isnull=True)
        consent.revoked_at = deed.at
        consent.save(update_fields=["revoked_at"])
        deed.record(
            "vendor.assistance_revoke",
            vendor,
            {"vendor": vendor.organisation.name, "assistant_id": consent.assistant_id},
        )


def _assistant_of(vendor: Vendor, email: str) -> int:
    today = clock.today()
    offices = Appointment.objects.filter(
        role=Role.ASSISTANT,
        organisation__region_id=vendor.region_id,
        user__email=email.strip().lower(),
        user__is_active=True,
        valid_from__lte=today,
    )
    for office in offices:
        if office.valid_to is None or office.valid_to >= today:
            return office.user_id
    raise Refused(
        "no_assistant",
        _("Tidak ada pendamping dengan alamat surel ini di daerah Anda."),
        fix=_("Tanyakan alamat surel pendamping Anda, lalu isi lagi."),
    )


def _end_old(vendor: Vendor, assistant: int, at: object) -> None:
    """A consent that ran out makes room; one in force refuses a second."""
    old = Assistance.objects.filter(vendor=vendor, assistant_id=assistant, revoked_at__isnull=True).first()
    if old is None:
        return
    if old.valid_to > clock.now():
        raise Refused("already_granted", _("Pendamping ini sudah Anda izinkan."))
    Assistance.objects.filter(pk=old.pk).update(revoked_at=at)
