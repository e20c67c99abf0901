"""What a request in plain words says, and what the checker finds missing or contradictory."""

from __future__ import annotations

from datetime import date, time

import pytest

from procurement.competition.request.checking import Wanted, warnings_about
from procurement.competition.request.proposing import proposal_from
from procurement.competition.request.reading import read

TODAY = date(2026, 11, 3)
THURSDAY = date(2026, 11, 12)

CORPUS: list[tuple[str, set[str]]] = [
    # whole requests
    (
        "Kami perlu 80 nasi kotak untuk rapat Kamis 12 November jam 11 di lantai 5, ada 5 vegetarian, "
        "paling mahal 35 ribu",
        set(),
    ),
    ("Butuh 100 kotak snack di aula dinas tanggal 12 November pukul 09.00, semua halal, maksimal Rp15.000", set()),
    ("Tolong 40 porsi makan siang, 12/11/2026 jam 12 di gedung B, 2 orang alergi udang, harga 30rb per porsi", set()),
    ("Pesan 25 paket nasi tumpeng mini besok jam 7 pagi di kantor "
     "kecamatan, tidak ada pantangan, 50 ribu se-paket", set()),
    ("Perlu 20 rim kertas A4 sebelum 20 November di gudang kantor, paling mahal Rp55.000 per rim", set()),
    ("Sewa 2 unit tenda untuk acara 15 November di taman kota, dana 4 juta", set()),
    ("Servis 12 unit AC di gedung A lantai 2 sampai 3, paling lambat 30 November, total anggaran 6 juta", set()),
    ("Cetak 500 lembar brosur, diantar ke puskesmas 14 November, maksimal 2.500 per lembar", set()),
    ("Seratus kotak kue untuk Jumat 13 November jam 15 di aula, 3 diabetes, paling tinggi 12 ribu", set()),
    ("Air mineral 10 dus dikirim ke lantai 3 lusa jam 8, halal, harga maksimal 45.000 per dus", set()),
    # nothing about the place
    ("Kami perlu 80 nasi kotak Kamis 12 November jam 11, 5 vegetarian, paling mahal 35 ribu", {"no_place"}),
    ("Perlu 20 rim kertas A4 sebelum 20 November, paling mahal Rp55.000 per rim", {"no_place"}),
    ("Cetak 300 lembar sertifikat untuk 18 November, harga 5 ribu per lembar", {"no_place"}),
    # nothing about the day
    ("Kami perlu 80 nasi kotak jam 11 di lantai 5, ada 5 vegetarian, paling mahal 35 ribu", {"no_day"}),
    ("Perlu 20 rim kertas A4 di gudang kantor, paling mahal Rp55.000 per rim", {"no_day"}),
    ("Butuh 5 unit printer di kantor kelurahan, anggaran 15 juta", {"no_day"}),
    # food without an hour
    ("Kami perlu 80 nasi kotak Kamis 12 November di lantai 5, ada 5 vegetarian, paling mahal 35 ribu", {"no_hour"}),
    ("Snack 50 kotak tanggal 20 November di aula, halal, 10 ribu per kotak", {"no_hour"}),
    # nothing about how many
    ("Kami perlu nasi kotak untuk rapat 12 November jam 11 di "
     "lantai 5, vegetarian juga, paling mahal 35 ribu", {"no_quantity"}),
    ("Perlu kertas A4 untuk stok sampai 30 November di gudang kantor, paling mahal Rp55.000", {"no_quantity"}),
    ("Jasa kebersihan di gedung B mulai 16 November, dana 9 juta", {"no_quantity"}),
    # food without a word on diets
    ("Kami perlu 80 nasi kotak Kamis 12 November jam 11 di lantai 5, paling mahal 35 ribu", {"no_diet"}),
    ("Kopi dan teh untuk 30 orang di ruang rapat 11 November jam 9, maksimal 8 ribu per gelas", {"no_diet"}),
    # nothing about money
    ("Kami perlu 80 nasi kotak Kamis 12 November jam 11 di lantai 5, ada 5 vegetarian", {"no_budget"}),
    ("Perlu 20 rim kertas A4 sebelum 20 November di gudang kantor", {"no_budget"}),
    ("Butuh 3 set kursi tamu di pendopo paling lambat 25 November", {"no_budget"}),
    # several at once
    ("Tolong siapkan nasi kotak yang enak ya", {"no_place", "no_day",
     "no_hour", "no_quantity", "no_diet", "no_budget"}),
    ("Kami perlu 80 nasi kotak di lantai 5", {"no_day", "no_hour", "no_diet", "no_budget"}),
    ("Perlu kertas secepatnya untuk semua orang", {"no_day", "no_quantity", "no_budget", "no_place"}),
    ("Snack rapat jam 10 di aula", {"no_day", "no_quantity", "no_diet", "no_budget"}),
    ("nasi kotak", {"too_short"}),
    ("", {"too_short"}),
    # a sentence that contradicts itself
    (
        "Kami perlu 80 nasi kotak Rabu 12 November jam 11 di lantai 5, ada 5 vegetarian, paling mahal 35 ribu",
        {"weekday_differs"},
    ),
    ("Perlu 20 rim kertas A4 di gudang sebelum 1-11-2026, paling mahal Rp55.000 per rim", {"day_past"}),
    ("Butuh 50 kotak snack Senin 13 November jam 9 di aula, halal, maksimal 15 ribu", {"weekday_differs"}),
]  # fmt: skip

FORM = Wanted(
    food=True,
    quantities=[80],
    hps_prices=[35_000],
    hps_total=2_800_000,
    needed_by=THURSDAY,
    needed_at=time(11, 0),
    address="Jl. Medan Merdeka Selatan 8, lantai 5",
)
SENTENCE = (
    "Kami perlu 80 nasi kotak untuk rapat Kamis 12 November jam 11 di lantai 5, ada 5 vegetarian, "
    "paling mahal 35 ribu"
)
AGAINST_THE_FORM: list[tuple[str, set[str]]] = [
    (SENTENCE, set()),
    (SENTENCE.replace("Kamis 12", "Jumat 13"), {"day_differs"}),
    (SENTENCE.replace("jam 11", "jam 9"), {"hour_differs"}),
    (SENTENCE.replace("jam 11", "pukul 11.00"), set()),
    (SENTENCE.replace("80 nasi", "90 nasi"), {"quantity_differs"}),
    (SENTENCE.replace("35 ribu", "30 ribu"), {"budget_differs"}),
    (SENTENCE.replace("35 ribu", "Rp40.000"), set()),
    (SENTENCE.replace("lantai 5", "lantai 7"), {"place_differs"}),
    (SENTENCE.replace("paling mahal 35 ribu", "total dana 2 juta"), {"total_differs"}),
    (SENTENCE.replace("untuk rapat", "untuk 95 orang pada rapat"), {"fewer_than_people"}),
    (SENTENCE.replace("Kamis 12 November", "12-11-2026"), set()),
    (SENTENCE.replace("80 nasi", "delapan puluh nasi"), set()),
]


def codes(text: str, wanted: Wanted) -> set[str]:
    return {each.code for each in warnings_about(text, wanted, today=TODAY)}


@pytest.mark.parametrize(("text", "expected"), CORPUS, ids=[text[:40] for text, _codes in CORPUS])
def test_the_sentence_alone(text: str, expected: set[str]) -> None:
    assert codes(text, Wanted()) == expected


@pytest.mark.parametrize(("text", "expected"), AGAINST_THE_FORM)
def test_the_sentence_beside_the_form(text: str, expected: set[str]) -> None:
    assert codes(text, FORM) == expected


def test_the_corpus_is_large_enough() -> None:
    assert len(CORPUS) + len(AGAINST_THE_FORM) >= 40


def test_every_warning_says_what_to_write() -> None:
    for text, _codes in [*CORPUS, *AGAINST_THE_FORM]:
        assert all(each.sentence and each.fix for each in warnings_about(text, FORM, today=TODAY))


def test_a_form_is_begun_from_the_sentence() -> None:
    found = proposal_from(SENTENCE, today=TODAY)

    assert (found.item, found.quantity, found.unit, found.price) == ("Nasi kotak", 80, "kotak", 35_000)
    assert (found.needed_by, found.needed_at, found.food) == (THURSDAY, time(11, 0), True)


@pytest.mark.parametrize(
    "text", ["12 12 12", "jam jam jam", "Rp", "\x00" * 30, "9" * 400, "29 februari 2027 " * 5]
)
def test_nonsense_is_read_without_harm(text: str) -> None:
    read(text, today=TODAY)
    warnings_about(text, FORM, today=TODAY)
