"""The basket: filling, changing, cutting by vendor, its cost, and closing it once."""

from __future__ import annotations

import pytest

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from marketplace.oscar import baskets
from tests import people
from tests.vendors import stalls
from vendors import actions, queries
from vendors.models import Listing

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def buyer():
    return people.appointment(Role.PP)


def actor_of(appointment):
    return Actor.of(appointment)


def test_lines_are_grouped_by_vendor_and_show_the_live_price(buyer):
    actor = actor_of(buyer)
    one, other = stalls.vendor(), stalls.vendor("Toko Maju")
    first = stalls.listing(one)
    second = stalls.listing(other, "Snack box", price=15_000)
    third = stalls.listing(one, "Nasi kotak rendang", price=40_000)
    for listing, quantity in ((first, 2), (second, 10), (third, 1), (first, 3)):
        actions.put_into_basket(actor=actor, product_id=listing.product_id, quantity=quantity)
    actions.change_price(actor=stalls.owner_of(one), listing_id=first.pk, price=36_000)

    lines = queries.basket_lines_for(actor)

    assert [(line.title, line.quantity, line.unit_price) for line in lines] == [
        ("Nasi kotak ayam bakar", 5, 36_000),
        ("Nasi kotak rendang", 1, 40_000),
        ("Snack box", 10, 15_000),
    ]
    assert lines[0].price_when_added == 35_000
    assert [(vendor, total) for vendor, _, total in queries.by_vendor(lines)] == [
        ("Warung Bu Sari", 220_000),
        ("Toko Maju", 150_000),
    ]


def test_ten_lines_cost_few_queries(buyer, assert_max_queries):
    client = people.signed_in(buyer)
    stall = stalls.vendor()
    for number in range(10):
        listing = stalls.listing(stall, f"Nasi kotak nomor {number}")
        assert (
            client.post("/keranjang/tambah/", {"product": listing.product_id, "quantity": "1"}).status_code
            == 302
        )

    with assert_max_queries(10):
        page = client.get("/keranjang/")

    assert page.content.decode().count('name="jumlah-') == 10
    assert "Rp350.000" in page.content.decode()


def test_changing_and_removing(buyer):
    client, stall = people.signed_in(buyer), stalls.vendor()
    listing = stalls.listing(stall, min_order=5)
    too_few = client.post("/keranjang/tambah/", {"product": listing.product_id, "quantity": "2"})
    assert (too_few.status_code, queries.basket_lines_for(actor_of(buyer))) == (409, [])
    client.post("/keranjang/tambah/", {"product": listing.product_id, "quantity": "5"})
    (line,) = queries.basket_lines_for(actor_of(buyer))

    client.post("/keranjang/", {f"jumlah-{line.line_id}": "7"})
    assert queries.basket_lines_for(actor_of(buyer))[0].quantity == 7
    assert client.post("/keranjang/", {f"jumlah-{line.line_id}": "banyak"}).status_code == 409
    assert queries.basket_lines_for(actor_of(buyer))[0].quantity == 7
    stranger = people.signed_in(people.appointment(Role.PP))
    stranger.post(f"/keranjang/{line.line_id}/hapus/")
    assert len(queries.basket_lines_for(actor_of(buyer))) == 1
    client.post(f"/keranjang/{line.line_id}/hapus/")
    assert queries.basket_lines_for(actor_of(buyer)) == []


def test_what_stands_in_the_way_is_said(buyer):
    client, stall = people.signed_in(buyer), stalls.vendor()
    listing = stalls.listing(stall, in_stock=3)
    client.post("/keranjang/tambah/", {"product": listing.product_id, "quantity": "4"})

    page = client.get("/keranjang/").content.decode()

    assert "Stok tinggal 3 kotak." in page
    assert "Lanjut ke pengajuan" not in page
    actions.revise_listing(actor=stalls.owner_of(stall), listing_id=listing.pk)
    assert "tidak lagi dijual" in client.get("/keranjang/").content.decode()


def test_a_basket_is_submitted_once(buyer):
    actor, listing = actor_of(buyer), stalls.listing(stalls.vendor())
    actions.put_into_basket(actor=actor, product_id=listing.product_id, quantity=1)
    basket = queries.open_basket_for(actor)

    actions.freeze_basket(basket)
    with pytest.raises(Refused) as refusal:
        actions.freeze_basket(basket)

    assert refusal.value.code == "basket_closed"
    with pytest.raises(Refused):
        baskets.put(basket, listing.stockrecord, 9)
    assert queries.open_basket_for(actor).pk != basket.pk
    assert queries.basket_lines_for(actor) == []


@pytest.mark.parametrize("role", [Role.TREASURER, Role.VENDOR, Role.AUDITOR])
def test_others_have_no_basket(role):
    listing: Listing = stalls.listing(stalls.vendor())
    client = people.signed_in(people.appointment(role))

    assert client.get("/keranjang/").status_code == 403
    assert (
        client.post("/keranjang/tambah/", {"product": listing.product_id, "quantity": 1}).status_code == 403
    )
    assert not baskets.Line.objects.exists()
