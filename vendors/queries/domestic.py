"""The rank of a listing among what is on show for the same need."""

from __future__ import annotations

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


def _preferred(limits: Thresholds) -> QuerySet[Listing]:
    return Listing.objects.annotate(together=F("tkdn_bp") + F("bmp_bp")).filter(
        state="LIVE", vendor__state="VERIFIED", tkdn_bp__gte=limits.tkdn, together__gte=limits.together
    )
