"""Filters leave what plain counting leaves, counts are exact, and nobody sees what is not for them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import replace

import pytest

from search.finder import Answer
from search.finding import TextFinder
from search.models import ListingCard
from search.question import LAST_PAGE, PAGE_SIZE, SORTS, Question
from search.ranking import WINDOW
from tests.search.contract import questions
from tests.vendors import stalls
from vendors import actions
from vendors.models import Listing

pytestmark = [pytest.mark.django_db]
WORDS = ("", "kertas", "kotak", "merah")


@pytest.fixture
def cards(regions: list[int], db: None) -> list[ListingCard]:
    return list(ListingCard.objects.order_by("pk"))


@pytest.fixture
def way_of(regions: list[int], db: None) -> dict[int, str]:
    return {pk: way for way, pk in stalls.categories().items()}


def having(text: str, finder: TextFinder, cards: Iterable[ListingCard]) -> list[ListingCard]:
    """The cards that have a text without any filter, all pages of them."""
    if not text:
        return list(cards)
    found = {card.pk for card in everything(finder, Question(text=text))}
    return [card for card in cards if card.pk in found]


def everything(finder: TextFinder, question: Question) -> list[ListingCard]:
    """The hits of all pages."""
    hits: list[ListingCard] = []
    for page in range(1, LAST_PAGE + 1):
        answer = finder.find(replace(question, page=page), regions=None)
        hits += answer.hits
        if len(hits) >= answer.total or not answer.hits:
            break
    return hits


def check(
    answer: Answer, question: Question, cards: Iterable[ListingCard], way_of: Mapping[int, str]
) -> None:
    """Total and every count shown are those of plain counting."""
    total, counts = questions.counted(question, cards, way_of)
    assert answer.total == total, question
    for facet in answer.facets:
        shown = {option.value: option.count for option in facet.options if option.count}
        if facet.kind == "tree":
            assert shown == {value: counts[facet.name][value] for value in shown}, (facet.name, question)
        else:
            assert shown == {value: n for value, n in counts[facet.name].items() if n}, (facet.name, question)


def rounds(number: int, finder: TextFinder, cards: list[ListingCard], way_of: Mapping[int, str]) -> None:
    """So many sets of filters by chance."""
    chance = random.Random(11)
    with_words = {text: having(text, finder, cards) for text in WORDS}
    for _round in range(number):
        question = replace(questions.some(chance, texts=WORDS), page=1, sort="", literal=False)
        answer = finder.find(question, regions=None)
        if not answer.loosened:
            check(answer, question, with_words[question.text], way_of)


def test_counts_equal_plain_counting(
    finder: TextFinder, cards: list[ListingCard], way_of: dict[int, str]
) -> None:
    rounds(60, finder, cards, way_of)


@pytest.mark.long
def test_counts_equal_plain_counting_for_five_hundred_sets_of_filters(
    finder: TextFinder, cards: list[ListingCard], way_of: dict[int, str]
) -> None:
    rounds(500, finder, cards, way_of)


@pytest.mark.parametrize(
    "narrowed",
    [
        {"category": "konsumsi"}, {"bands": ("1", "3")}, {"place": "31.71"}, {"place": "32.73.01.1001"},
        {"deliver_to": "31.71.06.1001"}, {"kinds": ("JASA",)}, {"sizes": ("MIKRO", "KOPERASI")}, {"pdn": True},
        {"tkdn": ("25", "40")}, {"halal": True}, {"scores": ("60", "80")}, {"lead": ("3",)}, {"available": True},
        {"price_from": 50_000}, {"price_to": 50_000},
    ],
    ids=str,
)  # fmt: skip
def test_a_filter_leaves_what_fits_and_nothing_else(
    finder: TextFinder, cards: list[ListingCard], way_of: dict[int, str], narrowed: dict[str, object]
) -> None:
    question = Question(text="kotak", **narrowed)  # type: ignore[arg-type]
    tests = questions.tests_of(question, way_of).values()
    wanted = {card.pk for card in having("kotak", finder, cards) if all(test(card) for test in tests)}

    assert wanted
    assert {card.pk for card in everything(finder, question)} == wanted


@pytest.mark.parametrize("text", ["", "kertas", "nasi kotak"])
@pytest.mark.parametrize("sort", ["", *SORTS])
def test_pages_show_everything_once(finder: TextFinder, text: str, sort: str) -> None:
    hits = everything(finder, Question(text=text, sort=sort))
    total = finder.find(Question(text=text), regions=None).total

    assert len({card.pk for card in hits}) == len(hits) == total > PAGE_SIZE
    by = {
        "termurah": lambda card: (card.price, card.pk),
        "termahal": lambda card: (-card.price, -card.pk),
        "terbaru": lambda card: (-card.live_since.timestamp(), -card.live_since.microsecond, -card.pk),
    }
    if sort in by:
        assert hits == sorted(hits, key=by[sort])
    elif text:
        # beyond the window vendors are not spread, so points may start a little higher again
        first = [card.points or 0 for card in hits[:WINDOW]]
        assert first == sorted(first, reverse=True)


def test_beyond_the_last_page_there_is_nothing_and_no_error(finder: TextFinder) -> None:
    assert finder.engine is not None
    far = Question(text="kertas", page=LAST_PAGE)
    answer = finder.find(far, regions=None)
    assert (list(answer.hits), answer.total > 0) == ([], True)


def test_only_the_regions_one_may_see_are_found_and_counted(
    finder: TextFinder, cards: list[ListingCard], way_of: dict[int, str], regions: list[int]
) -> None:
    for seen in (frozenset(regions[:1]), frozenset(regions[1:]), frozenset()):
        inside = [card for card in cards if card.region_id in seen]
        for question in (Question(), Question(pdn=True), Question(place="31", bands=("2",))):
            answer = finder.find(question, regions=seen)
            assert {card.region_id for card in answer.hits} <= seen
            check(answer, question, inside, way_of)
        assert finder.find(Question(text="kertas"), regions=seen).total == sum(
            card in inside for card in having("kertas", finder, cards)
        )


def test_what_is_not_on_show_is_never_shown_even_while_an_engine_still_knows_it(finder: TextFinder) -> None:
    """The index of a test is not told of changes: so this is the worst lag there can be."""
    drafts = set(Listing.objects.exclude(state="LIVE").values_list("pk", flat=True))
    shown = finder.find(Question(text="kertas hvs"), regions=None).hits
    gone, moved, dearer = shown[0], shown[1], shown[2]
    listing = Listing.objects.select_related("vendor").get(pk=gone.pk)
    actions.revise_listing(actor=stalls.owner_of(listing.vendor), listing_id=gone.pk)
    other = next(c.region_id for c in ListingCard.objects.all() if c.region_id != moved.region_id)
    ListingCard.objects.filter(pk=moved.pk).update(region_id=other)
    ListingCard.objects.filter(pk=dearer.pk).update(price=123_456)

    now = {card.pk: card for card in everything(finder, Question(text="kertas hvs"))}
    theirs = finder.find(Question(text="kertas hvs"), regions=frozenset({moved.region_id})).hits

    assert drafts.isdisjoint(now)
    assert gone.pk not in now
    assert moved.pk not in {card.pk for card in theirs}
    assert now[dearer.pk].price == 123_456
