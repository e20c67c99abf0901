"""How a price compares with what the same kind of thing costs at other stalls: a hint for the curator, no verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db.models import Aggregate, BigIntegerField, Count

from vendors.models import Listing

FEWEST: Final = 5
"""Below so many other prices quartiles say nothing."""


class Quartiles(Aggregate):
    """The three quartiles as amounts that really occur: whole rupiah, nothing in between."""

    function = "PERCENTILE_DISC"
    template = "%(function)s(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = ArrayField(BigIntegerField())


@dataclass(frozen=True, slots=True)
class PriceHint:
    """Quartiles (rupiah) of `sample` shown prices of other vendors, same category and unit; None when too few."""

    price: int
    sample: int
    low: int | None = None
    median: int | None = None
    high: int | None = None

    @property
    def above(self) -> bool:
        """Whether the price lies beyond one and a half times the middle half above it."""
        return self._known and self.price > self._high + (self._high - self._low) * 3 // 2

    @property
    def below(self) -> bool:
        """Whether the price lies beyond one and a half times the middle half below it."""
        return self._known and self.price < self._low - (self._high - self._low) * 3 // 2

    @property
    def _known(self) -> bool:
        return self.low is not None and self.high is not None

    @property
    def _low(self) -> int:
        return self.low or 0

    @property
    def _high(self) -> int:
        return self.high or 0


def price_hint(listing: Listing) -> PriceHint:
    """How the listing's price stands among shown listings of other vendors, same category and unit: one query."""
    found = (
        Listing.objects.filter(
            state="LIVE", category_id=listing.category_id, unit__iexact=listing.unit, vendor__state="VERIFIED"
        )
        .exclude(vendor_id=listing.vendor_id)
        .aggregate(sample=Count("pk"), quartiles=Quartiles("price"))
    )
    if found["sample"] < FEWEST:
        return PriceHint(listing.price, found["sample"])
    return PriceHint(listing.price, found["sample"], *found["quartiles"])
