"""Orders as the rules look at them, before they are written or as they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from vendors.models import Listing, Vendor


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """One item of an order to look at: the listing, its unit price (rupiah), the places it goes to."""

    listing: Listing
    price: int
    quantity: int
    places: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Intended:
    """An order to look at, before it is written or as it stands. Amounts in whole rupiah."""

    unit_id: int
    region_id: int
    ppk_user_id: int | None
    vendor: Vendor
    package_id: int
    kd_rup: str
    rekening: str
    price: int
    total: int
    items: tuple[Chosen, ...]
    at: datetime
    moment: str
    negotiated: bool
    since: datetime | None
    pk: int | None = None
    submitted_at: datetime | None = None

    def groups(self, digits: int) -> frozenset[str]:
        """The KBKI groups of its items."""
        return frozenset(each.listing.kbki_code[:digits] for each in self.items if each.listing.kbki_code)
