"""What time alone does: once a day the rules are asked about every region, by a job that survives a crash."""

from __future__ import annotations

from django.db import transaction

from marketplace.core import clock
from marketplace.events.actions import enqueue


def tick() -> None:
    """Ask for today's evaluation. Doing it twice changes nothing."""
    day = clock.today().isoformat()
    with transaction.atomic():
        enqueue("redflags.evaluate", {}, key=day)
