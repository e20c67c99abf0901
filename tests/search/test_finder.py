"""Finding: words, slips, synonyms, filters, counts that equal plain SQL, nothing that may not be seen."""

from __future__ import annotations

import random

import pytest
from django.db import transaction
from django.http import QueryDict

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from search import index
from search.finding import TextFinder
from search.models import CategoryCount, ListingCard, Word
from search.packing import BANDS
from search.question import Question, as_lists
from search.understanding import understand
from tests import people
from tests.vendors import stalls
from vendors import actions, bulk
from vendors.models import Listing
from vendors.queries import visible_regions

pytestmark = pytest.mark.django_db(transaction=True)
finder = TextFinder()

GOODS = [
    ("Nasi kotak ayam bakar", "konsumsi/nasi-kotak", "KATERING", 35_000),
    ("Snack box tiga macam kue", "konsumsi/snack", "KATERING", 15_000),
    ("Kertas HVS A4 80 gram", "alat-tulis-kantor/kertas", "BARANG", 55_000),
    ("Pulpen gel hitam 0.5", "alat-tulis-kantor/pulpen", "BARANG", 4_500),
    ("Jasa kebersihan gedung", "kebersihan/jasa-kebersihan", "JASA", 4_200_000),
    ("Penjahitan seragam dinas", "kebersihan/jasa-kebersihan", "JASA", 250_000),
]


@pytest.fixture
def stall():
    made = stalls.vendor()
    for title, way, kind, price in GOODS:
        stalls.listing(made, title, way=way, kind=kind, price=price, description="")
    return made


def titles(text: str = "", **asked: object) -> list[str]:
    return [card.title for card in finder.find(Question(text=text, **asked), regions=None).hits]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("nasi kotak", "Nasi kotak ayam bakar"),
        ("nasi box", "Nasi kotak ayam bakar"),
        ("nasi kotak 50 rb menteng", "Nasi kotak ayam bakar"),
        ("krtas hvs", "Kertas HVS A4 80 gram"),
        ("kertas 80gr", "Kertas HVS A4 80 gram"),
        ("bolpoin", "Pulpen gel hitam 0.5"),
        ("plupen", "Pulpen gel hitam 0.5"),
        ("bersih-bersih", "Jasa kebersihan gedung"),
        ("cleaning service", "Jasa kebersihan gedung"),
        ("menjahit", "Penjahitan seragam dinas"),
        ("tukang jahit untuk seragam", "Penjahitan seragam dinas"),
        ("warung bu sari snack", "Snack box tiga macam kue"),
    ],
)
def test_people_find_what_they_mean(stall, text, first):
    assert titles(text)[:1] == [first]


def test_a_slip_is_told_and_a_word_without_meaning_finds_nothing(stall):
    assert finder.find(Question(text="kretas"), regions=None).corrected == "kertas"
    nothing = finder.find(Question(text="zzqqxx"), regions=None)
    assert (nothing.total, list(nothing.hits), nothing.loosened) == (0, [], False)


def test_some_of_the_words_are_better_than_nothing(stall):
    answer = finder.find(Question(text="kertas emas berlian"), regions=None)

    assert answer.loosened
    assert [card.title for card in answer.hits] == ["Kertas HVS A4 80 gram"]


def test_a_price_in_the_words_is_read():
    assert (understand("nasi kotak 50 rb").text, understand("nasi kotak 50 rb").price_to) == (
        "nasi kotak",
        50_000,
    )
    assert understand("laptop di bawah 7,5 juta").price_to == 7_500_000
    assert understand("50 rb").price_to is None


def test_what_left_the_show_is_found_no_more(stall):
    listing = Listing.objects.get(product__title="Kertas HVS A4 80 gram")
    assert titles("kertas")

    actions.revise_listing(actor=stalls.owner_of(stall), listing_id=listing.pk)

    assert titles("kertas") == []


def test_officials_of_another_region_find_only_their_own(stall):
    elsewhere = people.region("D300", "Kota Lain")
    stalls.listing(
        stalls.vendor("Toko Lain", region=elsewhere), "Kertas HVS F4", way="alat-tulis-kantor/kertas"
    )

    answer = finder.find(Question(text="kertas"), regions=frozenset({elsewhere.pk}))

    assert [card.title for card in answer.hits] == ["Kertas HVS F4"]
    assert answer.total == 1


@pytest.mark.parametrize("text", ["'", "a & | !", "(((", "\\", "nasi:*", "%", "x" * 200, "<->", "🍚", "NULL"])
def test_no_text_breaks_the_question(stall, text):
    finder.find(
        Question.read(as_lists({"q": text, "urut": text, "hal": text, "tempat": [text], "kirim": [text]})),
        regions=None,
    )


def test_facets_equal_plain_counting():
    chance = random.Random(7)
    stall, other = stalls.vendor(), stalls.vendor("Toko Maju", place_code="31.74.01.1001", size="KECIL")
    ways = ["konsumsi/nasi-kotak", "konsumsi/snack", "alat-tulis-kantor/kertas", "kebersihan/jasa-kebersihan"]
    known = stalls.categories()
    bulk.create_listings(
        [
            bulk.ListingRow(
                vendor_id=chance.choice([stall, other]).pk,
                data=stalls.listing_data(
                    f"Barang {chance.choice('merah biru hijau'.split())} {number}",
                    way=chance.choice(ways),
                    kind=chance.choice(["BARANG", "JASA", "KATERING"]),
                    price=chance.choice(
                        [10_000, 50_000, 199_999, 200_000, 999_999, 1_000_000, 5_000_000, 8_000_000]
                    ),
                    is_pdn=chance.random() < 0.5,
                    halal=chance.random() < 0.3,
                ),
            )
            for number in range(120)
        ],
        actor=Actor.system("uji"),
    )
    cards = list(ListingCard.objects.all())
    way_of = {pk: way for way, pk in known.items()}

    for _round in range(60):
        question = Question(
            text=chance.choice(["", "merah", "biru hijau"]),
            category=chance.choice(["", "konsumsi", "konsumsi/snack", "alat-tulis-kantor"]),
            bands=tuple(sorted(chance.sample("12345", chance.choice([0, 0, 1, 2])))),
            kinds=tuple(chance.sample(["BARANG", "JASA"], chance.choice([0, 1]))),
            sizes=tuple(chance.sample(["MIKRO", "KECIL"], chance.choice([0, 0, 1]))),
            place=chance.choice(["", "", "31.71", "31.74"]),
            pdn=chance.random() < 0.2,
            halal=chance.random() < 0.2,
        )
        compare(question, cards, way_of)


def band(card: ListingCard) -> str:
    return next(
        code
        for code, low, high, _ in BANDS
        if (low or 0) <= card.price and (high is None or card.price < high)
    )


def compare(question: Question, cards: list[ListingCard], way_of: dict[int, str]) -> None:
    """The answer's total and counts are those of plain counting over all cards."""
    tests = {
        "kategori": lambda c: not question.category or way_of[c.category_id].startswith(question.category),
        "harga": lambda c: not question.bands or band(c) in question.bands,
        "jenis": lambda c: not question.kinds or c.kind in question.kinds,
        "ukuran": lambda c: not question.sizes or c.size in question.sizes,
        "tempat": lambda c: c.place_code.startswith(question.place),
        "pdn": lambda c: not question.pdn or c.is_pdn,
        "halal": lambda c: not question.halal or c.halal,
    }
    answer = finder.find(question, regions=None)
    said = set(question.text.split())
    wanted = [c for c in cards if not said or (any if answer.loosened else all)(w in c.title for w in said)]
    if not said or answer.total or answer.loosened:
        full = [c for c in wanted if all(test(c) for test in tests.values())]
        assert answer.total == len(full), question
        values = {
            "harga": band,
            "jenis": lambda c: c.kind,
            "ukuran": lambda c: c.size,
            "tempat": lambda c: c.place_code,
        }
        for facet in answer.facets:
            if facet.name not in values:
                continue
            rest = [c for c in wanted if all(test(c) for name, test in tests.items() if name != facet.name)]
            for option in facet.options:
                number = sum(values[facet.name](c).startswith(option.value) for c in rest)
                assert option.count == number, (facet, question)


def test_a_rebuild_changes_nothing_and_drops_words_no_longer_used(stall):
    listing = Listing.objects.get(product__title="Pulpen gel hitam 0.5")
    actions.revise_listing(actor=stalls.owner_of(stall), listing_id=listing.pk)
    before = (sorted(ListingCard.objects.values_list("pk", "document")), sorted(_counts()))
    assert Word.objects.filter(word="pulpen").exists()

    with transaction.atomic():
        assert index.rebuild() == 5

    assert (sorted(ListingCard.objects.values_list("pk", "document")), sorted(_counts())) == before
    assert not Word.objects.filter(word="pulpen").exists()


def _counts() -> list[tuple[int, int]]:
    return list(CategoryCount.objects.filter(listings__gt=0).values_list("category_id", "listings"))


def test_a_question_and_its_query_string_are_one():
    chance = random.Random(3)
    for _round in range(200):
        question = Question(
            text=chance.choice(["", "nasi kotak"]),
            bands=tuple(sorted(chance.sample("12345", 2))),
            kinds=chance.choice([(), ("BARANG",), ("BARANG", "JASA")]),
            pdn=chance.random() < 0.5,
            sort=chance.choice(["", "termurah"]),
            price_to=chance.choice([None, 50_000]),
            page=chance.choice([1, 2, 42]),
        )
        assert Question.read(QueryDict(question.query_string(page=question.page)[1:])) == question


def test_role_decides_what_regions_are_seen(stall):
    assert visible_regions(people.actor(Role.PPK)) == frozenset({people.region().pk})
    assert visible_regions(people.actor(Role.AUDITOR)) is None


def test_the_parts_of_the_points_add_up_to_them(stall):
    answer = finder.find(Question(text="kertas hvs", deliver_to="31.71"), regions=None, explained=True)

    assert answer.hits
    for card in answer.hits:
        assert sum(points for _part, points in card.why) == card.points


def test_a_place_that_leaves_nothing_is_taken_as_a_word(stall):
    menteng = finder.find(Question(text="nasi kotak menteng"), regions=None)
    elsewhere = finder.find(Question(text="nasi kotak jayapura"), regions=None)

    assert menteng.place_read == ("31.71.06", "Menteng, Kota Jakarta Pusat")
    assert [card.title for card in menteng.hits] == ["Nasi kotak ayam bakar"]
    assert elsewhere.place_read is None
    assert elsewhere.loosened
    assert elsewhere.hits[0].title == "Nasi kotak ayam bakar"


def test_a_phrase_that_stands_nowhere_is_still_found_by_its_rarer_word(stall):
    stalls.listing(stall, "Bak tampung hujan", description="")

    assert titles("penampung air") == ["Bak tampung hujan"]


def test_an_answer_says_which_synonyms_it_was_made_with(stall):
    assert finder.find(Question(text="nasi box"), regions=None).synonyms == 1
