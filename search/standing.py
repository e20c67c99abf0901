"""The part of a listing's points that does not depend on the question: kept on its card, worked out by the database.

The arithmetic is that of `vendors.exposure` alone: PostgreSQL finds the step of each part, and the points of every step
come from there. New and changed cards ask `standing_of`; once a day `recompute` works everything out anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, transaction

from marketplace.core import clock
from marketplace.regulation.queries import parameter
from search.models import StandingDay, VendorStanding
from search.ranking import STANDING_PARTS
from vendors.exposure import DOMESTIC, MANY_ORDERS, MOST_OF_EVEN, rungs
from vendors.models import Listing
from vendors.queries import Thresholds
from vendors.queries.exposure import known_of_vendors

ENOUGH_FOR_BANDS: Final = 5
"""Fewer offers of a kind are no measure of what is cheap."""
CHUNK: Final = 5_000
SLICE: Final = 20_000

_STEPS: Final = {
    "quality": "coalesce(v.score, 101)",
    "price": "CASE WHEN b.low IS NULL THEN 3 WHEN l.price <= b.low THEN 0 WHEN l.price >= b.high THEN 2 ELSE 1 END",
    "capacity": f"CASE WHEN n.orders IS NULL THEN {MANY_ORDERS + 1} ELSE least(n.orders, {MANY_ORDERS}) END",
    "newcomer": "coalesce(v.newcomer, false)::int",
    "share": f"least(coalesce(v.share_of_even, 0), {MOST_OF_EVEN})",
    "domestic": f"""CASE WHEN l.tkdn_bp >= %(tkdn)s AND l.tkdn_bp + coalesce(l.bmp_bp, 0) >= %(together)s
        THEN {len(DOMESTIC) - 1} WHEN l.tkdn_bp >= %(tkdn)s THEN 3 WHEN l.tkdn_bp > 0 THEN 2
        WHEN l.is_pdn THEN 1 ELSE 0 END""",
}
"""The step of each part, as `vendors.exposure.Inputs.steps` counts it."""

_POINTS: Final = ", ".join(f"(%({part})s::int[])[1 + {_STEPS[part]}]" for part in STANDING_PARTS)
_PARTS: Final = f"""
SELECT told.id, told.parts, told.score, told.available, (SELECT sum(each) FROM unnest(told.parts) AS each) AS standing
FROM (
    SELECT l.id, v.score,
           s.num_in_stock IS NULL OR s.num_in_stock - coalesce(s.num_allocated, 0) >= l.min_order AS available,
           ARRAY[{_POINTS}]::smallint[] AS parts
    FROM vendors_listing l
    JOIN partner_stockrecord s ON s.id = l.stockrecord_id
    CROSS JOIN LATERAL (SELECT least(l.daily_capacity, CASE WHEN s.num_in_stock IS NOT NULL
        THEN greatest(s.num_in_stock - coalesce(s.num_allocated, 0), 0) END) / l.min_order AS orders) AS n
    LEFT JOIN search_vendorstanding v ON v.vendor_id = l.vendor_id
    LEFT JOIN search_priceband b ON b.category_id = l.category_id AND b.unit = l.unit
        AND b.number >= {ENOUGH_FOR_BANDS} AND b.low < b.high
    WHERE l.id = ANY(%(listings)s)
) AS told
"""
_DIFFERS: Final = """(c.standing, c.standing_parts, c.score, c.available)
    IS DISTINCT FROM (told.standing, told.parts, told.score, told.available)"""
# What somebody else is changing is left to the next round: nobody waits for this, and it waits for nobody.
_RIPE: Final = f"""
SELECT c.listing_id FROM search_listingcard c JOIN ({_PARTS}) AS told ON told.id = c.listing_id
WHERE {_DIFFERS} FOR NO KEY UPDATE OF c SKIP LOCKED
"""
_UPDATE: Final = f"""
UPDATE search_listingcard c
SET standing = told.standing, standing_parts = told.parts, score = told.score, available = told.available
FROM ({_PARTS}) AS told WHERE told.id = c.listing_id AND {_DIFFERS}
"""
_PRICE_BANDS: Final = """
INSERT INTO search_priceband AS kept (category_id, unit, low, high, number)
SELECT category_id, unit, percentile_disc(0.25) WITHIN GROUP (ORDER BY price),
       percentile_disc(0.75) WITHIN GROUP (ORDER BY price), count(*)
FROM vendors_listing WHERE state = 'LIVE' GROUP BY category_id, unit
ON CONFLICT (category_id, unit)
DO UPDATE SET low = EXCLUDED.low, high = EXCLUDED.high, number = EXCLUDED.number
WHERE (kept.low, kept.high, kept.number) IS DISTINCT FROM (EXCLUDED.low, EXCLUDED.high, EXCLUDED.number)
"""
_BANDS_WITHOUT_GOODS: Final = """
DELETE FROM search_priceband b WHERE NOT EXISTS (
    SELECT FROM vendors_listing l WHERE l.state = 'LIVE' AND l.category_id = b.category_id AND l.unit = b.unit)
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """Standing of one listing: its points by part in the order of `STANDING_PARTS`, its vendor's score, and whether
    a smallest order can be served from stock now.
    """

    parts: list[int]
    score: int | None
    available: bool

    @property
    def points(self) -> int:
        """All parts together."""
        return sum(self.parts)


def standing_of(listings: Sequence[int]) -> dict[int, Standing]:
    """The standing of listings by what is known today: two queries, and some more when a vendor is new to the show."""
    _take_in_vendors(_unknown_vendors(listings))
    with connection.cursor() as cursor:
        cursor.execute(_PARTS, {**_rules(), "listings": list(listings)})
        return {row[0]: Standing(*row[1:4]) for row in cursor.fetchall()}


def recompute() -> StandingDay:
    """Work out the standing of everything on show anew and note that it was done; safe to repeat and to interrupt."""
    now = clock.now()
    with transaction.atomic():
        on_show = Listing.objects.filter(state="LIVE", vendor__state="VERIFIED")
        vendors = sorted(set(on_show.values_list("vendor_id", flat=True)))
        for start in range(0, len(vendors), CHUNK):
            _take_in_vendors(vendors[start : start + CHUNK])
        with connection.cursor() as cursor:
            cursor.execute(_PRICE_BANDS)
            cursor.execute(_BANDS_WITHOUT_GOODS)
    changed = sum(_update(ids) for ids in _slices())
    told = {"at": now, "vendors": len(vendors), "cards": changed}
    return StandingDay.objects.update_or_create(day=clock.day_of(now), defaults=told)[0]


def due() -> bool:
    """Whether today's standing has not been worked out yet."""
    return not StandingDay.objects.filter(day=clock.today()).exists()


def _slices() -> Iterator[list[int]]:
    """The ids of all cards, some thousands at a time."""
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT listing_id FROM search_listingcard WHERE listing_id > %s ORDER BY listing_id LIMIT %s",
                [last, SLICE],
            )
            ids = [row[0] for row in cursor.fetchall()]
        if not ids:
            return
        yield ids
        last = ids[-1]


def _update(listings: list[int]) -> int:
    """Write the standing of cards where it changed; returns how many.

    Locked first and worked out after that, so that no sale in between is overlooked.
    """
    rules = _rules()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_RIPE, {**rules, "listings": listings})
        ripe = [row[0] for row in cursor.fetchall()]
        if ripe:
            cursor.execute(_UPDATE, {**rules, "listings": ripe})
        return len(ripe)


def _rules() -> dict[str, Any]:
    weights, limits = parameter("exposure.weights").value, Thresholds.of()
    return {
        **{part: rungs(part, weights) for part in STANDING_PARTS},
        "tkdn": limits.tkdn,
        "together": limits.together,
    }


def _unknown_vendors(listings: Sequence[int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT l.vendor_id FROM vendors_listing l LEFT JOIN search_vendorstanding v USING (vendor_id)
            WHERE l.id = ANY(%s) AND v.vendor_id IS NULL ORDER BY 1
            """,
            [list(listings)],
        )
        return [row[0] for row in cursor.fetchall()]


def _take_in_vendors(vendors: Sequence[int]) -> None:
    """Keep what is known of vendors, in key order so that parallel acts cannot deadlock."""
    if not vendors:
        return
    now = clock.now()
    VendorStanding.objects.bulk_create(
        [
            VendorStanding(
                vendor_id=vendor,
                score=known.score,
                newcomer=known.newcomer,
                share_of_even=known.share_of_even,
                computed_at=now,
            )
            for vendor, known in known_of_vendors(vendors).items()
        ],
        update_conflicts=True,
        unique_fields=["vendor"],
        update_fields=["score", "newcomer", "share_of_even", "computed_at"],
    )
