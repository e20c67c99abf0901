"""How long is left until a due moment, in the working days that the rules count in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from marketplace.core import clock
from marketplace.pages.tones import Tone
from marketplace.regulation import queries as regulation

#: Beyond this many calendar days an exact count of working days helps nobody; the date stands alone.
HORIZON_DAYS = 45


@dataclass(frozen=True, slots=True)
class Remaining:
    """Words and tone for a due moment, as seen now."""

    text: str
    tone: Tone


def remaining(due_at: datetime) -> Remaining:
    """Say how far ``due_at`` lies from now: late, today, or in so many working days."""
    now, today, due_day = clock.now(), clock.today(), clock.day_of(due_at)
    if due_at < now:
        days = regulation.working_days_between(due_day, today)
        text = _("Terlambat %(days)d hari kerja") % {"days": days} if days else _("Lewat batas waktu")
        return Remaining(text, Tone.DANGER)
    if due_day == today:
        return Remaining(_("Hari ini"), Tone.WARNING)
    if (due_day - today).days > HORIZON_DAYS:
        return Remaining("", Tone.NEUTRAL)
    days = regulation.working_days_between(today, due_day)
    tone = Tone.WARNING if days <= 1 else Tone.NEUTRAL
    return Remaining(_("%(days)d hari kerja lagi") % {"days": days}, tone)


def is_end_of_day(moment: datetime) -> bool:
    """Whether a deadline is a whole Jakarta day, so that its hour says nothing."""
    local = moment.astimezone(clock.JAKARTA)
    return (local.hour, local.minute, local.second) == (23, 59, 59)
