"""What time alone does to orders; named in `settings.CLOCKWORK` and called once a minute."""

from __future__ import annotations

from procurement.purchasing.actions.addenda import lapse_addenda
from procurement.purchasing.actions.clockwork import lapse_due
from procurement.purchasing.actions.closing import close_due


def tick() -> None:
    """Let unanswered orders and addenda lapse and settled orders close.

    Reads due rows alone; doing it twice changes nothing.
    """
    lapse_due()
    close_due()
    lapse_addenda()
