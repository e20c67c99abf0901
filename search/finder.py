"""What any engine must do: take a question, give an answer. Pages know only this."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from search.models import ListingCard
from search.question import Question

RANKING_VERSION = "1"
RANKING_SAYS = (
    "Urutan “paling sesuai” versi 1: kata pada nama produk paling berat, lalu ciri, uraian, dan nama penyedia; "
    "yang setara diurutkan dari yang terbaru. Tidak ada posisi berbayar."
)


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet: how many hits it would leave, and whether it is chosen."""

    value: str
    label: str
    count: int
    checked: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A way to narrow the answer; its own choice does not count against its own options."""

    name: str
    title: str
    options: Sequence[Option]


@dataclass(frozen=True, slots=True)
class Answer:
    """Hits of one page, how many there are, how to narrow them, and what else might have been meant."""

    hits: Sequence[ListingCard]
    total: int
    facets: Sequence[Facet]
    suggestion: str = ""
    corrected: str = ""
    loosened: bool = False
    price_read: int | None = None
    engine: str = "postgresql"
    degraded: bool = False
    ranking: str = RANKING_VERSION


class Finder(Protocol):
    """A search engine. `regions` are the only ones whose listings may be seen; None means all."""

    def find(self, question: Question, *, regions: frozenset[int] | None) -> Answer: ...

    def suggest(self, text: str, *, regions: frozenset[int] | None, limit: int = 8) -> list[str]: ...
