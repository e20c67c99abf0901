"""What the search keeps: cards of listings on show, category counts, the vocabulary."""

from __future__ import annotations

from search.models.cards import CategoryCount, ListingCard, Word
from search.models.queue import IndexChange, IndexCheck, IndexContact, IndexGeneration

__all__ = [
    "CategoryCount",
    "IndexChange",
    "IndexCheck",
    "IndexContact",
    "IndexGeneration",
    "ListingCard",
    "Word",
]
