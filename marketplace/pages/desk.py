"""The desk: what waits for me, and what waits for others and who holds it.

Rooms above hang their sources in by name: ``settings.DESK_SOURCES`` and ``settings.DESK_LINKS`` list
functions of the actor. Each source answers with one query, whatever the number of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from marketplace.accounts.actors import Actor

_NO_DEADLINE = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DeskItem:
    """One thing that waits. ``amount`` in whole rupiah; ``holder`` says in words who must act next."""

    title: str
    url: str
    state_label: str
    state: str = ""
    due_at: datetime | None = None
    amount: int | None = None
    holder: str = ""
    mine: bool = True
    detail: str = ""


@dataclass(frozen=True, slots=True)
class DeskLink:
    """A place this role often goes to. ``icon`` is a name in the sprite."""

    label: str
    url: str
    icon: str = "arrow-right"
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything on an actor's desk, soonest deadline first."""

    waiting_for_me: list[DeskItem]
    waiting_for_others: list[DeskItem]
    links: list[DeskLink]


def desk_items(actor: Actor) -> list[DeskItem]:
    """All items of every source for ``actor``: late and soon first, those without a deadline last."""
    items = [item for source in _sources("DESK_SOURCES") for item in source(actor)]
    return sorted(items, key=lambda item: item.due_at or _NO_DEADLINE)


def desk_of(actor: Actor) -> Desk:
    """The desk as the page shows it."""
    items = desk_items(actor)
    return Desk(
        waiting_for_me=[item for item in items if item.mine],
        waiting_for_others=[item for item in items if not item.mine],
        links=[link for source in _sources("DESK_LINKS") for link in source(actor)],
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
