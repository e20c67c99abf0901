"""What a change of synonyms would do to questions, before it is saved: hits before and after, the first titles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from marketplace.core import clock
from search.engines.postgres import PostgresEngine
from search.finder import Asked, Counts, Found
from search.languages import INDONESIAN
from search.models import ListingCard
from search.question import Question
from search.ranking import start_of
from search.synonyms import Book, Group, asked
from search.terms import read_terms
from search.vocabulary import Vocabulary

MOST_QUESTIONS: Final = 8
SHOWN: Final = 10
COMPARED: Final = 2_000
"""Hits of which it is told exactly which are new."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What becomes of one question.

    Attributes:
        before, after: listings that have all its words.
        gained, lost: listings that come and go.
        titles: the first of them afterwards, each with whether it is new.
    """

    question: str
    before: int
    after: int
    gained: int
    lost: int
    titles: Sequence[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change does: each sample question, and how many listings some question newly finds."""

    effects: Sequence[Effect]
    gaining: int


def preview(
    *, before: Book, after: Book, number: int, also: str = "", regions: frozenset[int] | None
) -> Preview:
    """Ask the members of a changed group, as questions, with the list as it is and as it would be.

    Args:
        number: the group that differs.
        also: a further question of the curator's own.
        regions: the only ones whose listings may be shown; None: all.
    """
    new: set[int] = set()
    effects = []
    for text in _questions(before.groups.get(number), after.groups.get(number), also):
        was, now = (_found(text, book, regions) for book in (before, after))
        known, found = ({listing for listing, _points in each.hits} for each in (was, now))
        whole = max(was.counts.total, now.counts.total) <= COMPARED
        grown = now.counts.total - was.counts.total
        new |= found - known
        effects.append(
            Effect(
                question=text,
                before=was.counts.total,
                after=now.counts.total,
                gained=len(found - known) if whole else max(grown, 0),
                lost=len(known - found) if whole else max(-grown, 0),
                titles=_titles([listing for listing, _points in now.hits[:SHOWN]], known),
            )
        )
    return Preview(effects, len(new))


def _questions(old: Group | None, new: Group | None, also: str) -> list[str]:
    said = [also, *(new.members if new else ()), *(old.members if old else ())]
    told = {asked(member): " ".join(member.split()) for member in reversed(said) if member.strip()}
    return list(reversed(told.values()))[:MOST_QUESTIONS]


def _found(text: str, book: Book, regions: frozenset[int] | None) -> Found:
    """All hits that have every word, by the embedded engine: it has no lag and is always there."""
    terms = read_terms(
        text, vocabulary=Vocabulary(), language=replace(INDONESIAN, phrases=book.phrases), repair=False
    )
    if not terms or terms.hopeless:
        return Found((), Counts(), "")
    day = clock.today()
    question = Asked(Question(text=text), terms, regions, None, day, start_of(terms.key, day))
    return PostgresEngine().ask(question, limit=COMPARED)


def _titles(listings: Sequence[int], known: set[int]) -> list[tuple[str, bool]]:
    titles = dict(ListingCard.objects.filter(pk__in=listings).values_list("pk", "title"))
    return [(titles[listing], listing not in known) for listing in listings if listing in titles]
