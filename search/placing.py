"""Where one listing stands for a question, why, and what would raise it: for the vendor whose listing it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from marketplace.core.money import rupiah
from marketplace.regulation.queries import parameter
from search.choices.changes import PART_NAMES
from search.engines import scoring
from search.engines.postgres import PostgresEngine
from search.explaining import explain
from search.finder import Asked
from search.finding import TextFinder
from search.models import ListingCard, PriceBand
from search.question import PAGE_SIZE, Question
from search.ranking import MARKET, STANDING_PARTS, WINDOW, by_place, taking_turns
from vendors.exposure import MANY_ORDERS
from vendors.models import Listing

FARTHEST: Final = 1_000
"""Beyond this place only the points are told."""
MOST_ADVICE: Final = 3


@dataclass(frozen=True, slots=True)
class Advice:
    """Something the vendor can do, and what it would give at most."""

    says: str
    gain: int


@dataclass(frozen=True, slots=True)
class Place:
    """One listing for one question.

    Attributes:
        place: today's place; None beyond `FARTHEST`, or when the listing does not fit the question at all.
        equals: how many listings have exactly its points and take turns with it, itself included.
        first_page: the most and the fewest points on the first page.
    """

    total: int
    place: int | None
    equals: int
    points: int | None
    parts: Sequence[tuple[str, int]]
    first_page: tuple[int, int] | None
    advice: Sequence[Advice]

    @property
    def on_first_page(self) -> bool:
        """Whether buyers see it without turning the page."""
        return self.place is not None and self.place <= PAGE_SIZE


def place_of(listing: Listing, text: str) -> Place:
    """Where a listing stands today for buyers of its own region who ask `text`. Fewer than ten queries."""
    engine = PostgresEngine()
    question = Question(text=text)
    answer = TextFinder(engine).find(question, regions=frozenset({listing.vendor.region_id}))
    asked = answer.asked
    if asked is None or not asked.terms or not answer.total:
        return Place(answer.total, None, 0, None, (), None, ())
    hits = _in_order(asked, engine)
    points = dict(hits)
    cards = list(ListingCard.objects.filter(pk=listing.pk).defer("document", "head", "facet_code"))
    if not _fits(cards, asked):
        return Place(answer.total, None, 0, None, (), _range(hits), ())
    cards[0].points = points.get(listing.pk)
    explain(cards, asked)
    known = cards[0].points is not None  # beyond, nobody knows what further offers of the vendor would lose
    why = [part for part in cards[0].why if known or part[0] != PART_NAMES["repeated"]]
    own = sum(number for _name, number in why)
    places = [place for place, (key, _points) in enumerate(hits, start=1) if key == listing.pk]
    return Place(
        total=answer.total,
        place=places[0] if places else None,
        equals=sum(each == own for each in points.values()),
        points=own,
        parts=why,
        first_page=_range(hits),
        advice=_advice(listing, asked, dict(why)),
    )


def _in_order(asked: Asked, engine: PostgresEngine) -> list[tuple[int, int]]:
    hits = list(engine.ask(replace(asked, question=replace(asked.question, page=1)), limit=FARTHEST).hits)
    whose = ListingCard.objects.filter(pk__in=[listing for listing, _points in hits[:WINDOW]])
    vendors = dict(whose.values_list("pk", "vendor_id"))
    turned = taking_turns(hits[:WINDOW], key=asked.terms.key, day=asked.day, vendors=vendors)
    return [*turned, *hits[WINDOW:]]


def _range(hits: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    first = [points for _listing, points in hits[:PAGE_SIZE]]
    return (max(first), min(first)) if first else None


def _fits(cards: Sequence[ListingCard], asked: Asked) -> bool:
    found = ListingCard.objects.filter(pk__in=[card.pk for card in cards])
    return found.extra(where=["document @@ %s::tsquery"], params=[scoring.matching(asked.terms)]).exists()


def _advice(listing: Listing, asked: Asked, parts: Mapping[str, int]) -> list[Advice]:
    """What would give most, the best three; what nobody can bring about is left out."""
    told = [*_about_words(asked, parts), *_about_standing(listing, parts)]
    return sorted((each for each in told if each.gain > 0), key=lambda each: -each.gain)[:MOST_ADVICE]


def _about_words(asked: Asked, parts: Mapping[str, int]) -> list[Advice]:
    told = []
    for group in asked.terms.groups:
        word = " ".join(group.said)
        gain = by_place(group.points)[0] - parts.get(f"kata “{word}”", 0)
        told.append(Advice(f"Sebut “{word}” di nama produk, bila memang itu barangnya.", gain))
    together = parts.get("kata berurutan di nama produk", 0)
    if asked.terms.length > 1:
        told.append(Advice("Tulis kata-kata itu berurutan di nama produk.", MARKET.together - together))
    short = f"Ringkas nama produk; paling baik tidak lebih dari {asked.terms.length} kata."
    return [*told, Advice(short, MARKET.short[0] - parts.get("nama produk ringkas", 0))]


def _about_standing(listing: Listing, parts: Mapping[str, int]) -> list[Advice]:
    weights = parameter("exposure.weights").value
    band = PriceBand.objects.filter(category_id=listing.category_id, unit=listing.unit).first()
    cheap = (
        f"Seperempat termurah di golongannya mulai {rupiah(band.low)} / {listing.unit} ke bawah."
        if band
        else "Belum cukup pembanding harga di golongan ini."
    )
    enough = MANY_ORDERS * listing.min_order
    says = {
        "quality": "Naikkan skor: jawab pesanan cepat, kirim tepat waktu dan utuh.",
        "price": cheap,
        "capacity": f"Siapkan stok atau kesanggupan sehari {enough} {listing.unit} ({MANY_ORDERS} pesanan terkecil).",
        "domestic": "Lengkapi sertifikat TKDN dan BMP, atau nyatakan produk dalam negeri bila benar.",
    }
    return [
        Advice(says[part], weights.get(part, 0) - parts.get(name, 0))
        for part, name in STANDING_PARTS.items()
        if part in says and (part != "price" or band)
    ]
