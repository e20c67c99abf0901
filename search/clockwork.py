"""What time alone does to the search; named in `settings.CLOCKWORK` and called once a minute."""

from __future__ import annotations

from search import standing
from search.actions import prune_answers


def tick() -> None:
    """Once a day: work the standing of listings out anew, and drop answers that led to nothing."""
    if standing.due():
        prune_answers()
        standing.recompute()
