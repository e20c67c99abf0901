"""What the search keeps: cards of listings on show, category counts, the vocabulary, collections beside the market,
what standing is worked out from."""

from __future__ import annotations

from search.models.cards import CategoryCount, ListingCard, Word
from search.models.choice import FrozenChoice, LineChoice, ShownAnswer
from search.models.collections import Collection, CollectionDocument, CollectionWord
from search.models.queue import IndexChange, IndexCheck, IndexContact, IndexGeneration
from search.models.standing import PriceBand, StandingDay, VendorStanding

__all__ = [
    "CategoryCount",
    "Collection",
    "CollectionDocument",
    "CollectionWord",
    "FrozenChoice",
    "IndexChange",
    "IndexCheck",
    "IndexContact",
    "IndexGeneration",
    "LineChoice",
    "ListingCard",
    "PriceBand",
    "ShownAnswer",
    "StandingDay",
    "VendorStanding",
    "Word",
]
