"""What time alone does to orders; named in `settings.CLOCKWORK` and called once a minute."""

from __future__ import annotations

from marketplace.core import clock
from marketplace.events.actions import enqueue
from procurement.purchasing.actions.addenda import lapse_addenda
from procurement.purchasing.actions.clockwork import lapse_due
from procurement.purchasing.actions.closing import close_due
from procurement.purchasing.tasks import BASKETS


def tick() -> None:
    """Let unanswered orders and addenda lapse and settled orders close.

    Reads due rows alone; doing it twice changes nothing.
    """
    enqueue(BASKETS, {}, key=clock.today().isoformat())
    lapse_due()
    close_due()
    lapse_addenda()
