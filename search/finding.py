"""From a question to an answer, whatever the engine: read the text, ask strictly, then loosely, show cards."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest
from oscar.core.loading import get_model

from marketplace.core import clock
from marketplace.regulation.queries import parameter
from search import synonyms
from search.categories import Tree
from search.engines import engine
from search.engines.postgres import PostgresEngine
from search.explaining import explain
from search.facets import facets_of
from search.finder import Answer, Asked, Counts, Engine, Found
from search.homes import home_provinces
from search.models import ListingCard
from search.question import PAGE_SIZE, Question
from search.ranking import WINDOW, nearness, start_of, taking_turns
from search.terms import Terms, read_terms
from search.understanding import Understood, understand
from search.vocabulary import Vocabulary

StockRecord = get_model("partner", "StockRecord")
WORDS = Vocabulary()
_COLUMNS = [
    field.name
    for field in ListingCard._meta.concrete_fields
    if field.name not in ("document", "head", "facet_code")
]
# What can be ordered now; None: made to order.
_FREE = Subquery(
    StockRecord.objects.filter(pk=OuterRef("stockrecord_id"), num_in_stock__isnull=False).values(
        number=Greatest(F("num_in_stock") - Coalesce("num_allocated", 0), 0)
    )
)


@dataclass(frozen=True, slots=True)
class TextFinder:
    """The finder of the market. Without an engine of its own it asks the installation's."""

    engine: Engine | None = None

    def find(
        self,
        question: Question,
        *,
        regions: frozenset[int] | None,
        tree: Tree | None = None,
        explained: bool = False,
    ) -> Answer:
        """Answer a question: all words first, a place only if it leaves something, then some of the words.

        Args:
            explained: tell of each hit where its points come from.
        """
        began = time.perf_counter()
        tree = tree or Tree.load()
        read = _read(question)
        found, asked, read = self._found(question, read, regions, tree)
        counts, terms = found.counts, asked.terms
        hits = _cards(_page(found.hits, asked), regions)
        earned = dict(found.hits)
        for card in hits:
            card.earned = earned.get(card.pk)
        if explained:
            explain(hits, asked)
        return Answer(
            hits=hits,
            total=counts.total,
            facets=facets_of(asked.question, counts, tree),
            corrected=terms.corrected if counts.total else "",
            suggestion="" if counts.total else terms.corrected,
            loosened=terms.loose and bool(counts.total),
            missing=terms.missing,
            without=counts.without,
            price_read=read.price_to,
            price_from_read=read.price_from,
            place_read=(read.place_code, read.place_label) if read.place_code else None,
            engine=found.engine,
            degraded=found.degraded,
            synonyms=synonyms.version() if terms else synonyms.SHIPPED,
            took_ms=round((time.perf_counter() - began) * 1000, 1),
            asked=asked,
        )

    def _found(
        self, question: Question, read: Understood, regions: frozenset[int] | None, tree: Tree
    ) -> tuple[Found, Asked, Understood]:
        ways = _ways(question, read, regions, tree)
        asked, way = next(ways)
        first = self._ask(asked), asked, way
        if first[0].counts.total:
            return first
        for asked, way in ways:
            found = self._ask(asked)
            if found.counts.total:
                return found, asked, way
        return first

    def _ask(self, asked: Asked) -> Found:
        chosen = self.engine or engine()
        missing = bool(asked.question.category) and asked.node is None
        if asked.terms.hopeless or missing:
            return Found((), Counts(), chosen.name)
        limit, offset = _window(asked)
        return chosen.ask(asked, limit=limit, offset=offset)


def new_arrivals(
    question: Question,
    *,
    after: int,
    upto: int,
    since: datetime,
    regions: frozenset[int] | None,
    tree: Tree | None = None,
) -> list[int]:
    """The listings that answer a question in all its words among those that arrived as `after` < n <= `upto`.

    Always asked of PostgreSQL, which no index lags behind. Words are taken as written: a word that stands nowhere yet
    is what somebody waits for, not a typing error. A place counts as such if the question then has any answer.

    Args:
        since: on show no longer than that.
    """
    tree = tree or Tree.load()
    read = _read(question)
    postgres = PostgresEngine()
    for way in [read, read.without_place()] if read.place_code else [read]:
        asked = _asked(question, way, regions, tree, repaired=False)
        if asked.terms.hopeless or (question.category and asked.node is None):
            continue
        found = postgres.arrived(asked, after=after, upto=upto, since=since)
        if found or (way.place_code and postgres.ask(asked, limit=1).counts.total):
            return found
    return []


def _ways(
    question: Question, read: Understood, regions: frozenset[int] | None, tree: Tree
) -> Iterator[tuple[Asked, Understood]]:
    """How a question may be meant, likeliest first: as read; its place as part of a name; with a slip that made
    another word; then some of the words.
    """
    asked = [(_asked(question, read, regions, tree), read)]
    yield asked[0]
    if read.place_code:
        whole = read.without_place()
        asked.append((_asked(question, whole, regions, tree), whole))
        yield asked[1]
    if asked[0][0].terms and not question.literal:
        doubted = _asked(question, read, regions, tree, doubted=True)
        if doubted.terms != asked[0][0].terms:
            yield doubted, read
    for strict, way in asked:
        fewer = strict.terms.loosened()
        if fewer is not None:
            yield replace(strict, terms=fewer), way


def _read(question: Question) -> Understood:
    """Price and place of the text, unless the question wants its words as they are."""
    plain = question.literal or not question.text
    return Understood(question.text) if plain else understand(question.text, home=home_provinces())


def _asked(
    question: Question,
    read: Understood,
    regions: frozenset[int] | None,
    tree: Tree,
    *,
    doubted: bool = False,
    repaired: bool = True,
) -> Asked:
    day = clock.today()
    repair = repaired and not question.literal
    terms = Terms()
    if read.text:
        terms = read_terms(read.text, vocabulary=WORDS, repair=repair, doubted=doubted)
    filled = replace(
        question,
        price_from=question.price_from or read.price_from,
        price_to=question.price_to or read.price_to,
        deliver_to=question.deliver_to or read.place_code,
    )
    weights = parameter("exposure.weights").value
    return Asked(
        question=filled,
        terms=terms,
        regions=regions,
        node=tree.by_slug.get(question.category),
        day=day,
        start=start_of(terms.key, day),
        near=nearness(int(weights["proximity"])),
    )


def _window(asked: Asked) -> tuple[int, int]:
    """Limit and offset: the first pages come from one window, in which equals take turns."""
    offset = (asked.question.page - 1) * PAGE_SIZE
    return (WINDOW, 0) if asked.by_fit and offset < WINDOW else (PAGE_SIZE, offset)


def _page(hits: Sequence[tuple[int, int]], asked: Asked) -> Sequence[tuple[int, int]]:
    if _window(asked)[0] == PAGE_SIZE:
        return hits
    start = (asked.question.page - 1) * PAGE_SIZE
    whose = ListingCard.objects.filter(pk__in=[listing_id for listing_id, _points in hits])
    vendors = dict(whose.values_list("pk", "vendor_id")) if hits else {}
    settled = taking_turns(hits, vendors=vendors, key=asked.terms.key, day=asked.day)
    return settled[start : start + PAGE_SIZE]


def _cards(hits: Sequence[tuple[int, int]], regions: frozenset[int] | None) -> list[ListingCard]:
    """The cards of hits, in their order; what left the show or the regions since the engine knew it is left out."""
    if not hits:
        return []
    kept = ListingCard.objects.only(*_COLUMNS).annotate(in_hand=_FREE)
    if regions is not None:
        kept = kept.filter(region_id__in=regions)
    cards = kept.in_bulk([listing_id for listing_id, _points in hits])
    shown: list[ListingCard] = []
    for listing_id, points in hits:
        card = cards.get(listing_id)
        if card is not None:
            card.points, card.free = points, card.in_hand
            shown.append(card)
    return shown
