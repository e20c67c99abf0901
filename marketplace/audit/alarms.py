"""What the guards of the log have noticed, kept in a table that only grows and told in the program's own log."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final

from django.db.models import QuerySet

from marketplace.audit.models import Alarm
from marketplace.core import clock

logger = logging.getLogger(__name__)

QUIET: Final = timedelta(hours=1)
"""The same alarm about the same place is raised again after this time, not sooner."""


def raise_alarm(code: Alarm.Code, place: str, told: str) -> bool:
    """Raise an alarm; returns False when the same one was raised within `QUIET`."""
    now = clock.now()
    if Alarm.objects.filter(code=code, place=place, told=told, at__gt=now - QUIET).exists():
        return False
    logger.error("audit.alarm.%s: %s: %s", code, place, told)
    Alarm.objects.create(at=now, code=code, place=place, told=told)
    return True


def recent(*, within: timedelta = timedelta(days=7)) -> QuerySet[Alarm]:
    """Return the alarms of the last days, newest first, at most a hundred."""
    return Alarm.objects.filter(at__gt=clock.now() - within).order_by("-at")[:100]
