"""What can be done in the marketplace: the register of acts.

Every room declares its acts once (in its own `acts.py`), each with the facts an auditor needs and one
Indonesian sentence. Nothing reaches the log under a name that is not declared here, or without its facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from string import Formatter
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext

from marketplace.audit.words import Names, thing_in, title_of, word_for
from marketplace.core.money import rupiah

SPEAKER_FIELDS: Final = frozenset({"actor", "role", "organisation"})
"""Fields any sentence may use beside its own facts; they come from the entry, not from the facts."""

_ACT_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_FACT_NAME = re.compile(r"[a-z][a-z0-9_]*")


class UnknownAct(LookupError):
    """An act was used that no room has registered: a programming error."""


class MissingFact(ValueError):
    """An act was recorded without a fact its declaration requires: a programming error."""


class BadAct(ValueError):
    """An act is declared wrongly: a programming error, raised when the project starts."""


@dataclass(frozen=True, slots=True)
class Act:
    """One kind of act: dotted name, Indonesian sentence over its facts, names of the facts required.

    `personal`: it gives somebody's personal data to the actor, so overseers see it among the reads (UU PDP 27/2022).

    >>> Act("purchase.approve", "{actor} menyetujui pesanan senilai {total_rupiah}", ("total_rupiah",)).name
    'purchase.approve'
    """

    name: str
    sentence: str
    facts: tuple[str, ...] = ()
    personal: bool = False

    @property
    def title(self) -> str:
        """What it is called where no entry tells its facts: the sentence, with an ellipsis where a fact would stand.

        >>> Act("purchase.approve", "{actor} menyetujui pesanan senilai {total_rupiah}", ("total_rupiah",)).title
        'Menyetujui pesanan senilai …'
        """
        return _without_facts(gettext(self.sentence))

    def __post_init__(self) -> None:
        if not _ACT_NAME.fullmatch(self.name):
            raise BadAct(f"{self.name!r}: an act is named like 'purchase.approve'")
        for fact in self.facts:
            if not _FACT_NAME.fullmatch(fact) or fact in SPEAKER_FIELDS:
                raise BadAct(f"{self.name}: {fact!r} cannot be the name of a fact")
        for _text, field, spec, conversion in Formatter().parse(self.sentence):
            if field is None:
                continue
            # Only plain names: `{x.y}` or `{x[0]}` would let a sentence reach into objects.
            if spec or conversion or field not in SPEAKER_FIELDS.union(self.facts):
                raise BadAct(f"{self.name}: the sentence uses {{{field}}}, which is not one of its facts")

    def check(self, facts: Mapping[str, object]) -> None:
        """Raise `MissingFact` unless every required fact is there. Further facts are welcome."""
        missing = [name for name in self.facts if name not in facts]
        if missing:
            raise MissingFact(f"{self.name}: missing {', '.join(missing)}")

    def things(self, facts: Mapping[str, object]) -> list[tuple[str, str]]:
        """(kind, id) of what the sentence names, whose names `tell` is to be given."""
        used = _fields(self.sentence)
        found = (thing_in(name, facts.get(name)) for name in self.facts if name in used)
        return [thing for thing in found if thing is not None]

    def tell(
        self,
        facts: Mapping[str, object],
        *,
        actor: str,
        role: str = "",
        organisation: str = "",
        names: Names = MappingProxyType({}),
    ) -> str:
        """Return the sentence for people, with the `names` of its things. Plain text: the template escapes it.

        A fact lost in an old entry shows as an ellipsis instead of breaking the auditor's page.
        """
        words = {name: self._for_people(name, facts.get(name), names) for name in self.facts}
        return gettext(self.sentence).format(actor=actor, role=role, organisation=organisation, **words)

    def _for_people(self, name: str, value: object, names: Names) -> str:
        if value is None:
            return "…"
        if isinstance(value, bool):
            return gettext("ya") if value else gettext("tidak")
        if isinstance(value, int) and name.endswith("_rupiah"):
            return rupiah(value)
        if isinstance(value, (list, tuple)):
            return ", ".join(self._for_people(name, member, names) for member in value)
        if isinstance(value, dict):
            return "; ".join(
                f"{key}: {self._for_people(key, member, names)}" for key, member in value.items()
            )
        if thing := thing_in(name, value):
            known = names.get(thing, thing[1])
            return known if isinstance(value, int) else f"{title_of(thing[0]).lower()} {known}"
        if not isinstance(value, str):
            return str(value)
        # An entry about another act keeps its name; people read what it is called.
        told = find(value)
        return told.title if told else word_for(self.name, name, value) or value


@cache
def _fields(sentence: str) -> frozenset[str]:
    """What the sentence of an act holds places for."""
    return frozenset(field for _text, field, _spec, _conversion in Formatter().parse(sentence) if field)


@cache
def _without_facts(sentence: str) -> str:
    """A sentence of an act as a title. There are as many as acts and languages, and a list of acts asks for all."""
    words = "".join(
        text + ("" if field in (None, *SPEAKER_FIELDS) else "…")
        for text, field, _spec, _conversion in Formatter().parse(sentence)
    ).strip()
    return words[:1].upper() + words[1:]


_REGISTER: dict[str, Act] = {}


def register(*acts: Act) -> None:
    """Declare acts. Declaring the same act twice is harmless; two meanings for one name raise `BadAct`."""
    for act in acts:
        if _REGISTER.setdefault(act.name, act) != act:
            raise BadAct(f"{act.name} is declared twice with different meanings")


def get(name: str) -> Act:
    """Return the act of that name. Raises `UnknownAct`."""
    try:
        return _REGISTER[name]
    except KeyError:
        raise UnknownAct(f"no room has registered the act {name!r}") from None


def find(name: str) -> Act | None:
    """Return the act of that name, or None: for readers of entries older than the present program."""
    return _REGISTER.get(name)


def personal() -> list[str]:
    """Return the names of the acts that give personal data to whoever acts."""
    return [act.name for act in known() if act.personal]


def known() -> Iterable[Act]:
    """Return all acts, sorted by name."""
    return [_REGISTER[name] for name in sorted(_REGISTER)]
