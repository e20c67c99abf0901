"""The list pages: filters as links that can be taken back, parts for ticked boxes, help where nothing is found."""

from __future__ import annotations

import gzip
import re

import pytest

from tests.vendors import stalls

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stall():
    made = stalls.vendor()
    other = stalls.vendor("Toko Maju", place_code="31.74.01.1001", size="KECIL")
    for vendor, title, price, halal in (
        (made, "Nasi kotak ayam bakar", 35_000, True),
        (made, "Nasi kotak rendang", 60_000, False),
        (other, "Nasi kotak ikan", 45_000, True),
    ):
        stalls.listing(vendor, title, way="konsumsi/nasi-kotak", price=price, halal=halal, description="")
    return made


def page(client, path: str, **headers: str) -> str:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def links(text: str, label: str) -> list[str]:
    """Addresses of links whose words begin with a label."""
    found = re.findall(r'<a[^>]* href="([^"]+)"[^>]*>(.*?)</a>', text, re.S)
    plain = [(url.replace("&amp;", "&"), re.sub(r"<[^>]+>", "", inside).strip()) for url, inside in found]
    return [url for url, said in plain if said.startswith(label)]


def test_every_filter_in_force_can_be_taken_away_by_itself(client, stall):
    text = page(client, "/cari/?q=nasi&harga=1&halal=1&tempat=31.71&sampai=90000")

    away = links(text, "Hapus saringan")
    assert len(away) == 4
    for url in away:
        rest = page(client, "/cari/" + url)
        assert len(links(rest, "Hapus saringan")) == 3
    assert links(page(client, "/cari/" + links(text, "Hapus semua")[0]), "Hapus saringan") == []


def test_a_ticked_box_gets_the_list_alone_and_going_back_the_whole_page(client, stall):
    part = page(client, "/cari/?q=nasi&halal=1", **{"HX-Request": "true"})
    assert part.lstrip().startswith('<div class="with-sidebar" id="jawaban">')
    assert "<html" not in part
    whole = page(
        client, "/cari/?q=nasi&halal=1", **{"HX-Request": "true", "HX-History-Restore-Request": "true"}
    )
    assert "<html" in whole
    assert "HX-Request" in client.get("/cari/?q=nasi").headers["Vary"]


def test_the_price_read_from_the_words_can_be_taken_back(client, stall):
    text = page(client, "/cari/?q=nasi kotak 50rb")
    assert "Rp50.000" in text
    assert "Nasi kotak rendang" not in text

    literally = page(client, "/cari/" + links(text, "Abaikan")[0])

    assert "Kami baca" not in literally


def test_points_are_shown_by_part_when_asked_for(client, stall):
    text = page(client, "/cari/?q=nasi kotak")
    assert "poin</summary>" not in text

    told = page(client, "/cari/" + links(text, "Mengapa urutannya")[0])

    assert told.count("poin</summary>") == 3
    assert "kata berurutan di nama produk" in told


def test_where_nothing_is_found_the_page_says_what_would_be(client, stall):
    text = page(client, "/cari/?q=nasi kotak&halal=1&harga=4")

    (without,) = links(text, "Tanpa saringan harga")
    assert "2 produk" in page(client, "/cari/" + without)
    assert links(text, "Tanpa saringan halal") == []  # alone it would find nothing either


def test_another_place_is_named_where_the_chosen_one_has_none(client, stall):
    text = page(client, "/cari/?q=nasi kotak&tempat=31.72")

    assert "Tidak ada produk" in text
    assert any("tempat=31.71" in url for url in links(text, "Kota "))


def test_places_lead_down_to_the_kelurahan(client, stall):
    way = [""]
    for _level in range(3):
        text = page(client, f"/cari/?q=nasi&tempat={way[-1]}")
        assert "Nasi kotak" in text
        way.append(max(re.findall(r"tempat=([0-9.]+)", text), key=len))

    assert [len(code) for code in way] == [0, 5, 8, 13]
    assert "Nasi kotak" in page(client, f"/cari/?q=nasi&tempat={way[-1]}")


def test_a_category_page_keeps_its_address_out_of_its_links(client, stall):
    text = page(client, "/katalog/konsumsi/nasi-kotak/?halal=1")

    # the link that saves the search leads elsewhere and must say it all
    assert "kategori=" not in re.sub(r'href="/cari/tersimpan/[^"]*"', "", text)
    assert len(links(text, "Hapus saringan")) == 1


def test_a_full_page_of_hits_stays_light(client, stall):
    for number in range(30):
        stalls.listing(stall, f"Nasi kotak lauk {number}", way="konsumsi/nasi-kotak", description="")

    answer = client.get("/cari/?q=nasi+kotak&jelaskan=1", headers={"accept-encoding": "gzip"})

    assert len(gzip.decompress(answer.content)) > 10_000
    assert len(answer.content) <= 60_000


def test_a_page_with_words_slips_and_filters_costs_few_queries(client, stall, assert_max_queries):
    client.get("/cari/?q=nasi")
    with assert_max_queries(12):
        client.get("/cari/?q=nasi+kotka+50rb&halal=1&tempat=31&jelaskan=1")
