"""What time alone does to deliveries; named in `settings.CLOCKWORK` and called once a minute."""

from __future__ import annotations

from procurement.fulfilment.actions.deeming import deem_due


def tick() -> None:
    """Count as accepted what nobody answered. Doing it twice changes nothing."""
    deem_due()
