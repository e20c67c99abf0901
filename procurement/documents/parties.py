"""How officials stand in papers: in the text, and as signatories."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from marketplace.accounts.models import Appointment
from marketplace.core import clock


def officer(appointment: Appointment) -> dict[str, str]:
    """An official as papers name him or her: name, office (Plt/Plh in front), decree, NIP where there is one."""
    named = {
        "name": appointment.user.name,
        "position": appointment.role_label,
        "decree": appointment.decree_number,
    }
    return {**named, "nip": appointment.user.nip} if appointment.user.nip else named


def signature_of(appointment: Appointment, *, unit: str, at: datetime, caption: str = "") -> dict[str, Any]:
    """An official's electronic signature block for the unit of that name; as PPK unless captioned otherwise."""
    return {
        "caption": caption or _("Pejabat Pembuat Komitmen"),
        "organisation": unit,
        "signed_at": at.astimezone(clock.JAKARTA).isoformat(timespec="seconds"),
        "user": appointment.user_id,
        **officer(appointment),
    }
