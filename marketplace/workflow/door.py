"""The one door. Every change of state passes here: lock → decide → change → audit entry, in one transaction.

    with passing(Purchase, purchase_id, "approve", actor=actor, revision=seen) as passage:
        ...                              # checks that raise Refused, changes to related rows
        passage.facts.update(total=...)  # what the log shall say

A refused move leaves no trace but its reason: the exception rolls everything back.
Lock order within a passage: purchase → budget line → stock records by pk → ledger accounts by pk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID, uuid4

from django.db import models, transaction

from marketplace.accounts.actors import Actor
from marketplace.audit import entries
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Move, MoveTable, Refused
from marketplace.regulation.queries import parameter, working_days_after
from marketplace.workflow.models import Aggregate

Thing = TypeVar("Thing", bound=Aggregate)
Subject = models.Model | tuple[str, str]


def aggregate_of(subject: Subject) -> tuple[str, str]:
    """(kind, id) under which the log knows a thing: its `aggregate` name and primary key."""
    if isinstance(subject, tuple):
        return subject
    name = getattr(subject, "aggregate", None) or subject._meta.model_name
    return str(name), str(subject.pk)


class Deed:
    """One human (or system) act: a transaction, a uuid that ties its entries together, one moment."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.uuid: UUID = uuid4()
        self.at: datetime = clock.now()
        self._after: list[Callable[[], object]] = []

    def record(self, act: str, subject: Subject, facts: Mapping[str, Any]) -> None:
        """Write one audit entry about `subject`, whose row this transaction has locked or made."""
        self.record_many([(act, subject, facts)])

    def record_many(self, rows: Iterable[tuple[str, Subject, Mapping[str, Any]]]) -> list[Entry]:
        """Write many audit entries at once and return them: for imports, and for what is told about many things."""
        happenings = [
            entries.Happening(
                act, aggregate_of(subject), self._told(facts), getattr(subject, "region_of_record", None)
            )
            for act, subject, facts in rows
        ]
        return entries.record_many(happenings, actor=self.actor, deed=self.uuid, at=self.at)

    def _told(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        return {**facts, "via": self.actor.via} if self.actor.via else dict(facts)

    def after_commit(self, wake: Callable[[], object]) -> None:
        """Call `wake` once the transaction stands. For wake-ups alone: what must happen is a row."""
        self._after.append(wake)


class Passage(Deed, Generic[Thing]):
    """A deed that moves one thing: the locked thing, the move, and the facts the log shall hold."""

    def __init__(self, actor: Actor, thing: Thing, chosen: Move) -> None:
        super().__init__(actor)
        self.thing = thing
        self.move = chosen
        self.target = chosen.target
        self.facts: dict[str, Any] = {}

    def arrive(self, state: str) -> None:
        """Say to which of its targets the move leads. ValueError for a state the table does not name."""
        if state not in self.move.targets:
            raise ValueError(f"{self.move.name} does not lead to {state}")
        self.target = state


class Beginning(Deed, Generic[Thing]):
    """A deed that brings a thing into being; the action sets `thing` before it leaves."""

    def __init__(self, actor: Actor) -> None:
        super().__init__(actor)
        self.thing: Thing
        self.facts: dict[str, Any] = {}


@contextmanager
def _in_one_transaction(deed: Deed) -> Iterator[None]:
    with transaction.atomic(durable=True):
        yield
        for wake in deed._after:
            transaction.on_commit(wake)


@contextmanager
def doing(*, actor: Actor) -> Iterator[Deed]:
    """An act without a change of state: the block locks what it changes and records its own entries."""
    deed = Deed(actor)
    with _in_one_transaction(deed):
        yield deed


@contextmanager
def beginning(model: type[Thing], *, act: str, actor: Actor) -> Iterator[Beginning[Thing]]:
    """An act that creates an Aggregate. The block sets and saves `passage.thing` in its first state."""
    passage: Beginning[Thing] = Beginning(actor)
    with _in_one_transaction(passage):
        yield passage
        thing = passage.thing
        if thing.pk is None or thing.state != model.moves.initial:
            raise AssertionError(f"{act}: a new {model.aggregate} must be saved in its first state")
        passage.record(act, thing, {**passage.facts, "state": thing.state})


def begin(thing: Thing, *, at: datetime, state: str | None = None) -> Thing:
    """Save a new thing in its first state with its first deadline, inside a `beginning` or `doing` block.

    `state` is one of the table's other beginnings. ValueError for any other state.
    """
    first = state or thing.moves.initial
    if first not in {thing.moves.initial, *thing.moves.beginnings}:
        raise ValueError(f"no {thing.aggregate} begins as {first}")
    thing.state = first
    thing.created_at = at
    thing.due_at = deadline_of(thing, first, at)
    thing.save()
    return thing


class Timed(Protocol):
    """What has a table of moves with timers: an aggregate, or a part of one."""

    @property
    def moves(self) -> MoveTable:
        """Its table of moves."""

    @property
    def region_of_record(self) -> int | None:
        """The region whose calendar and parameters govern it."""

    def agreed_deadline(self, state: str) -> datetime | None:
        """When a state without a timer must be left, where people agreed on a day."""

    def fitted_deadline(self, state: str, since: datetime, due: datetime) -> datetime:
        """What becomes of the timer's deadline `due` where a larger whole binds the thing."""


def deadline_of(thing: Timed, state: str, since: datetime) -> datetime | None:
    """When `state`, entered at `since`, must be left: its timer in working days from the dated parameters.

    A state without a timer is due when the thing itself says so, such as on the agreed day of delivery.
    """
    timer = thing.moves.state(state).timer
    if timer is None:
        return thing.agreed_deadline(state)
    rule = parameter(timer, on=clock.day_of(since), region_id=thing.region_of_record)
    return thing.fitted_deadline(state, since, working_days_after(since, int(rule.value)))


@contextmanager
def passing(
    model: type[Thing],
    pk: object,
    move_name: str,
    *,
    actor: Actor,
    revision: int | None = None,
    facts: Callable[[Thing], Mapping[str, Any]] | None = None,
) -> Iterator[Passage[Thing]]:
    """Move the `model` row `pk` by `move_name`.

    `revision` is the one the form was made from, when a form asked; `facts` gathers what the guards need,
    under the row lock. Raises Refused when the row was changed meanwhile, the role is wrong, the state does
    not allow the move or a guard objects; the model's DoesNotExist when there is no such row.
    """
    with transaction.atomic(durable=True):
        thing = model._default_manager.select_for_update(of=("self",)).get(pk=pk)
        if revision is not None and thing.revision != revision:
            raise stale()
        gathered = {**(thing.standing(actor) or {}), **(facts(thing) if facts is not None else {})}
        chosen = model.moves.decide(thing.state, move_name, actor.role, gathered)
        passage = Passage(actor, thing, chosen)
        yield passage
        _complete(passage)
        for wake in passage._after:
            transaction.on_commit(wake)


class UnlessFurther(AbstractContextManager[None]):
    """Leaves a passage quietly when its thing is further already: what was told twice, or somebody else did first."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        return isinstance(error, Refused) and error.code == "wrong_state"


def move_along(
    deed: Deed,
    model: type[Thing],
    pk: object,
    move_name: str,
    *,
    facts: Mapping[str, Any],
    revision: int | None = None,
) -> Thing:
    """Move a further thing inside a deed that moves or does something else: one transaction, one moment, its own entry.

    Whoever calls keeps the lock order. Raises Refused as `passing` does; the model's DoesNotExist.
    """
    thing = model._default_manager.select_for_update(of=("self",)).get(pk=pk)
    if revision is not None and thing.revision != revision:
        raise stale()
    chosen = model.moves.decide(thing.state, move_name, deed.actor.role, thing.standing(deed.actor) or {})
    beside = Passage(deed.actor, thing, chosen)
    beside.uuid, beside.at = deed.uuid, deed.at
    beside.facts.update(facts)
    _complete(beside)
    return thing


def stale() -> Refused:
    """What is said to somebody whose page is older than the thing it shows."""
    return Refused(
        "stale",
        "Data ini sudah diubah orang lain sejak halaman Anda dibuka.",
        fix="Muat ulang halaman, periksa isinya, lalu ulangi.",
    )


def _complete(passage: Passage[Thing]) -> None:
    thing, before = passage.thing, passage.thing.state
    thing.state = passage.target
    thing.revision += 1
    thing.due_at = deadline_of(thing, thing.state, passage.at)
    thing.save()
    passage.record(passage.move.act, thing, {**passage.facts, "before": before, "state": thing.state})


def legal_moves(actor: Actor, thing: Aggregate) -> list[Move]:
    """The moves a page may offer `actor` on `thing`: the door's own table, and its guards where the row suffices."""
    moves = thing.moves.legal(thing.state, actor.role)
    standing = thing.standing(actor)
    if standing is None:
        return moves
    return [each for each in moves if all(guard(standing) is None for guard in each.guards)]
