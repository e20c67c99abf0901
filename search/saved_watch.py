"""Looking out for what people saved; named in `settings.CLOCKWORK` and called once a minute."""

from __future__ import annotations

import logging
from typing import Final

from marketplace.core import clock
from marketplace.events.failures import described
from search.actions.news import PAUSE, tell_news
from search.categories import Tree
from search.models import SavedSearch
from search.saved_reading import newest_arrival

logger = logging.getLogger(__name__)

BATCH: Final = 200
"""Searches looked at in one minute; those that wait longest come first."""


def tick() -> int:
    """Tell saved searches of new listings; returns how many were told. Twice changes nothing.

    When nothing has arrived since the last look this costs two queries. A search that fails is put off, so that it
    does not stand in the way of the others.
    """
    newest = newest_arrival()
    waiting = SavedSearch.objects.filter(
        paused_at__isnull=True, look_at__lte=clock.now(), seen_to__lt=newest
    ).order_by("look_at", "pk")
    due = list(waiting.values_list("pk", flat=True)[:BATCH]) if newest else []
    tree = Tree.load() if due else None
    told = 0
    for saved_id in due:
        try:
            told += bool(tell_news(saved_id=saved_id, tree=tree))
        except Exception as error:
            logger.exception("search.saved_put_off: %d: %s", saved_id, described(error))
            SavedSearch.objects.filter(pk=saved_id).update(look_at=clock.now() + PAUSE)
    return told
