"""The compare tray: what it holds, what the table says, and what nobody sees by guessing numbers."""

from __future__ import annotations

import re
from typing import Any

import pytest

from marketplace.accounts.roles import Role
from search.comparing import compare, ids_of, tray_after
from tests import people
from tests.vendors import stalls
from vendors import actions

pytestmark = pytest.mark.django_db(transaction=True)
WATER: dict[str, Any] = {"way": "konsumsi/snack", "kind": "BARANG", "description": ""}


@pytest.fixture
def stall():
    return stalls.vendor("Toko Segar")


def water(stall, title: str, **said: Any) -> int:
    return stalls.listing(stall, title, **{**WATER, **said}).product_id


def rows_of(product_ids: list[int], **options: str) -> dict[str, list[str]]:
    who = people.actor(Role.AUDITOR)
    return {row.label: [cell.text for cell in row.cells] for row in compare(who, product_ids, **options).rows}


def test_prices_of_a_bottle_and_a_box_meet_by_content(stall):
    bottle = water(stall, "Air mineral 600 ml", unit="botol", price=4_000)
    box = water(stall, "Air mineral 600 ml isi 24", unit="dus", price=72_000)

    seen = compare(people.actor(Role.AUDITOR), [bottle, box])
    content = next(row for row in seen.rows if row.label == "Harga menurut isi")

    assert [cell.text for cell in content.cells] == ["Rp667 / 100 ml", "Rp500 / 100 ml"]
    assert [cell.best for cell in content.cells] == [False, True]
    assert not any(cell.best for cell in seen.rows[0].cells)  # a bottle is not cheaper than a box


def test_what_has_no_content_says_so(stall):
    told = rows_of([water(stall, "Gelas kaca 300 ml", unit="buah")])
    assert told["Harga menurut isi"] == ["Tidak dapat dihitung"]


def test_price_and_delivery_are_told_for_a_place(stall):
    one = water(stall, "Air mineral 600 ml", area_codes=("31.71",))
    for place, served in (("31.71.06", "Ya"), ("31.74", "Tidak")):
        told = rows_of([one], place=place)
        assert [value for label, value in told.items() if label.startswith("Kirim ke")] == [[served]]


def test_only_rows_that_differ_are_left_when_asked_for(stall, client):
    one, other = water(stall, "Air A 600 ml", price=4_000), water(stall, "Air B 600 ml", price=5_000)
    address = f"/banding/?id={one}&id={other}"

    whole, less = client.get(address).content.decode(), client.get(address + "&beda=1").content.decode()

    assert "Halal</th>" in whole
    assert "Halal</th>" not in less
    assert ">Harga " in less


def test_what_is_hidden_is_not_shown_to_whoever_guesses_its_number(stall, client):
    shown = stalls.listing(stall, "Air mineral 600 ml", **WATER)
    hidden = stalls.listing(stall, "Air rahasia 600 ml", live=False, **WATER)
    taken = stalls.listing(stall, "Air ditarik 600 ml", **WATER)
    actions.revise_listing(actor=stalls.owner_of(stall), listing_id=taken.pk)

    text = client.get(
        f"/banding/?id={shown.product_id}&id={hidden.product_id}&id={taken.product_id}&id=999999999"
    ).content.decode()

    assert "Air mineral" in text
    assert "rahasia" not in text
    assert "ditarik" not in text


def test_buyers_compare_only_what_their_region_may_buy(stall):
    elsewhere = stalls.vendor("Toko Jauh", region=people.region("D300", "Kota Lain"))
    near, far = water(stall, "Air dekat 600 ml"), water(elsewhere, "Air jauh 600 ml")

    buyer = people.actor(Role.PP)
    assert [side.product_id for side in compare(buyer, [far, near]).sides] == [near]
    assert [side.product_id for side in compare(people.actor(Role.AUDITOR), [far, near]).sides] == [far, near]


def test_the_tray_is_kept_and_gives_back_what_is_unticked(stall, client):
    one, other = water(stall, "Air A 600 ml"), water(stall, "Air B 600 ml")

    client.post("/banding/pilih/", {"id": [one], "ada": [one, other]})
    answer = client.post(
        "/banding/pilih/", {"id": [other], "ada": [other], "lanjut": "1", "kembali": "/katalog/"}
    )
    assert answer.headers["Location"] == "/katalog/"
    text = client.get("/banding/").content.decode()
    assert text.index("Air A") < text.index("Air B")

    client.post("/banding/pilih/", {"ada": [one]})
    assert "Air A" not in client.get("/banding/").content.decode()
    assert re.search(rf'value="{other}" form="banding" checked', client.get("/katalog/").content.decode())


def test_a_sixth_does_not_push_out_the_first(stall, client):
    five = [water(stall, f"Air {number} 600 ml") for number in range(5)]
    client.post("/banding/pilih/", {"id": five, "ada": five})

    answer = client.post("/banding/pilih/", {"id": [water(stall, "Air lebih")]}, follow=True).content.decode()

    assert "Paling banyak 5 produk" in answer
    assert "Air lebih" not in answer


@pytest.mark.parametrize("back", ["https://jahat.test/", "//jahat.test/", "javascript:alert(1)", "jahat"])
def test_going_back_never_leaves_the_site(client, back):
    answer = client.post("/banding/pilih/", {"lanjut": "1", "kembali": back})
    assert answer.headers["Location"] == "/banding/"


@pytest.mark.parametrize("value", ["x", "-1", "1e9", "9" * 40, "\x00", "²", "1;DROP"])
def test_no_number_breaks_it(client, value):
    assert client.get("/banding/", {"id": value}).status_code == 200
    assert client.post("/banding/pilih/", {"id": value, "ada": value}).status_code == 302


def test_a_shared_address_shows_the_same_to_anybody_and_leaves_their_tray_alone(stall, client):
    one, other = water(stall, "Air A 600 ml"), water(stall, "Air B 600 ml")
    client.post("/banding/pilih/", {"id": [one]})

    assert "Air B" in client.get(f"/banding/?id={other}").content.decode()
    assert "Air B" not in client.get("/banding/").content.decode()


def test_the_table_costs_few_queries_and_no_more_with_five(stall, client, assert_max_queries):
    five = [water(stalls.vendor(f"Toko {number}"), f"Air {number} 600 ml") for number in range(5)]
    client.get("/banding/?id=1")
    address = "/banding/?" + "&".join(f"id={each}" for each in five)
    with assert_max_queries(5):
        client.get(f"/banding/?id={five[0]}")
    with assert_max_queries(5):
        assert client.get(address).status_code == 200


def test_buyers_can_put_a_smallest_order_into_the_basket(stall):
    one = water(stall, "Air mineral 600 ml", min_order=3)
    office = people.organisation()
    text = people.signed_in(people.appointment(Role.PP, office)).get(f"/banding/?id={one}").content.decode()
    assert 'action="/keranjang/tambah/"' in text
    assert 'name="quantity" value="3"' in text


def test_the_answer_a_product_was_chosen_from_goes_along_into_the_basket(stall):
    one, other = water(stall, "Air A 600 ml"), water(stall, "Air B 600 ml")
    client = people.signed_in(people.appointment(Role.PP))
    text = client.get("/cari/?q=air").content.decode()
    (shown_in,) = re.findall(rf'name="dari-{one}" value="(\d+)"', text)

    client.post("/banding/pilih/", {"id": [one, other], "ada": [one], f"dari-{one}": shown_in})
    table = client.get("/banding/").content.decode()

    assert re.findall(r'name="dari" value="(\d+)"', table) == [shown_in]
    assert f'?dari={shown_in}"' in table
    assert "dari=" not in client.get(f"/banding/?id={one}").content.decode()
    client.post("/banding/pilih/", {"ada": [one]})
    assert 'name="dari"' not in client.get("/banding/").content.decode()


def test_ticking_keeps_the_order_and_numbers_are_read_once():
    assert ids_of(["3", "x", "3", "1"]) == [3, 1]
    assert tray_after([1, 2], ticked=[2, 3], shown=[1, 2, 3]) == ([2, 3], 0)
    assert tray_after([1, 2, 3, 4, 5], ticked=[6, 7], shown=[6, 7]) == ([1, 2, 3, 4, 5], 2)
