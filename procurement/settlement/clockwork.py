"""What time alone does to payments; named in `settings.CLOCKWORK` and called once a minute."""

from __future__ import annotations

from procurement.settlement.actions.gateway import expire_stale
from procurement.settlement.actions.notifications import take_up_what_waited
from procurement.settlement.actions.proving import prove_daily
from procurement.settlement.actions.resolving import demand_what_is_due


def tick() -> None:
    """Give up payments nobody heard of for a day, take up word that waited for its money, ask back what fell short,
    have the books proved each day.

    Doing it twice changes nothing.
    """
    expire_stale()
    take_up_what_waited()
    demand_what_is_due()
    prove_daily()
