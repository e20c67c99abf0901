"""What time alone does to payments; named in `settings.CLOCKWORK` and called once a minute."""

from __future__ import annotations

from procurement.settlement.actions.gateway import expire_stale


def tick() -> None:
    """Give up payment attempts nobody has heard of for a day. Doing it twice changes nothing."""
    expire_stale()
