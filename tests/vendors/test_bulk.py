"""The bulk path leaves what the acts leave, and costs the same whatever the number."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from oscar.core.loading import get_model

from marketplace.accounts.actors import Actor
from marketplace.audit.models import Entry
from marketplace.core.transitions import Refused
from search.models import CategoryCount, ListingCard
from tests.vendors import stalls
from vendors import bulk
from vendors.models import Listing, ListingPrice

pytestmark = pytest.mark.django_db(transaction=True)

ACTOR = Actor.system("uji")


def rows(stall, number: int, **said) -> list[bulk.ListingRow]:
    data = stalls.listing_data(**said)
    return [
        bulk.ListingRow(vendor_id=stall.pk, data=replace(data, title=f"Nasi kotak nomor {each}"))
        for each in range(number)
    ]


def test_listings_come_with_everything_that_belongs_to_them():
    stall = stalls.vendor()
    then = datetime(2025, 3, 1, tzinfo=UTC)
    row = bulk.ListingRow(
        vendor_id=stall.pk,
        data=stalls.listing_data(price=30_000),
        since=datetime(2025, 6, 1, tzinfo=UTC),
        earlier_prices=[(then, 28_000)],
        image_name=bulk.store_sample_image("Nasi kotak", "KATERING"),
    )

    (pk,) = bulk.create_listings([row], actor=ACTOR)

    listing = Listing.objects.select_related("product", "stockrecord").get(pk=pk)
    assert listing.product.slug == "nasi-kotak-ayam-bakar"
    assert listing.product.categories.get().pk == listing.category_id
    assert int(listing.stockrecord.price) == 30_000
    assert list(listing.prices.values_list("price", flat=True)) == [28_000, 30_000]
    assert ListingCard.objects.get().thumb.endswith("-kecil.webp")
    assert CategoryCount.objects.get().listings == 1
    assert Entry.objects.filter(aggregate_type="listing", act="listing.draft").count() == 1


def test_ten_times_the_rows_cost_the_same_queries(assert_max_queries):
    stall = stalls.vendor()
    bulk.create_listings(rows(stall, 1), actor=ACTOR)

    many = rows(stall, 500)
    with assert_max_queries(45):
        bulk.create_listings(many, actor=ACTOR, progress=lambda made: None)

    assert ListingCard.objects.count() == 501


def test_a_price_oscar_cannot_hold_stops_the_whole_chunk():
    stall = stalls.vendor()
    before = Entry.objects.count()

    with pytest.raises(Refused) as refusal:
        bulk.create_listings([*rows(stall, 3), *rows(stall, 1, price=10_000_000_000)], actor=ACTOR)

    assert refusal.value.code == "above_ceiling"
    assert not ListingPrice.objects.exists()
    assert Entry.objects.count() == before


def test_the_category_tree_grows_soundly_and_only_once():
    category = get_model("catalogue", "Category")
    first = stalls.categories()

    again = bulk.create_categories({**stalls.TREE, "Jasa": {"Angkutan": {"Sewa mobil": {}}}})

    assert first.items() <= again.items()
    assert category.objects.count() == len(again) == 11
    assert category.objects.find_problems() == ([], [], [], [], [])
