"""The reader that keeps reminders in step with the log, and the daily sweep for what came without entries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from marketplace.audit.models import Entry
from marketplace.deadlines import extending, planning
from marketplace.events.registry import job, reader

SWEEP: Final = "deadlines.sweep"


@reader("deadlines")
def follow(entry: Entry) -> None:
    """Make the reminders of the thing an entry speaks of anew."""
    planning.follow(entry)


@job(SWEEP)
def sweep(payload: Mapping[str, Any]) -> None:
    """Give reminders to waiting things that have none."""
    planning.sweep()


@job("deadlines.extend")
def extend(payload: Mapping[str, Any]) -> None:
    """Carry running deadlines over a day that became a holiday."""
    extending.extend_over(
        date.fromisoformat(payload["day"]), approved_at=datetime.fromisoformat(payload["approved_at"])
    )
