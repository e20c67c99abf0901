"""What time alone does for the log; named in `settings.CLOCKWORK` and called once a minute."""

from __future__ import annotations

from django.conf import settings

from marketplace.core import clock
from marketplace.events.actions import enqueue
from marketplace.events.tasks import STAMP


def tick() -> None:
    """Once a day, have a checkpoint stamped where an authority is set and the sequencer is ours."""
    if settings.AUDIT_TSA_URL and not settings.AUDIT_SEQUENCER_APART:
        enqueue(STAMP, {}, key=clock.today().isoformat())
