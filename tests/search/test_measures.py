"""Amounts: however one is written, it is one word; what is no amount stays as it is."""

from __future__ import annotations

import pytest

from search.indonesian import indexed_words, stems, words

SAME = [
    ("1/2 kg", "½ kg", "0,5 kg", "0.5kg", "500 g", "500gr", "500 gram", "5 ons"),
    ("1 1/2 kg", "1½ kg", "1,5 kg", "1500 gr", "1.500 gram"),
    ("1,5 l", "1.5 liter", "1500 ml", "1.500ml"),
    ("A4 80gsm", "A4 80 gr", "A4-80 gram", "a4 80 g"),
    ("10x15", "10 x 15", "10 × 15 cm", "10cm x 15cm", "10*15"),
    ("3x1,5 m", "3 m x 1.5 m", "3 x 1,5"),
    ("2.5 mm", "2,5mm", "2,50 mm"),
    ("1.000 lembar", "1000 lembar", "1,000 lbr", "1000 sheet"),
    ("12 pcs", "12 pc", "12 buah", "12 bh", "12pcs"),
    ("5 rim", "5 rem", "5rim"),
    ("2 m", "200 cm", "2.000 mm"),
    ("50rb", "50 ribu", "50.000"),
    ("1,5 jt", "1,5 juta", "1.500.000"),
    ('32"', "32 inch", "32 inci", "32inchi"),
    ('pipa 3/4"', "pipa 3/4 inch", "pipa 0,75 inci"),
    ("AC 1/2 PK", "AC 0,5 pk", "ac ½pk"),
    ("10 m²", "10 m2", "10 meter persegi"),
    ("12 x 600 ml", "12x600ml", "12 x 0,6 liter"),
    ("Rp50.000,-", "Rp 50.000", "rp. 50000", "rp 50rb"),
    ("usb 3.0", "USB 3"),
]


@pytest.mark.parametrize("written", SAME, ids=lambda written: written[0])
def test_the_same_amount_reads_the_same_however_it_is_written(written):
    assert len({tuple(stems(each)) for each in written}) == 1, [stems(each) for each in written]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("12/31/2024", ["12", "31", "2024"]),
        ("2 in 1", ["2", "in", "1"]),
        ("tv 4k", ["televisi", "4k"]),
        ("usb2", ["usb2"]),
        ("a4", ["a4"]),
        ("covid-19", ["covid", "19"]),
        ("isi 12", ["isi", "12"]),
        ("no. 10", ["nomor", "10"]),
        ("007", ["007"]),
        ("9" * 40, ["9" * 40]),
        ("1.000.000.000.000.000", ["100000000000"]),
    ],
)
def test_what_is_no_amount_stays(text, read):
    assert list(words(text)) == read


@pytest.mark.parametrize(
    ("one", "other"), [("500 g", "500 ml"), ("0,5 kg", "5 kg"), ("2,5 mm", "25 mm"), ("1/2", "12")]
)
def test_different_amounts_do_not_meet(one, other):
    assert stems(one) != stems(other)


def test_a_document_answers_to_the_bare_number():
    assert list(indexed_words("HVS A4 80 gsm, 2,5 mm, 4k, 10x15")) == [
        "hvs", "a4", "80g", "80", "2d5mm", "2d5", "4k", "10x15",
    ]  # fmt: skip
