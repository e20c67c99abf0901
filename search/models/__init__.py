"""What the search keeps: cards of listings on show, category counts, the vocabulary."""

from __future__ import annotations

from search.models.cards import CategoryCount, ListingCard, Word

__all__ = ["CategoryCount", "ListingCard", "Word"]
