"""What a question says beside the thing: price, quantity, place - and what only looks like one."""

from __future__ import annotations

import pytest

from search.understanding import Understood, understand

HOME = ("31",)

PRICES = [
    ("nasi kotak 50 rb", "nasi kotak", None, 50_000),
    ("nasi kotak 50rb", "nasi kotak", None, 50_000),
    ("nasi kotak 50 ribu", "nasi kotak", None, 50_000),
    ("laptop di bawah 7,5 juta", "laptop", None, 7_500_000),
    ("laptop max 7,5jt", "laptop", None, 7_500_000),
    ("laptop dibawah 1 jt", "laptop", None, 1_000_000),
    ("snack box antara 20-30rb", "snack box", 20_000, 30_000),
    ("snack 15rb - 20rb", "snack", 15_000, 20_000),
    ("snack 15 s/d 20 ribu", "snack", 15_000, 20_000),
    ("antara 1 jt dan 2 jt laptop", "laptop", 1_000_000, 2_000_000),
    ("kursi rp 50.000", "kursi", None, 50_000),
    ("kursi Rp1.250.000,-", "kursi", None, 1_250_000),
    ("snack 20k", "snack", None, 20_000),
    ("kursi minimal 200rb", "kursi", 200_000, None),
    ("di atas 1 jt laptop", "laptop", 1_000_000, None),
    ("kaos sekitar 50 rb", "kaos", 40_000, 60_000),
    ("kaos 50rb-an", "kaos", 40_000, 60_000),
    ("budget 500.000 kursi", "kursi", None, 500_000),
    ("kursi harga 500000", "kursi", None, 500_000),
    ("snack box rp15.000/kotak", "snack box", None, 15_000),
    ("sewa mobil 500rb per hari", "sewa mobil", None, 500_000),
]


@pytest.mark.parametrize(("text", "rest", "low", "high"), PRICES, ids=[each[0] for each in PRICES])
def test_a_wished_price_is_read(text, rest, low, high):
    read = understand(text, home=HOME)

    assert (read.text, read.price_from, read.price_to) == (rest, low, high)


@pytest.mark.parametrize(
    "text",
    [
        "kertas 80 gram", "a4 80", "hvs 500 lembar", "spanduk 10x15", "tv 4k 50 inch", "monitor 4k",
        "air mineral 600 ml",
        "brosur 10.000 lembar", "10 ribu lembar brosur", "usb 3.0", "ac 1 pk", "kabel 50 m", "pensil isi 12 pcs",
        "tenda 4 orang", "printer l3110", "powerbank 10.000 mah", "lampu 1.000 lumen", "kamera 50 mp",
        "50 rb", "2 juta",
    ],
)  # fmt: skip
def test_a_size_or_a_bare_amount_is_no_price(text):
    assert understand(text, home=HOME) == Understood(text)


@pytest.mark.parametrize(
    ("text", "rest", "many"),
    [
        ("nasi kotak 100 kotak", "nasi kotak", 100),
        ("nasi kotak untuk 50 orang", "nasi kotak", 50),
        ("prasmanan 150 pax", "prasmanan", 150),
        ("kertas a4 5 rim", "kertas a4", 5),
    ],
)
def test_a_quantity_is_read(text, rest, many):
    read = understand(text, home=HOME)

    assert (read.text, read.quantity) == (rest, many)


PLACES = [
    ("nasi kotak menteng", "nasi kotak", "31.71.06"),
    ("nasi kotak 50 rb menteng", "nasi kotak", "31.71.06"),
    ("catering di Kebayoran Baru", "catering", "31.74.07"),
    ("katering jaksel", "katering", "31.74"),
    ("katering jakarta pusat", "katering", "31.71"),
    ("jakarta pusat katering", "katering", "31.71"),
    ("kec. Gambir nasi kotak", "nasi kotak", "31.71.01"),
    ("nasi kotak gambir", "nasi kotak", "31.71.01"),
    ("nasi kotak kelapa gading", "nasi kotak", "31.72.06"),
    ("katering Sawah Besar", "katering", "31.71.02"),
    ("katering pulo gadung", "katering", "31.75.02"),
    ("katering senen murah", "katering murah", "31.71.04"),
    ("nasi kotak bandung", "nasi kotak", "32.73"),
    ("katering kota bandung", "katering", "32.73"),
    ("katering kab bandung", "katering", "32.04"),
    ("sewa bus jogja", "sewa bus", "34"),
    ("kirim ke menteng nasi kotak", "nasi kotak", "31.71.06"),
    ("nasi kotak menteng jakarta pusat", "nasi kotak", "31.71.06"),
    ("katering untuk wilayah cakung", "katering", "31.75.06"),
    ("katering di tebet timur", "katering", "31.74.01.1001"),
    ("meja di batu", "meja", "35.79"),
    ("batik di solo", "batik", "33.72"),
]


@pytest.mark.parametrize(("text", "rest", "code"), PLACES, ids=[each[0] for each in PLACES])
def test_a_place_is_read(text, rest, code):
    read = understand(text, home=HOME)

    assert (read.text, read.place_code) == (rest, code)
    assert read.place_label


@pytest.mark.parametrize(
    "text",
    [
        "dodol garut", "batik solo", "batik cirebon", "talas bogor", "tahu sumedang", "pempek palembang", "kopi gayo",
        "rendang padang", "nasi padang", "mie aceh", "soto betawi", "ukiran jepara", "es teh solo", "garam madura",
        "kelapa", "kelapa gading", "menteng", "senen", "biji gambir", "minyak gambir", "kursi batu", "batu alam",
        "kerajinan kuningan", "kuningan", "tepung pati", "palu", "martil palu", "besi batang", "alat tulis di sekolah",
        "kursi di ruang rapat", "meja di kantor", "lampu di bawah meja", "jus jambu", "minyak sawit", "cempaka putih",
    ],
)  # fmt: skip
def test_a_name_that_belongs_to_the_thing_is_no_place(text):
    assert understand(text, home=HOME) == Understood(text)


def test_of_places_of_one_name_the_one_at_home_is_meant():
    assert understand("katering cilandak", home=("31",)).place_code == "31.74.06"
    assert understand("katering kemayoran", home=("32",)).place_code == ""


@pytest.mark.parametrize(
    "text", ["", " ", "'", "rp", "di", "kec.", "50rb menteng", "1" * 200, "di " * 60, "- rb", "½ jt 漢字"]
)
def test_any_text_can_be_read(text):
    understand(text, home=HOME)


def test_a_place_can_be_given_up_without_bringing_the_price_back():
    read = understand("nasi kotak 50rb menteng", home=HOME).without_place()

    assert (read.text, read.price_to, read.place_code) == ("nasi kotak menteng", 50_000, "")
