"""Prices as a buyer weighs them before an order: with PPN. What an order really bears is worked out at submission."""

from __future__ import annotations

from marketplace.core.money import floor_share
from marketplace.regulation.queries import parameter
from vendors.models import WITHOUT_PPN, Listing


def with_ppn(listing: Listing, price: int) -> int | None:
    """A price (whole rupiah) with PPN; None where none is charged: not PKP, no object (food), or exempt.

    Load `vendor` with the listing.
    """
    taxed = listing.tax_class
    if not listing.vendor.pkp or taxed.kind in {"catering", "non_object"} or taxed.commodity in WITHOUT_PPN:
        return None
    code = "catalogue.ppn_luxury_bp" if taxed.luxury else "catalogue.ppn_effective_bp"
    rate = parameter(code, region_id=listing.vendor.region_id)
    return price + floor_share(price, int(rate.value), 10_000)
