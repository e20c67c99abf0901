"""The desk: what waits for me, and what waits for others and who holds it.

Rooms above hang their sources in by name: ``settings.DESK_SOURCES`` and ``settings.DESK_LINKS`` list
functions of the actor; ``settings.DESK_COUNTS`` those that count what waits beyond the rows shown. Each source
answers with a fixed number of queries, whatever the number of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.conf import settings
from django.utils.module_loading import import_string

from marketplace.accounts.actors import Actor
from marketplace.core import clock

_NO_DEADLINE = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DeskItem:
    """One thing that waits. ``amount`` in whole rupiah; ``holder`` says in words who must act next.

    ``since`` is when it began to wait; ``action`` the next step in words, one press away at ``action_url``; ``kind``
    the step it is counted under; ``tick`` what a ticked row sends where several are taken together.
    """

    title: str
    url: str
    state_label: str
    state: str = ""
    due_at: datetime | None = None
    amount: int | None = None
    holder: str = ""
    mine: bool = True
    detail: str = ""
    since: datetime | None = None
    action: str = ""
    action_url: str = ""
    kind: str = ""
    tick: str = ""


@dataclass(frozen=True, slots=True)
class DeskCount:
    """How much of one kind of step waits for the actor: how many, how many late, their sum (rupiah), the oldest."""

    kind: str
    count: int
    late: int = 0
    amount: int | None = None
    oldest: datetime | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Together:
    """Where ticked rows are taken in one press: the address of the page that checks them, and its button."""

    url: str
    label: str
    limit: int


@dataclass(frozen=True, slots=True)
class DeskLink:
    """A place this role often goes to. ``icon`` is a name in the sprite."""

    label: str
    url: str
    icon: str = "arrow-right"
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything on an actor's desk."""

    waiting_for_me: list[DeskItem]
    waiting_for_others: list[DeskItem]
    links: list[DeskLink]
    counts: list[DeskCount]
    together: Together | None = None

    @property
    def today(self) -> list[DeskItem]:
        """What is due before this day ends, the late first."""
        return [item for item in self.waiting_for_me if _is_due(item)]

    @property
    def soon(self) -> list[DeskItem]:
        """What waits for the actor and may still wait."""
        return [item for item in self.waiting_for_me if not _is_due(item)]

    @property
    def total(self) -> DeskCount:
        """All kinds together."""
        amounts = [each.amount for each in self.counts if each.amount is not None]
        ages = [each.oldest for each in self.counts if each.oldest is not None]
        return DeskCount(
            "",
            count=sum(each.count for each in self.counts),
            late=sum(each.late for each in self.counts),
            amount=sum(amounts) if amounts else None,
            oldest=min(ages, default=None),
        )


def _is_due(item: DeskItem) -> bool:
    return item.due_at is not None and clock.day_of(item.due_at) <= clock.today()


SORTS: Final[dict[str, Callable[[DeskItem], Any]]] = {
    "tenggat": lambda item: item.due_at or _NO_DEADLINE,
    "lama": lambda item: item.since or _NO_DEADLINE,
    "nilai": lambda item: -(item.amount or 0),
    "pekerjaan": lambda item: (item.kind or item.state_label, item.title),
}
"""By what the rows of a desk can be ordered; the soonest due first unless asked otherwise."""


def desk_items(actor: Actor, *, by: str = "tenggat") -> list[DeskItem]:
    """All items of every source for ``actor``: late and soon first, those without a deadline last, unless told `by`."""
    items = [item for source in _sources("DESK_SOURCES") for item in source(actor)]
    items.sort(key=SORTS["tenggat"])
    return items if by not in SORTS or by == "tenggat" else sorted(items, key=SORTS[by])


def desk_of(actor: Actor, *, by: str = "tenggat") -> Desk:
    """The desk as the page shows it."""
    items = desk_items(actor, by=by)
    mine = [item for item in items if item.mine]
    together = [import_string(path)(actor) for path in settings.DESK_TOGETHER]
    return Desk(
        waiting_for_me=mine,
        waiting_for_others=[item for item in items if not item.mine],
        links=[link for source in _sources("DESK_LINKS") for link in source(actor)],
        counts=_counts(actor, mine),
        together=next((each for each in together if each is not None), None),
    )


def _counts(actor: Actor, mine: Iterable[DeskItem]) -> list[DeskCount]:
    """What the rooms counted, and the rows themselves where no room counts their kind; the most late first."""
    counted = [count for source in _sources("DESK_COUNTS") for count in source(actor)]
    known = {each.kind for each in counted}
    rest: dict[str, list[DeskItem]] = {}
    for item in mine:
        kind = item.kind or item.state_label
        if kind not in known:
            rest.setdefault(kind, []).append(item)
    counted += [_count(kind, items) for kind, items in rest.items()]
    return sorted(counted, key=lambda each: (-each.late, each.oldest or _NO_DEADLINE, each.kind))


def _count(kind: str, items: list[DeskItem]) -> DeskCount:
    now = clock.now()
    amounts = [item.amount for item in items if item.amount is not None]
    return DeskCount(
        kind,
        count=len(items),
        late=sum(item.due_at is not None and item.due_at < now for item in items),
        amount=sum(amounts) if amounts else None,
        oldest=min((item.since for item in items if item.since), default=None),
    )


def _sources(setting: str) -> Iterable[Callable[[Actor], Iterable[Any]]]:
    return [import_string(path) for path in getattr(settings, setting, ())]


@dataclass(frozen=True, slots=True)
class DeskPanel:
    """What a room shows on a desk above what waits: a template, drawn with `panel` (these facts) in the context."""

    template: str
    facts: Any


def desk_panels(actor: Actor) -> list[DeskPanel]:
    """The panels of all rooms that have something to show this person, in the order of the settings."""
    sources: list[Callable[[Actor], DeskPanel | None]] = [
        import_string(path) for path in settings.DESK_PANELS
    ]
    return [panel for source in sources if (panel := source(actor)) is not None]
