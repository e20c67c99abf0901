"""Jobs of this room. Each may run twice; see `bulk_upload.working` for why that is harmless there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.core.signing import TimestampSigner
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.audit.models import Entry
from marketplace.events.mailing import send_mail
from marketplace.events.registry import job, reader
from vendors.actions.scores import observe
from vendors.bulk_upload import working

CONFIRM_SALT: Final = "vendors.confirm_email"


@job("vendors.confirm_email")
def confirm_email(payload: Mapping[str, Any]) -> None:
    """Mail the link that confirms an address; nothing when it is confirmed already."""
    user = User.objects.filter(pk=payload["user"], is_active=True, email_confirmed_at__isnull=True).first()
    if user is None:
        return
    token = TimestampSigner(salt=CONFIRM_SALT).sign_object({"user": user.pk, "email": user.email})
    link = settings.SITE_URL + reverse("vendor-confirm-email", args=[token])
    told = {"name": user.name, "link": link}
    send_mail(user.email, "Konfirmasi alamat surel Anda", "email/confirm_email.txt", told)


@job("vendors.read_upload")
def read_upload(payload: Mapping[str, Any]) -> None:
    """Read an uploaded file and find out what it would change."""
    working.read(payload["upload"])


@job("vendors.save_upload")
def save_upload(payload: Mapping[str, Any]) -> None:
    """Write the rows of an uploaded file as listings."""
    working.save(payload["upload"])


@reader("scores", acts=("purchase.",))
def observe_order(entry: Entry) -> None:
    """Derive what an order says about its vendor and its unit, from its history as far as the log has come."""
    observe(entry.aggregate_id)
