"""Whole-rupiah arithmetic."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from num2words import num2words

from marketplace.core import money

AMOUNTS = st.integers(0, 10**18 - 1)
STATED = st.integers(0, money.MOST)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "Rp0"),
        (999, "Rp999"),
        (1_500_000, "Rp1.500.000"),
        (-777_000, "-Rp777.000"),
        (10**15, "Rp1.000.000.000.000.000"),
    ],
)
def test_rupiah(amount: int, text: str) -> None:
    assert money.rupiah(amount) == text


@given(STATED)
@example(money.MOST)
def test_what_is_printed_can_be_read_back(amount: int) -> None:
    assert money.parse_rupiah(money.rupiah(amount)) == amount


@pytest.mark.parametrize("text", ["9" * 5_000, ".".join(["999"] * 2_000), "Rp" + "9" * 17])
def test_a_number_of_any_length_is_refused_in_words(text: str) -> None:
    with pytest.raises(money.NotRupiah, match="paling besar"):
        money.parse_rupiah(text)


def test_zeros_in_front_say_nothing() -> None:
    assert money.parse_rupiah("0" * 5_000 + "35000") == 35_000
    assert money.parse_rupiah("000") == 0


@given(st.integers(money.MOST + 1, 10**30))
@example(money.MOST + 1)
def test_no_amount_that_other_programs_would_round_is_taken(amount: int) -> None:
    with pytest.raises(money.NotRupiah, match=r"paling besar Rp9\.007\.199\.254\.740\.991"):
        money.parse_rupiah(money.rupiah(amount))


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("35000", 35_000),
        (" 35.000 ", 35_000),
        ("Rp 35.000", 35_000),
        ("Rp35.000,00", 35_000),
        ("rp. 1.000.000,-", 1_000_000),
        ("IDR 7", 7),
        ("Rp\u00a012.500", 12_500),
    ],
)
def test_what_people_type(text: str, amount: int) -> None:
    assert money.parse_rupiah(text) == amount


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Rp",
        "-5",
        "1.00",
        "35.00",
        "1,5",
        "35.000,50",
        "1e6",
        "12 juta",
        "1,000",
        "3.5000",
        "٣",
        "NaN",
        "1.000.00",
    ],
)
def test_what_is_not_rupiah_is_refused_with_advice(text: str) -> None:
    with pytest.raises(money.NotRupiah, match="contoh"):
        money.parse_rupiah(text)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "nol rupiah"),
        (1, "satu rupiah"),
        (10, "sepuluh rupiah"),
        (11, "sebelas rupiah"),
        (19, "sembilan belas rupiah"),
        (100, "seratus rupiah"),
        (111, "seratus sebelas rupiah"),
        (1_000, "seribu rupiah"),
        (1_001, "seribu satu rupiah"),
        (2_000, "dua ribu rupiah"),
        (1_000_000, "satu juta rupiah"),
        (20_868_000, "dua puluh juta delapan ratus enam puluh delapan ribu rupiah"),
        (-5, "minus lima rupiah"),
    ],
)
def test_terbilang(amount: int, words: str) -> None:
    assert money.terbilang(amount) == words


@given(st.integers(0, 10**12 - 1))
def test_terbilang_agrees_with_an_outside_program(amount: int) -> None:
    # num2words says "satu ribu" behind a larger scale where Indonesian papers say "seribu"
    theirs = num2words(amount, lang="id").replace("satu ribu", "seribu")
    assert money.terbilang(amount).replace("satu ribu", "seribu") == f"{theirs} rupiah"


def test_terbilang_has_an_end() -> None:
    assert money.terbilang(10**18 - 1).startswith("sembilan ratus sembilan puluh sembilan kuadriliun")
    with pytest.raises(ValueError, match="too large"):
        money.terbilang(10**18)


@given(AMOUNTS, st.integers(1, 10_000), st.integers(1, 10_000))
def test_floor_share_rounds_down_once(base: int, numerator: int, denominator: int) -> None:
    share = money.floor_share(base, numerator, denominator)
    assert share <= Fraction(base * numerator, denominator) < share + 1
    assert share == money.floor_rate(base, Fraction(numerator, denominator))


def test_the_handbooks_tax_shares() -> None:
    assert money.floor_rate(Fraction(18_800_000 * 11, 12), Fraction(12, 100)) == 2_068_000
    assert money.floor_rate(18_800_000, Fraction(15, 1000)) == 282_000


@given(st.integers(0, 10**15), st.lists(st.integers(0, 10**12), min_size=1, max_size=30).filter(any))
def test_apportion_loses_nothing_and_is_fair(total: int, weights: list[int]) -> None:
    parts = money.apportion(total, weights)
    whole = sum(weights)
    assert sum(parts) == total
    assert all(
        abs(part - Fraction(total * weight, whole)) < 1 for part, weight in zip(parts, weights, strict=True)
    )


def test_apportion_gives_ties_to_the_earlier_part() -> None:
    assert money.apportion(10, [1, 1, 1]) == [4, 3, 3]
    assert money.apportion(5, [0, 1]) == [0, 5]


@pytest.mark.parametrize("weights", [[0, 0], [1, -1], [-1, 3]])
def test_apportion_refuses_senseless_weights(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        money.apportion(5, weights)
