"""What the search keeps: cards of listings on show, counts, the vocabulary, collections beside the market, synonyms."""

from __future__ import annotations

from search.models.cards import CategoryCount, ListingCard, Word
from search.models.collections import Collection, CollectionDocument, CollectionWord
from search.models.synonyms import SynonymChange

__all__ = [
    "CategoryCount",
    "Collection",
    "CollectionDocument",
    "CollectionWord",
    "ListingCard",
    "SynonymChange",
    "Word",
]
