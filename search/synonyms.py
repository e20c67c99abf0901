"""Groups of words that mean the same to a buyer, as stems, by version.

The first version is the shipped list; every change by a curator is a row (`SynonymChange`) and the next version, and
every older version can be read again. A process keeps the newest list and asks the database for its number once in
KEPT_SECONDS, so a curator's change reaches every process within that time and costs a page nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from django.db.models import Max

from search.indonesian import DATA, STOP_WORDS, stems, words
from search.models import SynonymChange

Phrase = tuple[str, ...]

SHIPPED: Final = 1
"""The version that data/synonyms.txt is."""
KEPT_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Group:
    """Words that mean the same.

    Attributes:
        members: words or phrases as people write them.
        one_way: who asks for the first also finds the others, and not the reverse.
    """

    members: tuple[str, ...]
    one_way: bool = False

    def __str__(self) -> str:
        return (" > " if self.one_way else " = ").join(self.members)


@dataclass(frozen=True, slots=True)
class Book:
    """The list of one version.

    Attributes:
        version: its number.
        groups: number of a group → the group; numbers are never used again.
    """

    version: int
    groups: Mapping[int, Group]
    _meanings: Mapping[Phrase, tuple[Phrase, ...]] = field(init=False, repr=False, compare=False)
    _longest: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found = _meanings(self.groups.values())
        object.__setattr__(self, "_meanings", found)
        object.__setattr__(self, "_longest", max(map(len, found), default=1))

    def phrases(self, roots: list[str]) -> list[tuple[Phrase, ...]]:
        """Cut stems into the longest known phrases from the left; each comes with its alternatives, itself first."""
        cut: list[tuple[Phrase, ...]] = []
        at = 0
        while at < len(roots):
            for length in range(min(self._longest, len(roots) - at), 0, -1):
                phrase = tuple(roots[at : at + length])
                known = self._meanings.get(phrase)
                if known is not None or length == 1:
                    cut.append(known or (phrase,))
                    at += length
                    break
        return cut

    def meanings(self, phrase: Phrase) -> tuple[Phrase, ...]:
        """What means the same as a phrase of stems, itself first; only itself when no group has it."""
        return self._meanings.get(phrase, (phrase,))

    def with_group(self, number: int, group: Group | None) -> Book:
        """The next version: with one group as given, or without it."""
        changed = {key: kept for key, kept in self.groups.items() if key != number}
        if group is not None:
            changed[number] = group
        return Book(self.version + 1, dict(sorted(changed.items())))


def asked(member: str) -> Phrase:
    """A member as a question says it: its stems without words that say nothing."""
    said = list(words(member))
    return tuple(stems(" ".join(word for word in said if word not in STOP_WORDS) or member))


def _meanings(groups: Iterable[Group]) -> dict[Phrase, tuple[Phrase, ...]]:
    found: dict[Phrase, dict[Phrase, None]] = {}
    for group in groups:
        written = [tuple(stems(member)) for member in group.members]
        for place, member in enumerate(group.members):
            if group.one_way and place:
                break
            own = asked(member)
            if own:
                known = found.setdefault(own, {own: None})
                known.update(dict.fromkeys([written[place], *written]))
    return {phrase: tuple(others) for phrase, others in found.items()}


def read_list(text: str) -> dict[int, Group]:
    """The groups of a list in the form of data/synonyms.txt, numbered from 1 in their order."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    found = {}
    for number, line in enumerate(lines, start=1):
        mark = ">" if ">" in line else "="
        found[number] = Group(tuple(member.strip() for member in line.split(mark)), one_way=mark == ">")
    return found


@lru_cache(maxsize=1)
def shipped() -> Book:
    """The first version."""
    return Book(SHIPPED, read_list((DATA / "synonyms.txt").read_text("utf-8")))


def read_book(version: int) -> Book:
    """The list of a version, read from the database. Raises LookupError when there is no such version."""
    groups = dict(shipped().groups)
    newest = SHIPPED
    for row in SynonymChange.objects.filter(version__lte=version).order_by("version"):
        groups.pop(row.group, None)
        if row.members:
            groups[row.group] = Group(tuple(row.members), one_way=row.one_way)
        newest = row.version
    if newest != version:
        raise LookupError(f"There is no version {version} of the synonyms.")
    return Book(newest, dict(sorted(groups.items())))


@lru_cache(maxsize=8)
def book(version: int) -> Book:
    """The list of a version, also of an old one, kept. Raises LookupError when there is no such version."""
    return shipped() if version == SHIPPED else read_book(version)


def newest_version() -> int:
    """The number of the newest version, asked from the database: one query."""
    return SynonymChange.objects.aggregate(newest=Max("version"))["newest"] or SHIPPED


class _Shelf:
    """The newest list of this process; its number is asked again when older than KEPT_SECONDS."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self._asked_at = float("-inf")
        self._book: Book | None = None

    def newest(self) -> Book:
        kept = self._book
        if kept is not None and time.monotonic() - self._asked_at <= KEPT_SECONDS:
            return kept
        with self._lock:
            version = newest_version()
            if self._book is None or self._book.version != version:
                self._book = book(version)
            self._asked_at = time.monotonic()
            return self._book


_shelf = _Shelf()


def forget_synonyms() -> None:
    """Ask for the newest version again at the next question; called after a change in this process."""
    _shelf.forget()
    book.cache_clear()


def current() -> Book:
    """The newest list, at most KEPT_SECONDS old."""
    return _shelf.newest()


def version() -> int:
    """The number of the list that questions are now read with."""
    return current().version


def groups(version: int | None = None) -> Mapping[int, Group]:
    """The groups by number, of the newest version or of an older one."""
    return (current() if version is None else book(version)).groups


def phrases(roots: list[str]) -> list[tuple[Phrase, ...]]:
    """Cut the stems of a question into phrases by the newest list, each with what means the same."""
    return current().phrases(roots)
