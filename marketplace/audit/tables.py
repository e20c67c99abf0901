"""Completeness: what the log told last of every thing, compared with the tables as they stand.

A row changed, made or removed past the door is found here, whoever did it and whatever guards slept meanwhile. The log
knows no rooms above it: `AUDIT_TABLES` names an object of theirs that can read the tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Protocol, TypeAlias

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

Thing: TypeAlias = tuple[str, str]
Naming: TypeAlias = tuple[str, str, Mapping[str, str]]
"""(kind, fact, column → what a named thing is told with): the fact is an id, or a list of objects with an `id` each."""
_UNTOLD: Final = object()


class Tables(Protocol):
    """Reads the tables of all rooms, row by row in constant memory."""

    def told(self) -> Mapping[str, Sequence[tuple[str, Sequence[str]]]]:
        """By act: the columns that its facts tell, each with the way to the fact."""

    def named(self) -> Mapping[str, Sequence[Naming]]:
        """By act: the things of other kinds that its facts name."""

    def things(self) -> Iterator[tuple[str, str, bool]]:
        """(kind, id, whether an entry must tell of it) of everything."""

    def kept(self) -> frozenset[str]:
        """The kinds whose rows never go."""

    def states(self) -> Iterator[tuple[str, str, str, str]]:
        """(kind, id, state, first state) of everything that has a state."""

    def figures(self) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """(kind, id, column → value) of everything whose columns the log tells."""


class Findings(Protocol):
    """Takes what is found."""

    def add(self, code: str, place: str, sentence: str) -> None:
        """Note a finding."""


class Remembered:
    """What the log told last of each thing: one pass over the entries, then one over the tables."""

    def __init__(self, report: Findings) -> None:
        self.report = report
        self.tables: Tables = import_string(settings.AUDIT_TABLES)
        self.telling, self.naming = self.tables.told(), self.tables.named()
        self.known: set[Thing] = set()
        self.states: dict[Thing, str] = {}
        self.figures: dict[Thing, dict[str, Any]] = {}

    def see(self, thing: Thing, act: str, facts: object, place: str) -> None:
        """Take in one entry; entries of a thing come in their order."""
        self.known.add(thing)
        if not isinstance(facts, dict):
            return
        state, before = facts.get("state"), facts.get("before")
        if isinstance(state, str):
            told = self.states.get(thing)
            if isinstance(before, str) and told is not None and before != told:
                sentence = _("Perubahan status berangkat dari %(is)s, padahal sebelumnya %(told)s.")
                self.report.add("state_chain", place, sentence % {"is": before, "told": told})
            self.states[thing] = state
        for column, way in self.telling.get(act, ()):
            value = _at(facts, way)
            if value is not _UNTOLD:
                self.figures.setdefault(thing, {})[column] = value
        for kind, fact, columns in self.naming.get(act, ()):
            for pk, told_with in _named(facts.get(fact)):
                self.known.add((kind, pk))
                values = {column: told_with[each] for column, each in columns.items() if each in told_with}
                if values:
                    self.figures.setdefault((kind, pk), {}).update(values)

    def compare(self) -> None:
        """Note where the tables say something else."""
        self._compare_things()
        self._compare_states()
        self._compare_figures()

    def unknown(self, unseen: set[Thing] | None = None) -> Iterator[Thing]:
        """What an entry must tell of and none does; takes out of `unseen` what it meets."""
        for kind, pk, must_be_told in self.tables.things():
            if (kind, pk) in self.known:
                if unseen is not None:
                    unseen.discard((kind, pk))
            elif must_be_told:
                yield kind, pk

    def _compare_things(self) -> None:
        kept = self.tables.kept()
        unseen = {thing for thing in self.known if thing[0] in kept}
        for kind, pk in self.unknown(unseen):
            sentence = _("Ada di basis data, log tidak mengenalnya: dibuat di luar log.")
            self.report.add("thing_unknown", f"{kind} {pk}", sentence)
        for kind, pk in sorted(unseen):
            self.report.add("thing_lost", f"{kind} {pk}", _("Log mengenalnya, basis data tidak lagi."))

    def _compare_states(self) -> None:
        for kind, pk, state, first in self.tables.states():
            told = self.states.pop((kind, pk), first)
            if told != state:
                sentence = _("Status di basis data %(is)s, menurut log %(told)s: diubah di luar log.")
                self.report.add("state", f"{kind} {pk}", sentence % {"is": state, "told": told})

    def _compare_figures(self) -> None:
        for kind, pk, values in self.tables.figures():
            for column, told in self.figures.pop((kind, pk), {}).items():
                if values[column] != told:
                    sentence = _("%(column)s di basis data %(is)s, menurut log %(told)s: diubah di luar log.")
                    words = {"column": column, "is": values[column], "told": told}
                    self.report.add("figure", f"{kind} {pk}", sentence % words)


def _at(facts: Mapping[str, Any], way: Sequence[str]) -> Any:
    """Return the fact at the end of a way, `_UNTOLD` where the way ends early; None is a fact, too: there is none."""
    found: Any = facts
    for step in way:
        found = found.get(step, _UNTOLD) if isinstance(found, dict) else _UNTOLD
    return found


def _named(fact: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(id, what it is told with) of the things that a fact names; entries older than the naming name none."""
    for each in fact if isinstance(fact, list) else [fact]:
        if isinstance(each, dict) and "id" in each:
            yield str(each["id"]), each
        elif isinstance(each, int) and each is fact:
            yield str(each), {}
