"""Facts are checked when a paper is issued; amounts in words match their figures."""

from __future__ import annotations

import copy
from typing import Any, NotRequired, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.money import terbilang
from procurement.documents import facts, samples
from procurement.documents.kinds import KINDS, Kind, UnknownPaper
from procurement.documents.rendering import print_data

_UNITS = dict(zip("nol satu dua tiga empat lima enam tujuh delapan sembilan".split(), range(10), strict=True))
_SCALES = {"ribu": 10**3, "juta": 10**6, "miliar": 10**9, "triliun": 10**12}


def read_words(words: str) -> int:
    """Read Indonesian number words back: an independent second opinion on `terbilang`."""
    total = group = pending = 0
    for word in words.removesuffix(" rupiah").split():
        if word in _UNITS:
            pending = _UNITS[word]
        elif word in ("sepuluh", "sebelas"):
            group += 10 if word == "sepuluh" else 11
        elif word in ("seratus", "seribu"):
            group, total = (group + 100, total) if word == "seratus" else (group, total + 1000)
        elif word in ("belas", "puluh", "ratus"):
            group += {"belas": 10 + pending, "puluh": 10 * pending, "ratus": 100 * pending}[word]
            pending = 0
        else:
            total += (group + pending) * _SCALES[word]
            group = pending = 0
    return total + group + pending


@given(st.integers(min_value=0, max_value=10**15 - 1))
def test_words_match_figures(amount: int) -> None:
    assert read_words(terbilang(amount)) == amount


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_the_words_on_every_paper_are_those_of_its_amount(kind: Kind) -> None:
    printed = print_data(samples.sample(kind.code))
    if kind.amount is None:
        assert printed["amount_words"] is None
    else:
        assert read_words(printed["amount_words"]) == samples.FACTS[kind.code][kind.amount]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_every_required_fact_is_required(kind: Kind) -> None:
    given_facts = dict(samples.FACTS[kind.code])
    facts.check(kind.facts, given_facts)
    hints = get_type_hints(kind.facts, include_extras=True)
    for name in sorted(name for name, hint in hints.items() if get_origin(hint) is not NotRequired):
        lacking = {key: value for key, value in given_facts.items() if key != name}
        with pytest.raises(facts.WrongFacts, match=name):
            facts.check(kind.facts, lacking)


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (("total",), "20868000", "int is needed"),
        (("total",), True, "int is needed"),
        (("total",), 20_868_001, "total is not subtotal"),
        (("lines", 0, "total"), 1, "subtotal is not the sum"),
        (("lines", 0, "quantity"), 1.5, "int is needed"),
        (("lines",), "kertas", "a list is needed"),
        (("agency", "code"), None, "str is needed"),
        (("date",), "8 Oktober 2026", "a day is written"),
        (("vendor", "nik"), "3171", "unknown"),
    ],
)
def test_wrong_facts_name_their_place(place: tuple[Any, ...], value: Any, message: str) -> None:
    wrong = copy.deepcopy(dict(samples.FACTS["surat_pesanan"]))
    target: Any = wrong
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = value
    with pytest.raises(facts.WrongFacts, match=message):
        facts.check(Kind.of("surat_pesanan").facts, wrong)


def test_an_unknown_kind_is_a_programming_error() -> None:
    with pytest.raises(UnknownPaper):
        Kind.of("kwitansi")
