"""What time alone does here; named in `settings.CLOCKWORK` and called once a minute."""

from __future__ import annotations

from procurement.oversight.actions.watching import watch_holds


def tick() -> None:
    """Give new holds on transfers their deadline and end it when they are let go. Twice is as once."""
    watch_holds()
