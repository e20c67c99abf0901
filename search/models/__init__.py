"""What the search keeps: cards, counts, the vocabulary, collections beside the market, an index's queue, synonyms,
what standing is worked out from, saved searches."""

from __future__ import annotations

from search.models.cards import CategoryCount, ListingCard, Word
from search.models.choice import FrozenChoice, LineChoice, ShownAnswer
from search.models.collections import Collection, CollectionDocument, CollectionWord
from search.models.queue import IndexChange, IndexCheck, IndexContact, IndexGeneration
from search.models.saved import ListingArrival, SavedSearch, SavedSearchNews
from search.models.standing import PriceBand, StandingDay, VendorStanding
from search.models.synonyms import SynonymChange

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
    "ListingArrival",
    "ListingCard",
    "PriceBand",
    "SavedSearch",
    "SavedSearchNews",
    "ShownAnswer",
    "StandingDay",
    "SynonymChange",
    "VendorStanding",
    "Word",
]
