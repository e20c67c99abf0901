"""What the rules ask about listings and vendors: usual prices, better domestic offers, lines of business."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Left

from marketplace.regulation.places import around
from procurement.purchasing.flags.facts import Better
from procurement.purchasing.flags.intended import Chosen, Intended
from procurement.purchasing.flags.prices import Change, median_before
from procurement.purchasing.flags.thresholds import Thresholds
from vendors.models import Activity, Listing, ListingPrice, Vendor
from vendors.queries import Thresholds as Domestic
from vendors.queries import price_at

ENOUGH: Final = 2
"""Ranks 1 and 2 have enough TKDN: nothing comes before them."""
CERTIFIED: Final = 3
UNCERTIFIED: Final = 4
IMPORTED: Final = 5


@dataclass(frozen=True, slots=True)
class Ranked:
    """The rank of a chosen listing by Art. 66, and what comes before it; None where nothing does."""

    rank: int
    better: Better | None


def price_now(listing: Listing, place: str) -> int | None:
    """What a listing costs now at a place (rupiah); None once it is off the shelf."""
    return price_at(listing, place) if listing.state == "LIVE" else None


def usual_prices(orders: Sequence[Intended], limits: Thresholds) -> dict[tuple[int, str], int]:
    """The median price of each item in the days before the order, by listing and place: one query."""
    before = orders[0].submitted_at or orders[0].at
    start = before - timedelta(days=limits.price_days)
    wanted = {(item.listing.pk, min(item.places, default="")) for order in orders for item in order.items}
    later = ListingPrice.objects.filter(
        listing=OuterRef("listing"),
        area_code=OuterRef("area_code"),
        valid_from__gt=OuterRef("valid_from"),
        valid_from__lte=start,
    )
    rows = (
        ListingPrice.objects.filter(
            listing__in={listing_id for listing_id, _place in wanted}, valid_from__lte=before
        )
        .filter(Q(valid_from__gt=start) | ~Exists(later))
        .order_by("valid_from", "pk")
        .values_list("listing_id", "area_code", "price", "valid_from")
    )
    changes: dict[int, list[Change]] = defaultdict(list)
    for listing_id, area, price, since in rows:
        changes[listing_id].append(Change(area, price, since))
    found = {}
    for listing_id, place in wanted:
        median = median_before(changes[listing_id], around(place) if place else [], start, before)
        if median is not None:
            found[listing_id, place] = median
    return found


def better_offers(orders: Sequence[Intended]) -> dict[int, Ranked]:
    """The rank of every chosen product of goods, and the best offer that comes before it: one query at most.

    Looked for where the law looks: the same category and KBKI group, on show in the region, delivered to all places of
    the order, and enough of it in stock.
    """
    domestic = Domestic.of()
    chosen = {
        item.listing.pk: (order.region_id, item)
        for order in orders
        for item in order.items
        if item.listing.kind == Listing.Kind.GOODS
    }
    ranks = {pk: _rank(item.listing, domestic) for pk, (_region, item) in chosen.items()}
    searches = [
        _before(region, item, ranks[pk], domestic)
        for pk, (region, item) in chosen.items()
        if ranks[pk] > ENOUGH
    ]
    rows: list[Any] = []
    if searches:
        rows = list(searches[0].union(*searches[1:], all=True) if len(searches) > 1 else searches[0])
    better = {
        row["of"]: Better(
            row["pk"], row["product__title"], row["vendor__organisation__name"], row["price"], row["rank"]
        )
        for row in rows
    }
    return {pk: Ranked(rank, better.get(pk)) for pk, rank in ranks.items()}


def _rank(listing: Listing, domestic: Domestic) -> int:
    tkdn = listing.tkdn_bp or 0
    if tkdn >= domestic.tkdn:
        return ENOUGH
    if tkdn > 0:
        return CERTIFIED
    return UNCERTIFIED if listing.is_pdn else IMPORTED


def _before(region_id: int, item: Chosen, rank: int, domestic: Domestic) -> QuerySet[Listing, Any]:
    """The best offer of a higher rank than `rank` that could have been chosen instead."""
    listing = item.listing
    ahead = Q(tkdn_bp__gte=domestic.tkdn)
    if rank > CERTIFIED:
        ahead |= Q(tkdn_bp__gt=0)
    if rank == IMPORTED:
        ahead |= Q(is_pdn=True)
    serving = Q()
    for place in item.places:
        serving &= Q(area_codes=[]) | Q(area_codes__overlap=around(place))
    stock = Q(stockrecord__num_in_stock__isnull=True) | Q(
        stockrecord__num_in_stock__gte=item.quantity + Coalesce(F("stockrecord__num_allocated"), 0)
    )
    alike = Q(kbki_code__startswith=listing.kbki_code[:5]) if listing.kbki_code else Q()
    found = Listing.objects.filter(
        ahead,
        serving,
        stock,
        alike,
        state="LIVE",
        kind=Listing.Kind.GOODS,
        category_id=listing.category_id,
        vendor__region_id=region_id,
        vendor__state="VERIFIED",
    ).exclude(pk=listing.pk)
    ranked = found.annotate(
        of=Value(listing.pk),
        rank=Case(
            When(tkdn_bp__gte=domestic.tkdn, then=Value(ENOUGH)),
            When(tkdn_bp__gt=0, then=Value(CERTIFIED)),
            default=Value(UNCERTIFIED),
            output_field=IntegerField(),
        ),
    )
    names = ("of", "pk", "product__title", "vendor__organisation__name", "price", "rank")
    return ranked.order_by("rank", "price", "pk").values(*names)[:1]


def vendors_of(
    sellers: Iterable[Vendor],
) -> tuple[Mapping[int, frozenset[str]], Mapping[int, frozenset[str]]]:
    """Lines of business (KBLI) and KBKI sections on show of the vendors, by vendor: two queries."""
    vendors = {each.pk for each in sellers}
    activities: dict[int, set[str]] = defaultdict(set)
    for vendor_id, code in Activity.objects.filter(vendor__in=vendors).values_list("vendor_id", "code"):
        activities[vendor_id].add(code)
    sections = (
        Listing.objects.filter(vendor__in=vendors, state="LIVE")
        .exclude(kbki_code="")
        .order_by()
        .values_list("vendor_id")
        .annotate(sections=ArrayAgg(Left("kbki_code", 1), distinct=True))
    )
    return (
        {pk: frozenset(codes) for pk, codes in activities.items()},
        {pk: frozenset(found) for pk, found in sections},
    )
