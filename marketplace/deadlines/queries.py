"""Reads of running deadlines: of an actor's unit, business or region, and what the next tick will do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Min
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import BUYING, Role
from marketplace.core import clock
from marketplace.deadlines.models import Reminder
from marketplace.deadlines.sending import waiting
from marketplace.deadlines.sources import Source, Standing, all_sources, still_running
from marketplace.events.queries import Recipient
from marketplace.pages.desk import DeskLink
from marketplace.regulation.queries import parameter
from marketplace.regulation.working_time import Hours, used_between
from marketplace.workflow.models import Aggregate

READERS: Final = (*sorted(BUYING), Role.VENDOR, Role.AUDITOR, Role.OPERATOR)
ROWS: Final = 200
"""Most deadlines of each kind on the page: the most urgent ones."""
NEXT_TICK: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Running:
    """One running deadline, as seen now. `used` is the percent of its working time that has passed."""

    kind: str
    thing: Aggregate
    standing: Standing
    since: datetime
    used: int
    late: bool
    mine: bool

    @property
    def due_at(self) -> datetime:
        """The deadline."""
        assert self.thing.due_at is not None, "only what has a deadline runs"
        return self.thing.due_at


def desk_links(actor: Actor) -> list[DeskLink]:
    """The way to the page of deadlines. No query."""
    if actor.role not in READERS:
        return []
    return [
        DeskLink(_("Tenggat"), reverse("deadlines"), "clock", _("Semua tenggat berjalan, yang lewat di atas"))
    ]


def running_for(actor: Actor, *, kind: str = "", mine: bool = False, late: bool = False) -> list[Running]:
    """The running deadlines that `actor` may see, late first, each kind's most urgent ones.

    One query for each kind and one for all "since", whatever the number of rows.
    """
    now, found = clock.now(), list[tuple[str, Source, Aggregate]]()
    for name, source in all_sources().items():
        if kind in ("", name):
            things = still_running(source.reach(actor)).order_by("due_at", "pk")
            things = things.filter(due_at__lt=now) if late else things
            found += [(name, source, thing) for thing in things[:ROWS]]
    since = _since([(name, thing) for name, _source, thing in found])
    rows = [
        _running(
            name, thing, source.standing(thing), since.get((name, str(thing.pk)), thing.created_at), actor
        )
        for name, source, thing in found
    ]
    return sorted((row for row in rows if row.mine or not mine), key=lambda row: row.due_at)


def _running(kind: str, thing: Aggregate, standing: Standing, since: datetime, actor: Actor) -> Running:
    assert thing.due_at is not None, "only what has a deadline runs"
    now = clock.now()
    rule = parameter("reminder.hours", on=clock.day_of(since), region_id=thing.region_of_record)
    trays = {
        Recipient(user_id=actor.user_id),
        Recipient(organisation_id=actor.organisation_id, role=str(actor.role)),
    }
    return Running(
        kind=kind,
        thing=thing,
        standing=standing,
        since=since,
        used=used_between(since, thing.due_at, now, Hours(*rule.value)),
        late=thing.due_at < now,
        mine=any(office.tray in trays for office in standing.holders),
    )


def _since(things: Sequence[tuple[str, Aggregate]]) -> dict[tuple[str, str], datetime]:
    """When each thing entered its state, as its reminders know it."""
    rows = (
        Reminder.objects.filter(
            aggregate_type__in={name for name, _thing in things},
            aggregate_id__in={str(thing.pk) for _name, thing in things},
        )
        .values_list("aggregate_type", "aggregate_id")
        .annotate(since=Min("since"))
        .order_by()
    )
    return {(kind, key): since for kind, key, since in rows}


@dataclass(frozen=True, slots=True)
class Coming:
    """One thing that the next tick will say or do. `what` is `remind`, `escalate` or the name of a move."""

    what: str
    at: datetime
    kind: str
    key: str
    label: str
    state: str
    holder: str
    share: int | None = None


def coming() -> list[Coming]:
    """What the next tick will do, in the order of its moments: reminders, escalations, moves of the clock."""
    sources, until = all_sources(), clock.now() + NEXT_TICK
    reminders = list(waiting(until).filter(aggregate_type__in=sources))
    found: list[Coming] = []
    for name, source in sources.items():
        own = [row for row in reminders if row.aggregate_type == name]
        things = {
            str(thing.pk): thing for thing in source.things().filter(pk__in=[row.aggregate_id for row in own])
        }
        for row in own:
            what = "escalate" if row.escalation else "remind"
            found.append(_coming(what, row.at, name, things[row.aggregate_id], source, row.share))
        by_clock = [move for move in source.model.moves.moves if move.name in source.by_clock]
        states = {state for move in by_clock for state in move.sources}
        for thing in source.running.filter(state__in=states, due_at__lt=until).order_by("due_at", "pk"):
            move = next(move for move in by_clock if thing.state in move.sources)
            found.append(_coming(move.name, thing.due_at, name, thing, source, None))
    return sorted(found, key=lambda each: (each.at, each.kind, each.key))


def _coming(
    what: str, at: datetime, kind: str, thing: Aggregate, source: Source, share: int | None
) -> Coming:
    standing = source.standing(thing)
    return Coming(what, at, kind, str(thing.pk), standing.label, thing.state, standing.holder, share)
