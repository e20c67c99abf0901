"""What time alone does to the search; named in `settings.CLOCKWORK` and called once a minute."""

from __future__ import annotations

from search import standing


def tick() -> None:
    """Work the standing of listings out anew, once a day."""
    if standing.due():
        standing.recompute()
