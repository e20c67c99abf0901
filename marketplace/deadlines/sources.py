"""What rooms above tell about their waiting things: who holds one, what it is called, where one acts on it.

`settings.DEADLINE_SOURCES` names a `Source` for each kind of aggregate by its dotted path, so that imports only
look down.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import LABELS, Role
from marketplace.events.queries import Recipient
from marketplace.workflow.models import Aggregate


@dataclass(frozen=True, slots=True)
class Office:
    """A role that must act, and where its notice goes: a named person's tray, or an office's."""

    role: Role
    tray: Recipient


@dataclass(frozen=True, slots=True)
class Standing:
    """A waiting thing in words: who holds it, its name, its page, the buying unit and the persons who buy."""

    holders: tuple[Office, ...]
    label: str
    url: str
    organisation_id: int | None = None
    buyers: tuple[Office, ...] = ()

    @property
    def holder(self) -> str:
        """Who holds it, in words."""
        return " atau ".join(dict.fromkeys(LABELS[each.role] for each in self.holders))


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of thing with deadlines: its model, who holds one, and which of them an actor may see.

    `standing` is asked for many things at once and makes no query: `complete` adds to a query what it reads. `by_clock`
    are the moves that the clock takes when the deadline has passed. `carry` carries the deadlines of a thing's parts
    over a new holiday, under the thing's lock.
    """

    model: type[Aggregate]
    standing: Callable[[Any], Standing]
    reach: Callable[[Actor], QuerySet[Any]]
    complete: Callable[[QuerySet[Any]], QuerySet[Any]] = lambda things: things
    by_clock: frozenset[str] = frozenset()
    carry: Callable[[Any, date], None] | None = None

    @property
    def running(self) -> QuerySet[Any]:
        """All things of this kind that have a deadline and have not ended."""
        return still_running(self.things())

    def things(self) -> QuerySet[Any]:
        """All things of this kind with what `standing` reads, their rows alone to be locked (`of=("self",)`)."""
        return self.complete(self.model._default_manager.all())


def still_running(things: QuerySet[Any]) -> QuerySet[Any]:
    """Those with a deadline that have not ended."""
    ended = [state.code for state in things.model.moves.states if state.terminal]
    return things.filter(due_at__isnull=False).exclude(state__in=ended)


def source_of(aggregate_type: str) -> Source | None:
    """The source for a kind of aggregate; None when no room tells of it."""
    path = settings.DEADLINE_SOURCES.get(aggregate_type)
    return None if path is None else import_string(path)


def all_sources() -> dict[str, Source]:
    """Every source by the kind of aggregate it tells of."""
    return {name: import_string(path) for name, path in settings.DEADLINE_SOURCES.items()}
