"""Standing: what PostgreSQL works out is the published formula, follows stock at once and the rest every night."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from oscar.core.loading import get_model

from marketplace.core import clock
from marketplace.regulation.queries import parameter
from search import clockwork, standing
from search.models import ListingCard, PriceBand, StandingDay, VendorStanding
from search.ranking import STANDING_PARTS
from tests.vendors import stalls
from vendors.exposure import Inputs, parts
from vendors.models import Listing
from vendors.queries import Thresholds

StockRecord = get_model("partner", "StockRecord")
pytestmark = pytest.mark.django_db(transaction=True)


def card(listing: Listing) -> ListingCard:
    return ListingCard.objects.get(pk=listing.pk)


def inputs_of(listing: Listing) -> Inputs:
    """The same again, read and judged in Python."""
    known = VendorStanding.objects.get(pk=listing.vendor_id)
    prices = sorted(
        Listing.objects.filter(state="LIVE", category=listing.category_id, unit=listing.unit).values_list(
            "price", flat=True
        )
    )
    low, high = prices[-(-len(prices) // 4) - 1], prices[-(-3 * len(prices) // 4) - 1]
    band = "LOW" if listing.price <= low else "HIGH" if listing.price >= high else "MIDDLE"
    stock = listing.stockrecord
    limits = [listing.daily_capacity] if listing.daily_capacity is not None else []
    limits += [] if stock.num_in_stock is None else [stock.num_in_stock - (stock.num_allocated or 0)]
    law, tkdn = Thresholds.of(), listing.tkdn_bp or 0
    together = tkdn + (listing.bmp_bp or 0) >= law.together
    domestic = (4 if together else 3) if tkdn >= law.tkdn else 2 if tkdn else int(listing.is_pdn)
    return Inputs(
        quality=known.score,
        price_band=band if len(prices) >= 5 and low < high else None,
        capacity=min(limits) // listing.min_order if limits else None,
        newcomer=known.newcomer,
        share_of_even=known.share_of_even,
        domestic=domestic,
    )


def test_the_database_works_out_the_published_formula():
    chance = random.Random(5)
    made = [stalls.listing(stalls.vendor(), price=10_000 + 1_000 * number) for number in range(9)]
    for listing in made:
        Listing.objects.filter(pk=listing.pk).update(
            tkdn_bp=chance.choice([None, 0, 1_000, 2_500, 3_000]),
            bmp_bp=chance.choice([None, 0, 1_500]),
            is_pdn=chance.choice([True, False]),
            min_order=chance.choice([1, 3]),
            daily_capacity=chance.choice([None, 4, 25]),
        )
        StockRecord.objects.filter(pk=listing.stockrecord_id).update(
            num_in_stock=chance.choice([None, 5, 100]), num_allocated=chance.choice([None, 1])
        )
    standing.recompute()
    VendorStanding.objects.filter(pk=made[0].vendor_id).update(score=73, share_of_even=180, newcomer=False)
    VendorStanding.objects.filter(pk=made[1].vendor_id).update(score=100, share_of_even=999, newcomer=True)
    found = standing.standing_of([listing.pk for listing in made])

    for listing in Listing.objects.select_related("stockrecord").filter(pk__in=found):
        expected = parts(inputs_of(listing), parameter("exposure.weights").value)
        assert found[listing.pk].parts == [expected[part] for part in STANDING_PARTS]


def test_standing_of_any_number_of_listings_costs_as_many_queries(assert_max_queries):
    stall = stalls.vendor()
    ids = [stalls.listing(stall, f"Nasi kotak {number}").pk for number in range(3)]
    with assert_max_queries(2):
        assert set(standing.standing_of(ids)) == set(ids)


def test_a_new_listing_has_its_standing_from_the_first_moment():
    shown = card(stalls.listing(stalls.vendor("Dapur Baru")))

    assert shown.standing == sum(shown.standing_parts)
    assert dict(zip(STANDING_PARTS, shown.standing_parts, strict=True))["newcomer"] == 10
    assert shown.score is None


def test_the_night_changes_what_changed_and_nothing_else():
    listing, other = (stalls.listing(stalls.vendor(), f"Nasi kotak {number}") for number in range(2))
    standing.recompute()
    Listing.objects.filter(pk=listing.pk).update(is_pdn=True, tkdn_bp=5_000)
    untouched = card(other)

    assert standing.recompute().cards == 1
    assert dict(zip(STANDING_PARTS, card(listing).standing_parts, strict=True))["domestic"] == 5
    assert card(other).standing_parts == untouched.standing_parts
    assert standing.recompute().cards == 0


def test_the_clock_asks_once_a_day(frozen_clock):
    stalls.listing(stalls.vendor())
    morning = datetime(2026, 12, 1, 8, tzinfo=clock.JAKARTA)
    with frozen_clock(morning):
        clockwork.tick()
    with frozen_clock(morning + timedelta(hours=3)):
        clockwork.tick()
    assert StandingDay.objects.get().at == morning
    with frozen_clock(morning + timedelta(days=1)):
        clockwork.tick()
        call_command("rebuild_standing")
    assert StandingDay.objects.count() == 2


def test_weights_of_an_earlier_day_are_those_of_its_law(frozen_clock):
    with frozen_clock(datetime(2026, 3, 2, 8, tzinfo=clock.JAKARTA)):
        shown = card(stalls.listing(stalls.vendor()))
        assert dict(zip(STANDING_PARTS, shown.standing_parts, strict=True))["quality"] == 8
        assert dict(zip(STANDING_PARTS, shown.standing_parts, strict=True))["domestic"] == 0


def test_price_bands_are_kept_for_every_kind_and_leave_with_it():
    made = [stalls.listing(stalls.vendor(), price=price) for price in (1_000, 2_000, 3_000, 4_000, 5_000)]
    standing.recompute()
    band = PriceBand.objects.get()
    assert (band.low, band.high, band.number) == (2_000, 4_000, 5)

    Listing.objects.filter(pk__in=[listing.pk for listing in made]).update(unit="dus")
    standing.recompute()
    assert PriceBand.objects.get().unit == "dus"


def test_what_is_sold_out_is_unavailable_at_once_and_comes_back_with_its_stock():
    listing = stalls.listing(stalls.vendor(), kind="BARANG", way="alat-tulis-kantor/kertas", min_order=4)
    record = StockRecord.objects.filter(pk=listing.stockrecord_id)
    record.update(num_in_stock=10, num_allocated=0)
    assert card(listing).available

    record.update(num_allocated=7)
    assert not card(listing).available
    record.update(num_allocated=6)
    assert card(listing).available
    with transaction.atomic():
        record.update(num_in_stock=6)
        assert not card(listing).available
        transaction.set_rollback(True)
    assert card(listing).available
    record.update(num_in_stock=None)
    assert card(listing).available
