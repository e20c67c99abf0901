"""Completeness: for every kind of thing, what is changed, made or removed past the door is found by the full audit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from marketplace.audit import acts
from marketplace.audit.models import Entry
from marketplace.audit.sequencer import integrate
from marketplace.audit.tables import Remembered
from marketplace.audit.verify import verify
from marketplace.workflow.agreement import TABLES, figures_of, kinds
from marketplace.workflow.models import Aggregate
from tests import people
from tests.house.specimens import Specimens
from tests.oversight.orders import closed

Findings = set[tuple[str, str]]
STATELESS_DOOR = {
    "regulation.Parameter": "lies below the log; proposals are decided by two persons with their own entries",
    "regulation.HolidayProposal": "lies below the log like a dated parameter",
    "deadlines.Reminder": "names the state that its thing was in when the reminder was due",
}
"""Models with a state that the door does not move, each with the reason (tests/house/test_one_door.py)."""
UNSEEN = {
    *("attempt", "outside_payment", "refund", "unmatched", "payout_batch"),
    *("discrepancy", "proposal", "payout_hold"),
}
"""Kinds of which the world below holds no row that came by the door; they take the same way as all others."""


# ── what the declarations promise ───────────────────────────────────────────────────────────────────────


def test_every_thing_with_a_state_is_compared_with_the_log() -> None:
    compared = {model for _kind, model in kinds()}
    ours = [
        model
        for model in apps.get_models()
        if not model.__module__.startswith(("oscar.", "marketplace.oscar"))
    ]
    stateful = [model for model in ours if any(field.name == "state" for field in model._meta.fields)]
    assert [
        model._meta.label
        for model in stateful
        if not (issubclass(model, Aggregate) and model in compared)
        and model._meta.label not in STATELESS_DOOR
    ] == []


def test_no_two_kinds_share_a_name() -> None:
    names = [kind for kind, _model in kinds()]
    assert len(names) == len(set(names))


def test_every_figure_is_a_column_told_by_a_fact_that_its_act_promises() -> None:
    for kind, model in kinds():
        columns = {field.attname for field in model._meta.fields} | set(getattr(model, "figure_columns", {}))
        for column, tellers in figures_of(model).items():
            assert column in columns, f"{kind} has no {column}"
            for teller in tellers:
                act, _colon, fact = teller.partition(":")
                assert fact.partition(".")[0] in {*acts.get(act).facts, "vendor_id"}, teller


# ── what really is found ────────────────────────────────────────────────────────────────────────────────


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Noted:
    """Takes findings by code and place."""

    def __init__(self) -> None:
        self.found: Findings = set()

    def add(self, code: str, place: str, sentence: str) -> None:
        assert sentence.endswith(".")
        self.found.add((code, place))


def findings() -> Findings:
    """What comparing log and tables brings to light; the tree is other tests' matter."""
    noted = Noted()
    remembered = Remembered(noted)
    for entry in Entry.objects.order_by("pk").iterator():
        remembered.see((entry.aggregate_type, entry.aggregate_id), entry.act, entry.facts, str(entry))
    remembered.compare()
    return noted.found


def past_the_door(sql: str, *values: Any) -> bool:
    """Run a statement as a superuser does who lets every guard sleep; whether the database took it."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET LOCAL session_replication_role = replica")
            table = sql.split()[{"UPDATE": 1, "DELETE": 2, "INSERT": 2}[sql.split()[0]]]
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(sql, values)
            assert cursor.rowcount == 1, sql
            cursor.execute("SET LOCAL session_replication_role = origin")
    except DatabaseError:
        return False
    return True


def other_state(model: type[Aggregate], table: str, pk: object, state: str) -> bool:
    """Put a row into any other state that its constraints allow."""
    others = [each.code for each in model.moves.states if each.code != state]
    return any(past_the_door(f"UPDATE {table} SET state = %s WHERE id = %s", each, pk) for each in others)


def changed(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, int):
        return value - 1 if value > 1 else value + 1
    return value[:-1] + ("1" if value[-1:] == "0" else "0") if value else "X"


def each_row(before: Findings) -> Iterator[tuple[str, type[models.Model], Any]]:
    """Of every kind the row with the longest story; leaves out what these worlds needed and wrote past the door."""
    strangers = {place for _code, place in before}
    events = Counter(Entry.objects.values_list("aggregate_type", "aggregate_id"))
    for kind, model in kinds():
        rows = [row for row in model._default_manager.all() if f"{kind} {row.pk}" not in strangers]
        if rows:
            yield kind, model, max(rows, key=lambda row: (events[kind, str(row.pk)], -row.pk))


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A closed order, and a region with nearly everything there is."""
    # orders made straight in the database take numbers that those of the door do not reach
    monkeypatch.setattr("tests.settlement.orders._number", count(500_000))
    closed()
    Specimens.of(people.region())


@pytest.mark.long
def test_a_state_changed_past_the_door_is_found_for_every_kind(world: None) -> None:
    before, tried = findings(), set()
    for kind, model, row in each_row(before):
        if not issubclass(model, Aggregate):
            continue
        with undone():
            if other_state(model, model._meta.db_table, row.pk, row.state):
                assert ("state", f"{kind} {row.pk}") in findings() - before, kind
                tried.add(kind)
    every = {kind for kind, model in kinds() if issubclass(model, Aggregate)}
    assert every - tried <= UNSEEN


@pytest.mark.long
def test_a_row_removed_past_the_door_is_found_for_every_kind(world: None) -> None:
    before = findings()
    for kind, model, row in each_row(before):
        told = Entry.objects.filter(aggregate_type=kind, aggregate_id=str(row.pk)).exists()
        if kind not in TABLES.kept() or not told:
            continue
        column = model._meta.pk.column if model._meta.pk else "id"
        with undone():
            assert past_the_door(f"DELETE FROM {model._meta.db_table} WHERE {column} = %s", row.pk), kind
            assert ("thing_lost", f"{kind} {row.pk}") in findings() - before, kind


@pytest.mark.long
def test_a_figure_changed_past_the_door_is_found_for_every_column(world: None) -> None:
    before, tried = findings(), set()
    for kind, model, row in each_row(before):
        told = last_told(kind, row.pk)
        for column in set(told) - set(getattr(model, "figure_columns", {})):
            with undone():
                statement = f"UPDATE {model._meta.db_table} SET {column} = %s WHERE id = %s"
                if past_the_door(statement, changed(getattr(row, column)), row.pk):
                    assert ("figure", f"{kind} {row.pk}") in findings() - before, (kind, column)
                    tried.add((kind, column))
    assert {("purchase", "accepted_total"), ("purchase", "sp_number"), ("paper", "pdf_sha256")} <= tried
    assert {("evidence", "amount"), ("tax_line", "amount")} <= tried


def last_told(kind: str, pk: object) -> dict[str, Any]:
    """The columns that the log told of a thing."""
    remembered = Remembered(Noted())
    for entry in Entry.objects.filter(aggregate_type=kind, aggregate_id=str(pk)).order_by("event_no"):
        remembered.see((kind, str(pk)), entry.act, entry.facts, "")
    return remembered.figures.get((kind, str(pk)), {})


def test_an_order_invented_past_the_door_is_found(transactional_db: None) -> None:
    order = closed().purchase
    before = findings()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'purchasing_purchase'"
        )
        columns = ", ".join(name for (name,) in cursor if name not in {"id", "number", "oscar_order_id"})
    with undone():
        assert past_the_door(
            f"INSERT INTO purchasing_purchase (number, {columns}) SELECT 'EO-2026-999999', {columns} "
            "FROM purchasing_purchase WHERE id = %s",
            order.pk,
        )
        assert {code for code, _place in findings() - before} >= {"thing_unknown", "state"}


def test_an_honest_closed_order_has_no_finding(transactional_db: None) -> None:
    closed()
    assert findings() == set()
    integrate()
    assert verify().intact
