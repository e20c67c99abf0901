"""What the search keeps: cards of listings on show, category counts, the vocabulary, changes of synonyms."""

from __future__ import annotations

from search.models.cards import CategoryCount, ListingCard, Word
from search.models.synonyms import SynonymChange

__all__ = ["CategoryCount", "ListingCard", "SynonymChange", "Word"]
