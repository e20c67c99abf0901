"""Counts of a large catalogue without words: they take long and change little, so a process keeps them for a while."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from django.core.cache import cache

from search.finder import Asked, Counts

# Counts over so many cards are kept: half a minute at 20,000, ten minutes at 400,000.
MANY: Final = 20_000
SECONDS_OF_MANY, MOST_SECONDS = 30, 600


def kept(asked: Asked) -> Counts | None:
    """The counts of this question, whatever its page and order, if some engine counted them a while ago."""
    if asked.terms:
        return None
    found: Counts | None = cache.get(_key(asked))
    return found


def keep(asked: Asked, counts: Counts) -> Counts:
    """Keep counts for which many cards were read; returns them. What a filter drops was read, too."""
    number = max([sum(counts.categories.values()), *counts.without.values()])
    if not asked.terms and number >= MANY:
        cache.set(_key(asked), counts, min(SECONDS_OF_MANY * number // MANY, MOST_SECONDS))
    return counts


def _key(asked: Asked) -> str:
    scope = "all" if asked.regions is None else "-".join(map(str, sorted(asked.regions)))
    return f"facets:{scope}:{replace(asked.question, page=1, sort='', text='').query_string()}"
