"""The link with which a vendor answers an order from the mail that tells of it."""

from __future__ import annotations

from typing import Final

from django.urls import reverse

from marketplace.accounts.links import make_link
from marketplace.accounts.models import Appointment
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from procurement.purchasing.models import Purchase

PURPOSE: Final = "purchase.answer"


def answer_link(entry: Entry, appointment_id: int) -> str:
    """The path of a fresh link for one of the vendor's people while the order waits for their answer; else empty."""
    purchase = Purchase.objects.filter(pk=int(entry.aggregate_id), state="AWAITING_VENDOR").first()
    if purchase is None or purchase.due_at is None:
        return ""
    theirs = Appointment.objects.filter(
        pk=appointment_id, organisation_id=purchase.vendor_organisation_id, role=Role.VENDOR
    )
    if not theirs.exists():
        return ""
    token = make_link(
        purpose=PURPOSE, subject_id=purchase.pk, appointment_id=appointment_id, expires_at=purchase.due_at
    )
    return reverse("purchase-answer", args=[token])
