"""What time alone does for the log; named in `settings.CLOCKWORK` and called once a minute."""

from __future__ import annotations

from django.conf import settings

from marketplace.core import clock
from marketplace.events.actions import enqueue
from marketplace.events.tasks import STAMP


def tick() -> None:
    """Once a day, have a checkpoint stamped where a time-stamping authority is set."""
    if settings.AUDIT_TSA_URL:
        enqueue(STAMP, {}, key=clock.today().isoformat())
