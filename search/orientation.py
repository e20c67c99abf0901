"""Prices as a buyer weighs them before an order: with PPN. What an order really bears is worked out at submission."""

from __future__ import annotations

from marketplace.core.money import floor_share
from marketplace.regulation.queries import parameter
from vendors.models import Listing


def with_ppn(listing: Listing, price: int) -> int | None:
    """A price (whole rupiah) with PPN; None where none is charged (not PKP; food is under regional tax).

    Load `vendor` with the listing.
    """
    if not listing.vendor.pkp or listing.kind == Listing.Kind.CATERING:
        return None
    rate = parameter("catalogue.ppn_effective_bp", region_id=listing.vendor.region_id)
    return price + floor_share(price, int(rate.value), 10_000)
