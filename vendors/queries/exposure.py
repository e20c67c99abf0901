"""What the ranking is given besides how a listing fits: quality, price band, nearness, capacity, newcomers, orders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import connection
from django.db.models import Count, Exists, OuterRef, QuerySet

from marketplace.core import clock
from marketplace.regulation.queries import parameter
from vendors.exposure import Inputs
from vendors.models import Listing, Observation, Vendor
from vendors.queries.scores import scorecards
from vendors.scoring import VENDOR

_BANDS = """
SELECT l.id,
       CASE WHEN l.price <= q.low THEN 'LOW' WHEN l.price >= q.high THEN 'HIGH' ELSE 'MIDDLE' END
FROM vendors_listing l
JOIN LATERAL (
    SELECT percentile_disc(0.25) WITHIN GROUP (ORDER BY o.price) AS low,
           percentile_disc(0.75) WITHIN GROUP (ORDER BY o.price) AS high, count(*) AS number
    FROM vendors_listing o WHERE o.category_id = l.category_id AND o.unit = l.unit AND o.state = 'LIVE'
) q ON q.number >= 5 AND q.low < q.high
WHERE l.id = ANY(%s)
"""


def exposure_inputs(listing_ids: Sequence[int], *, place_code: str = "") -> dict[int, Inputs]:
    """What the formula asks of each listing: seven queries for any number of them.

    Args:
        place_code: where the goods are wanted, an area code such as 31.71.01; empty where nobody has said.
    """
    listings = Listing.objects.filter(pk__in=listing_ids).select_related("vendor", "stockrecord")
    rows = list(
        listings.only(
            "min_order",
            "daily_capacity",
            "vendor__place_code",
            "stockrecord__num_in_stock",
            "stockrecord__num_allocated",
        )
    )
    vendors = sorted({listing.vendor_id for listing in rows})
    cards = scorecards(VENDOR, vendors)
    new = set(newcomers().filter(pk__in=vendors).values_list("pk", flat=True))
    shares = _shares(vendors)
    with connection.cursor() as cursor:
        cursor.execute(_BANDS, [list(listing_ids)])
        bands = dict(cursor.fetchall())
    return {
        listing.pk: Inputs(
            quality=cards[listing.vendor_id].overall,
            price_band=bands.get(listing.pk),
            proximity=levels_in_common(listing.vendor.place_code, place_code) if place_code else None,
            capacity=smallest_orders(listing),
            newcomer=listing.vendor_id in new,
            share_of_even=shares.get(listing.vendor_id, 0),
        )
        for listing in rows
    }


def levels_in_common(one: str, other: str) -> int:
    """How many levels two area codes share, from the province down: 31.71.01 and 31.71.02 share two."""
    number = 0
    for mine, theirs in zip(one.split("."), other.split("."), strict=False):
        if not mine or mine != theirs:
            break
        number += 1
    return number


def smallest_orders(listing: Listing) -> int | None:
    """How many smallest orders fit in the free stock and in a day's capacity; None when neither is limited."""
    stock = listing.stockrecord
    free = [] if stock.num_in_stock is None else [max(stock.num_in_stock - (stock.num_allocated or 0), 0)]
    if listing.daily_capacity is not None:
        free.append(listing.daily_capacity)
    return min(free) // listing.min_order if free else None


def newcomers() -> QuerySet[Vendor]:
    """The first-order programme: verified, goods on show since a few weeks at most, no order answered yet."""
    since = clock.now() - timedelta(days=int(parameter("exposure.first_order_days").value))
    shown = Listing.objects.filter(vendor_id=OuterRef("pk"), state="LIVE", live_since__gte=since)
    older = Listing.objects.filter(vendor_id=OuterRef("pk"), live_since__lt=since)
    answered = Observation.objects.filter(side=VENDOR, subject_id=OuterRef("pk"))
    return Vendor.objects.filter(Exists(shown), ~Exists(older), ~Exists(answered), state="VERIFIED")


def _shares(vendors: Sequence[int]) -> dict[int, int]:
    """Each vendor's part of the orders answered lately, in per cent of an even share among vendors on show."""
    since = clock.now() - timedelta(days=int(parameter("exposure.window_days").value))
    lately = Observation.objects.filter(side=VENDOR, measure="answer", at__gte=since)
    total = lately.count()
    if not total:
        return {}
    on_show = Listing.objects.filter(state="LIVE").aggregate(number=Count("vendor_id", distinct=True))[
        "number"
    ]
    counted = lately.filter(subject_id__in=vendors).values_list("subject_id").annotate(number=Count("pk"))
    return {vendor: number * 100 * max(on_show, 1) // total for vendor, number in counted}
