"""Words that must meet, and words that must not: through the finder, everything on show at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from marketplace.accounts.actors import Actor
from search import synonyms
from search.finding import TextFinder
from search.indonesian import stems
from search.models import ListingCard
from search.question import Question
from tests.vendors import stalls
from vendors import bulk
from vendors.models import Vendor

HERE = Path(__file__).parent
SUCCESS = 0.95


def lines(name: str) -> list[str]:
    return [
        line for line in (HERE / name).read_text("utf-8").splitlines() if line and not line.startswith("#")
    ]


def on_show(stall: Vendor, titles: list[str]) -> None:
    """One listing a title; nothing else in it says anything of the pairs."""
    category = bulk.create_categories({"Lain-lain": {"Aneka": {}}})["lain-lain/aneka"]
    rows = [
        stalls.listing_data(
            title,
            kind="BARANG",
            category_id=category,
            description="",
            unit="unit",
            attributes={"brand": "Xyz"},
        )
        for title in titles
    ]
    bulk.create_listings(
        [bulk.ListingRow(vendor_id=stall.pk, data=row) for row in rows], actor=Actor.system("uji")
    )


def first_ten(text: str) -> list[str]:
    return [
        card.title for card in TextFinder().find(Question(text=text, literal=True), regions=None).hits[:10]
    ]


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["pairs.txt", "pairs_held_out.txt"])
def test_a_question_finds_what_it_means(name):
    pairs = [tuple(map(str.strip, line.split("=>"))) for line in lines(name)]
    on_show(stalls.vendor(), sorted({title for _text, title in pairs}))

    missed = [(text, title) for text, title in pairs if title not in first_ten(text)]

    assert len(pairs) - len(missed) >= SUCCESS * len(pairs), missed


APART = [
    tuple(line.split()) for name in ("pairs_apart.txt", "pairs_apart_held_out.txt") for line in lines(name)
]


@pytest.mark.parametrize(("one", "other"), APART, ids=[" ".join(pair) for pair in APART])
def test_words_that_only_look_alike_have_nothing_in_common(one, other):
    book = synonyms.shipped()
    meanings = [{phrase for each in book.phrases(stems(word)) for phrase in each} for word in (one, other)]

    assert not meanings[0] & meanings[1]
    assert not {root for phrase in meanings[0] for root in phrase if root == stems(other)[0]}


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_a_word_does_not_find_what_only_looks_like_it():
    words = sorted({word for pair in APART for word in pair})
    on_show(stalls.vendor(), [f"{word} {number}a" for number, word in enumerate(words)])
    title = {card.title.split()[0]: card.title for card in ListingCard.objects.all()}

    met = [pair for pair in [*APART, *(pair[::-1] for pair in APART)] if title[pair[1]] in first_ten(pair[0])]

    assert not met
