"""The rank of a listing among what is on show for the same need."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F, QuerySet

from vendors.domestic import Thresholds, rank
from vendors.models import Listing


def domestic_rank(listing: Listing, limits: Thresholds | None = None) -> int:
    """The rank by Perpres 46/2025 Art. 66 among listings on show in the same category and region: one query."""
    limits = limits or Thresholds.of()
    exists = _preferred(limits).filter(
        category_id=listing.category_id, vendor__region_id=listing.vendor.region_id
    )
    return rank(listing, limits, preferred_exists=exists.exists())


def domestic_ranks(listings: Sequence[Listing], limits: Thresholds) -> dict[int, int]:
    """The ranks of several listings by id, each in its own category and region: one query."""
    exists = _preferred(limits).filter(
        category_id__in={each.category_id for each in listings},
        vendor__region_id__in={each.vendor.region_id for each in listings},
    )
    held = set(exists.order_by().values_list("category_id", "vendor__region_id").distinct())
    return {
        each.pk: rank(each, limits, preferred_exists=(each.category_id, each.vendor.region_id) in held)
        for each in listings
    }


def _preferred(limits: Thresholds) -> QuerySet[Listing]:
    return Listing.objects.annotate(together=F("tkdn_bp") + F("bmp_bp")).filter(
        state="LIVE", vendor__state="VERIFIED", tkdn_bp__gte=limits.tkdn, together__gte=limits.together
    )
