"""What one sold unit holds: said, computed, or not guessed."""

from __future__ import annotations

import pytest

from search.contents import content_of


def told(title: str, unit: str = "pak", kind: str = "BARANG", **attributes: object) -> str:
    found = content_of(title=title, unit=unit, kind=kind, attributes=attributes)
    return "" if found is None else found.written


@pytest.mark.parametrize(
    ("title", "unit", "content"),
    [
        ("Air mineral 600 ml", "botol", "600 ml"),
        ("Air mineral 12 x 600 ml", "dus", "7.200 ml"),
        ("Air mineral 600 ml isi 24", "dus", "14.400 ml"),
        ("Gula pasir 1/2 kg", "bungkus", "500 g"),
        ("Minyak goreng 1,8 liter", "pouch", "1.800 ml"),
        ("Kertas HVS A4 80 gram 500 lembar", "pak", "500 lembar"),
        ("Kertas HVS A4 70 gsm", "rim", "500 lembar"),
        ("Kertas HVS F4 5 rim", "dus", "2.500 lembar"),
        ("Pulpen gel hitam isi 12", "pak", "12 buah"),
        ("Spidol papan tulis 10 pcs", "pak", "10 buah"),
        ("Pensil 2B", "lusin", "12 buah"),
        ("Beras premium", "kg", "1.000 g"),
        ("Kabel NYM 2x1,5 50 meter", "rol", "50 m"),
        ("Kabel listrik", "meter", "1 m"),
    ],
)
def test_the_content_is_read(title, unit, content):
    assert told(title, unit) == content


@pytest.mark.parametrize(
    ("title", "unit"),
    [
        ("Kertas HVS A4 80 gram", "pak"),  # the weight of the paper
        ("Ember plastik 10 liter", "buah"),
        ("Timbangan digital 5 kg", "unit"),
        ("Dispenser galon atas 19 liter", "unit"),
        ("Kaos polos 150 gr", "buah"),
        ("Laptop 14 inci RAM 8 GB", "unit"),
        ("Paket kopi 200 g dan gula 1 kg", "paket"),
        ("Flashdisk 32 GB", "buah"),
        ("Kantong sampah 5 kg", "pak"),
    ],
)
def test_what_says_something_else_is_not_taken_for_content(title, unit):
    assert told(title, unit) == ""


def test_meals_and_services_are_compared_as_they_are():
    assert told("Nasi kotak isi 3 lauk 500 gram", "kotak", "KATERING") == ""
    assert told("Cuci seprai", "kg", "JASA") == "1.000 g"


def test_the_stated_weight_counts_for_what_is_sold_packed_alone():
    assert told("Kopi bubuk Gayo", "bungkus", weight_g=250) == "250 g"
    assert told("Laptop kantor", "unit", weight_g=1400) == ""


def test_the_price_by_content_is_rounded_half_up():
    found = content_of(title="Teh celup isi 25", unit="kotak", kind="BARANG", attributes={})
    assert found is not None
    assert (found.price(6_500), found.per) == (260, "buah")
    found = content_of(title="Gula 300 gr", unit="bungkus", kind="BARANG", attributes={})
    assert found is not None
    assert (found.price(5_002), found.per) == (1_667, "100 g")
