"""Laying a basket out over addresses and milestones: nothing is lost, nothing is made up."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.transitions import Refused
from procurement.purchasing.parcelling import WHOLE, Destination, parts_of


def to(place: str, quantities: dict[int, int] | None = None, **told) -> Destination:
    return Destination(
        address="Jl. Contoh 1",
        place_code=place,
        needed_by=date(2026, 10, 20),
        quantities=quantities,
        **told,
    )


def priced(listing_id: int, destination: Destination) -> int:
    """Listing 1 costs more on the islands."""
    return 60_000 if listing_id == 1 and destination.place_code.startswith("31.01") else 50_000


def test_one_address_takes_everything():
    (part,) = parts_of({1: 20}, [to("31.71")], priced)
    assert (part.listing_id, part.quantity, part.unit_price, part.by_destination) == (1, 20, 50_000, {0: 20})


def test_addresses_at_one_price_are_one_line():
    (part,) = parts_of({1: 20}, [to("31.71", {1: 5}), to("31.72", {1: 15})], priced)
    assert (part.quantity, part.by_destination) == (20, {0: 5, 1: 15})


def test_a_listing_that_costs_differently_there_is_another_line():
    near, far = parts_of({1: 20}, [to("31.71", {1: 5}), to("31.01", {1: 15})], priced)
    assert (near.quantity, near.unit_price, near.by_destination) == (5, 50_000, {0: 5})
    assert (far.quantity, far.unit_price, far.by_destination) == (15, 60_000, {1: 15})


@pytest.mark.parametrize("there", [14, 16, 0])
def test_what_does_not_add_up_is_refused(there):
    with pytest.raises(Refused) as refused:
        parts_of({1: 20}, [to("31.71", {1: 5}), to("31.72", {1: there})], priced)
    assert refused.value.code == "not_all_delivered"


def test_nobody_gets_less_than_nothing():
    with pytest.raises(Refused):
        parts_of({1: 20}, [to("31.71", {1: -5}), to("31.72", {1: 25})], priced)


@pytest.mark.parametrize(
    "stages",
    [
        [to("31.71", title="Persiapan", share=4_000)],
        [to("31.71", title="Persiapan", share=4_000), to("31.71", title="", share=6_000)],
        [to("31.71", title="Persiapan", share=4_000), to("31.71", title="Selesai")],
        [to("31.71", title="Persiapan", share=0), to("31.71", title="Selesai", share=WHOLE)],
    ],
)
def test_milestones_that_are_not_whole_are_refused(stages):
    with pytest.raises(Refused) as refused:
        parts_of({2: 1}, stages, priced)
    assert refused.value.code == "milestones_incomplete"


@given(
    price=st.integers(100, 10**9),
    units=st.integers(1, 50),
    cuts=st.lists(st.integers(1, WHOLE - 1), max_size=5, unique=True),
)
def test_milestones_make_up_the_price_to_the_rupiah(price, units, cuts):
    edges = [0, *sorted(cuts), WHOLE]
    stages = [
        to("31.71", title=f"Tahap {number}", share=end - start)
        for number, (start, end) in enumerate(pairwise(edges), start=1)
    ]
    parts = parts_of({2: units}, stages, lambda _listing, _destination: price)
    assert sum(part.unit_price for part in parts) == price
    assert all(part.quantity == units for part in parts)
    assert [part.by_destination for part in parts] == [{index: units} for index in range(len(stages))]


@given(
    shares=st.dictionaries(
        st.integers(1, 6), st.lists(st.integers(0, 40), min_size=3, max_size=3), min_size=1, max_size=6
    )
)
def test_every_unit_goes_where_it_was_asked_for(shares):
    wanted = {listing: sum(units) for listing, units in shares.items() if sum(units)}
    places = ("31.71", "31.01", "31.72")
    destinations = [
        to(place, {listing: units[index] for listing, units in shares.items()})
        for index, place in enumerate(places)
    ]
    parts = parts_of(wanted, destinations, priced)
    for listing, units in wanted.items():
        mine = [part for part in parts if part.listing_id == listing]
        assert sum(part.quantity for part in mine) == units
        for index in range(3):
            arrived = sum(part.by_destination.get(index, 0) for part in mine)
            assert arrived == shares[listing][index]
    assert all(part.quantity == sum(part.by_destination.values()) > 0 for part in parts)
