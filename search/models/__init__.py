"""What the search keeps: cards of listings on show, category counts, the vocabulary."""

from __future__ import annotations

from search.models.cards import CategoryCount, ListingCard, Word
from search.models.standing import PriceBand, StandingDay, VendorStanding

__all__ = ["CategoryCount", "ListingCard", "PriceBand", "StandingDay", "VendorStanding", "Word"]
