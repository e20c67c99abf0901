"""What time alone does here; named in `settings.CLOCKWORK` and called once a minute."""

from __future__ import annotations

from marketplace.core import clock
from marketplace.deadlines.sending import send_due
from marketplace.deadlines.tasks import SWEEP
from marketplace.events.actions import enqueue


def tick() -> None:
    """Send what is due; once a day (and at the first start) have things without reminders looked for."""
    enqueue(SWEEP, {}, key=clock.today().isoformat())
    send_due()
