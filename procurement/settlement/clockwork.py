"""What time alone does to payments; named in `settings.CLOCKWORK` and called once a minute."""

from __future__ import annotations

from procurement.settlement.actions.gateway import expire_stale
from procurement.settlement.actions.proving import prove_daily


def tick() -> None:
    """Give up stale payment attempts and have the books proved each day. Doing it twice changes nothing."""
    expire_stale()
    prove_daily()
