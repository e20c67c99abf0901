"""Telling a saved search of listings that arrived: once a day at most, never of one listing twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.http import QueryDict

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.workflow.door import Deed, doing
from search.categories import Tree
from search.finding import new_arrivals
from search.models import SavedSearch, SavedSearchNews
from search.question import Question
from search.saved_reading import newest_arrival, watcher_of
from vendors.queries import visible_regions

SYSTEM: Final = "Pencarian tersimpan"
PAUSE: Final = timedelta(hours=1)
"""Between two looks for a search that had nothing to be told of."""

MOST_KEPT: Final = 100
"""Listings that a notice names, the newest; of further ones it only says the number."""

SLACK: Final = timedelta(minutes=1)
"""What went on show so long before a search was saved may still be told of: it was perhaps not yet to be seen."""


def tell_news(*, saved_id: int, tree: Tree | None = None) -> int:
    """Look for listings that arrived since the last look, and write what shall be told; returns how many.

    Notice and step onward are one transaction: whatever kills the process, no listing is lost or told of twice.
    Whose appointment has ended is told nothing.
    """
    with doing(actor=Actor.system(SYSTEM)) as deed:
        saved = (
            SavedSearch.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(pk=saved_id, paused_at__isnull=True, look_at__lte=deed.at)
            .first()
        )
        if saved is None:
            return 0
        day, newest = clock.day_of(deed.at), newest_arrival()
        if SavedSearchNews.objects.filter(saved=saved, day=day).exists():
            _step(saved, seen_to=saved.seen_to, look_at=_morning_after(deed))
            return 0
        found = _found(saved, newest, tree)
        if found:
            _tell(deed, saved, found)
        _step(saved, seen_to=newest, look_at=_morning_after(deed) if found else deed.at + PAUSE)
        return len(found)


def _found(saved: SavedSearch, newest: int, tree: Tree | None) -> list[int]:
    watcher = watcher_of(saved)
    if watcher is None:
        return []
    return new_arrivals(
        Question.read(QueryDict(saved.query.removeprefix("?"))),
        after=saved.seen_to,
        upto=newest,
        since=saved.saved_at - SLACK,
        regions=visible_regions(watcher),
        tree=tree,
    )


def _tell(deed: Deed, saved: SavedSearch, found: list[int]) -> None:
    day = clock.day_of(deed.at)
    SavedSearchNews.objects.create(
        saved=saved, day=day, at=deed.at, number=len(found), listings=found[:MOST_KEPT]
    )
    facts = {"name": saved.name, "count": len(found), "day": day.isoformat()}
    deed.record("search.news", saved, facts)


def _step(saved: SavedSearch, *, seen_to: int, look_at: datetime) -> None:
    saved.seen_to, saved.look_at = seen_to, look_at
    saved.save(update_fields=["seen_to", "look_at"])


def _morning_after(deed: Deed) -> datetime:
    """When the next day begins in Jakarta."""
    tomorrow = clock.day_of(deed.at) + timedelta(days=1)
    return clock.midnight(tomorrow)
