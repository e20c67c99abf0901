"""What a listing costs at a place, and where it differs."""

from __future__ import annotations

from vendors.models import Listing


def price_at(listing: Listing, place_code: str) -> int:
    """The unit price (whole rupiah, before tax) delivered to a place: that of the narrowest area with a price."""
    parts = place_code.split(".") if place_code else []
    for size in range(len(parts), 0, -1):
        price = listing.regional_prices.get(".".join(parts[:size]))
        if price is not None:
            return int(price)
    return listing.price
