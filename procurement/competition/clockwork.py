"""What time alone does to competitions; named in `settings.CLOCKWORK` and called once a minute."""

from __future__ import annotations

from procurement.competition.actions.inviting import invite_newcomers
from procurement.competition.actions.opening import open_due


def tick() -> None:
    """Open what has closed, and invite vendors who began to sell what is asked for. Doing it twice changes nothing."""
    open_due()
    invite_newcomers()
