"""What any engine must do, and what pages are told. Pages know only this.

A `Finder` reads a question, has an engine look it up, and shows cards; an `Engine` only finds: ids, points, counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from search.categories import Node, Tree
from search.models import ListingCard
from search.question import Question
from search.ranking import RANKING_VERSION
from search.terms import Terms


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet: how many hits it would leave, and whether it is chosen."""

    value: str
    label: str
    count: int
    checked: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A way to narrow the answer; its own choice does not count against its own options.

    Attributes:
        kind: "check" (boxes to tick) or "tree" (links to go down and up).
    """

    name: str
    title: str
    options: Sequence[Option]
    kind: str = "check"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question ready for an engine: words analysed, price and place read, category and regions looked up.

    Attributes:
        question: with price and place of the text filled in; its text is not for engines.
        terms: the words; empty: everything that passes the filters.
        regions: the only ones whose listings may be seen; None: all.
        node: the category, None: all.
        start: where the circle of equals starts (see `search.ranking`).
        near: points for the same province, city, kecamatan as `question.deliver_to`.
    """

    question: Question
    terms: Terms
    regions: frozenset[int] | None
    node: Node | None
    day: date
    start: int
    near: tuple[int, int, int] = (0, 0, 0)

    @property
    def by_fit(self) -> bool:
        """Whether the best fitting come first; without words the newest do."""
        return bool(self.terms) and self.question.sort in ("", "relevan")

    @property
    def place_length(self) -> int:
        """How many characters of an area code tell the places to count: a level below the chosen one, cities first."""
        return {0: 5, 2: 5, 5: 8, 8: 13, 13: 13}[len(self.question.place)]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many hits there are, in all and by facet, each facet's own choice left out of its own counts.

    Attributes:
        categories: by category id, that category alone.
        places: by area code of `Asked.place_length` characters.
        options: by facet of `search.packing` and option.
        without: by facet with a choice, the total without that choice.
    """

    total: int = 0
    categories: Mapping[int, int] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    without: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """What an engine found: (listing id, points) of the hits asked for, in order, and the counts."""

    hits: Sequence[tuple[int, int]]
    counts: Counts
    engine: str
    degraded: bool = False


class Engine(Protocol):
    """A search engine."""

    @property
    def name(self) -> str:
        """What it is called in answers."""
        ...

    def ask(self, asked: Asked, *, limit: int, offset: int = 0) -> Found:
        """The hits `offset` to `offset + limit` and the counts of all."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """Hits of one page, how many there are, how to narrow them, and what else might have been meant.

    Attributes:
        price_from_read, price_read, place_read: what was read out of the text: rupiah, rupiah, (area code, name).
        missing: words that stand nowhere.
        ranking, synonyms: versions of the formula and of the list of synonyms that the answer was made with.
        without: by facet with a choice, how many there would be without it.
        took_ms: milliseconds from question to answer.
        asked: the question as the engine was asked it, with all that decided the order.
    """

    hits: Sequence[ListingCard]
    total: int
    facets: Sequence[Facet]
    suggestion: str = ""
    corrected: str = ""
    loosened: bool = False
    missing: Sequence[str] = ()
    without: Mapping[str, int] = field(default_factory=dict)
    price_read: int | None = None
    price_from_read: int | None = None
    place_read: tuple[str, str] | None = None
    engine: str = "postgresql"
    degraded: bool = False
    ranking: str = RANKING_VERSION
    synonyms: int = 1
    took_ms: float = 0.0
    asked: Asked | None = None


class Finder(Protocol):
    """Answers questions. `regions` are the only ones whose listings may be seen; None means all."""

    def find(
        self,
        question: Question,
        *,
        regions: frozenset[int] | None,
        tree: Tree | None = None,
        explained: bool = False,
    ) -> Answer: ...
