"""Stock is never oversold, and Oscar's order is written once at the agreed prices."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from marketplace.core.transitions import Refused
from marketplace.oscar.orders import AgreedLine, place_oscar_order
from marketplace.oscar.pricing import CEILING, Selector, storable
from marketplace.oscar.stock import StockRecord, consume_stock, release_stock, reserve_stock
from tests import people
from tests.vendors import stalls

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Wanted:
    stockrecord_id: int
    quantity: int
    title: str = "Nasi kotak"


def levels(pk: int) -> tuple[int | None, int | None]:
    record = StockRecord.objects.get(pk=pk)
    return record.num_in_stock, record.num_allocated


@pytest.mark.race
def test_twenty_orders_for_the_last_five_pieces():
    stall = stalls.vendor()
    scarce, plenty = (
        stalls.listing(stall, in_stock=5),
        stalls.listing(stall, "Nasi kotak rendang", in_stock=1_000),
    )
    start = Barrier(20)

    def order(number: int) -> str:
        # Every second order names its lines the other way round: without lock order this would deadlock.
        lines = [Wanted(scarce.stockrecord_id, 1), Wanted(plenty.stockrecord_id, 2)]
        start.wait()
        try:
            with transaction.atomic():
                reserve_stock(lines if number % 2 else reversed(lines))
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()
        return "served"

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(order, range(20)))

    assert sorted(answers) == ["out_of_stock"] * 15 + ["served"] * 5
    assert levels(scarce.stockrecord_id) == (5, 5)
    assert levels(plenty.stockrecord_id) == (1_000, 10)


def test_reserved_is_released_or_consumed():
    listing = stalls.listing(stalls.vendor(), in_stock=10)
    lines = [Wanted(listing.stockrecord_id, 2), Wanted(listing.stockrecord_id, 3)]
    with transaction.atomic():
        reserve_stock(lines)
    assert levels(listing.stockrecord_id) == (10, 5)
    with transaction.atomic():
        release_stock(lines[:1])
        consume_stock(lines[1:])
    assert levels(listing.stockrecord_id) == (7, 0)


def test_what_is_made_to_order_has_no_end_but_what_is_set_aside_is_counted():
    listing = stalls.listing(stalls.vendor(), in_stock=None)
    with transaction.atomic():
        reserve_stock([Wanted(listing.stockrecord_id, 9_999)])
    assert levels(listing.stockrecord_id) == (None, 9_999)
    with transaction.atomic():
        consume_stock([Wanted(listing.stockrecord_id, 9_999)])

    assert levels(listing.stockrecord_id) == (None, 0)


@pytest.mark.parametrize("act", [release_stock, consume_stock])
def test_the_database_refuses_to_give_back_what_was_never_taken(act):
    listing = stalls.listing(stalls.vendor(), in_stock=10)

    with pytest.raises(IntegrityError, match="stock_never_oversold"), transaction.atomic():
        act([Wanted(listing.stockrecord_id, 1)])

    assert levels(listing.stockrecord_id) == (10, 0)


def test_an_order_keeps_the_agreed_price_and_costs_a_fixed_number_of_queries(assert_max_queries):
    stall, buyer = stalls.vendor(), people.user()
    listings = [stalls.listing(stall, f"Nasi kotak nomor {number}") for number in range(10)]
    lines = [AgreedLine(listing.stockrecord_id, 3, 30_000, "Nasi kotak") for listing in listings]

    with assert_max_queries(7), transaction.atomic():
        order = place_oscar_order(number="EP-1", user=buyer, lines=lines)

    assert int(order.total_incl_tax) == 900_000
    assert [int(line.unit_price_incl_tax) for line in order.lines.all()] == [30_000] * 10
    assert levels(listings[0].stockrecord_id) == (100, 0)  # reserving is the purchase's own step
    with pytest.raises(IntegrityError), transaction.atomic():
        place_oscar_order(number="EP-1", user=buyer, lines=lines)


def test_amounts_above_oscars_columns_are_refused_in_words():
    listing = stalls.listing(stalls.vendor(), price=5_000_000_000, in_stock=None)
    line = AgreedLine(listing.stockrecord_id, 2, 5_000_000_000, "Alat berat")

    with pytest.raises(Refused, match=r"Rp10\.000\.000\.000 melebihi batas sistem Rp9\.999\.999\.999"):
        place_oscar_order(number="EP-2", user=None, lines=[line])

    assert storable(CEILING, "Harga") == CEILING


def test_the_strategy_takes_the_record_at_hand(assert_max_queries):
    listing = stalls.listing(stalls.vendor(), in_stock=4)
    strategy, record = Selector().strategy(), listing.stockrecord

    with assert_max_queries(0):
        info = strategy.fetch_for_product(None, record)

    assert (int(info.price.incl_tax), info.price.currency) == (35_000, "IDR")
    assert info.availability.is_purchase_permitted(4)[0]
    assert not info.availability.is_purchase_permitted(5)[0]
