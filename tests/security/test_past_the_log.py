"""Somebody with a database password goes past the application: what the database refuses, and what the audit finds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import Error, connection, transaction

from marketplace.accounts.personal_data import encrypted
from marketplace.audit.sequencer import integrate
from marketplace.audit.sql import GUARDS
from marketplace.audit.verify import verify
from marketplace.workflow.taking_over import take_over
from procurement.documents.actions import Tampered, render
from procurement.documents.models import Paper
from procurement.purchasing.models import Purchase
from tests.purchasing import factories
from tests.tampering import guards_asleep

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_keys(settings: Any, tmp_path: Path) -> None:
    settings.STATE_DIR = tmp_path


def findings() -> set[tuple[str, str]]:
    """Code and place of what the audit finds."""
    return {(each.code, each.place) for each in verify().findings}


def purchase(state: str = "AWAITING_PPK") -> Purchase:
    """An order whose unit and package, written straight into the tables, the log has taken over."""
    order = factories.make_purchase(state)
    take_over(reason="dibuat langsung untuk uji")
    integrate()
    return order


def execute(sql: str, *values: str | int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.django_db(transaction=True)
def test_a_state_changed_past_the_door_is_found() -> None:
    order = purchase("AWAITING_VENDOR")
    assert findings() == set()

    execute("UPDATE purchasing_purchase SET state = 'CANCELLED' WHERE id = %s", order.pk)
    assert findings() == {("state", f"purchase {order.pk}")}

    execute("UPDATE purchasing_purchase SET state = 'AWAITING_VENDOR' WHERE id = %s", order.pk)
    execute("UPDATE vendors_vendor SET state = 'SUSPENDED' WHERE id = %s", order.vendor_id)
    assert findings() == {("state", f"vendor {order.vendor_id}")}


@pytest.mark.django_db(transaction=True)
def test_an_order_that_vanished_is_found() -> None:
    order = purchase()
    with transaction.atomic(), guards_asleep("purchasing_purchase") as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # what refers to it stays
        cursor.execute("DELETE FROM purchasing_purchase WHERE id = %s", [order.pk])

    assert findings() == {("thing_lost", f"purchase {order.pk}")}


@pytest.mark.django_db(transaction=True)
def test_nothing_is_printed_from_changed_facts() -> None:
    paper = Paper.objects.get(subject_id=str(factories.make_purchase("ORDERED").pk))
    forged = json.dumps({**paper.facts, "total": 1})
    execute(
        "UPDATE documents_paper SET facts_text = %s WHERE id = %s",
        encrypted(forged, column="documents_paper.facts_text"),
        paper.pk,
    )

    with pytest.raises(Tampered):
        render(paper_id=paper.pk)

    paper.refresh_from_db()
    assert not paper.is_rendered


TOOTHLESS = "CREATE OR REPLACE FUNCTION {} RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"


@pytest.mark.parametrize("function", ["audit_refuse_change()", "audit_entry_insert()", "audit_tile_grows()"])
def test_a_guard_without_teeth_is_found(function: str) -> None:
    execute(TOOTHLESS.format(function))

    assert {code for code, _place in findings()} == {"guard"}


@pytest.mark.parametrize(("table", "name"), [each for each in GUARDS if each[1].endswith("_row")])
def test_a_guard_that_looks_away_is_found(table: str, name: str) -> None:
    function = "audit_tile_grows" if table == "audit_tile" else "audit_refuse_change"
    execute(f"DROP TRIGGER {name} ON {table}")
    execute(
        f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW WHEN (false) "
        f"EXECUTE FUNCTION {function}()"
    )
    execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")

    assert findings() == {("guard", f"tabel {table}")}


KEPT = {
    "agreed price": "UPDATE purchasing_purchaseline SET agreed_price = 1, total = quantity",
    "agreed total": "UPDATE purchasing_purchase SET price_total = 1, goods_total = 1, total = 1 + ppn",
    "delivery day": "UPDATE purchasing_purchase SET needed_by = needed_by + 30",
    "line": "DELETE FROM purchasing_purchaseline",
    "order": "DELETE FROM purchasing_purchase",
    "all orders": "TRUNCATE purchasing_purchase CASCADE",
    "budget history": "UPDATE planning_budgetmovement SET amount = 1",
    "budget history gone": "DELETE FROM planning_budgetmovement",
    "budget history emptied": "TRUNCATE planning_budgetmovement",
    "budget from nowhere": "UPDATE planning_budgetline SET available = available + 1",
    "budget below zero": "UPDATE planning_budgetline SET available = -1, reserved = pagu + 1",
    "price history": "UPDATE vendors_listingprice SET price = 1",
    "price history emptied": "TRUNCATE vendors_listingprice",
    "bank account": "UPDATE vendors_bankaccount SET number_hash = repeat('0', 64)",
    "bank account gone": "DELETE FROM vendors_bankaccount",
    "stock": "UPDATE partner_stockrecord SET num_allocated = num_in_stock + 1",
    "paper": "UPDATE documents_paper SET facts_sha256 = repeat('0', 64)",
    "paper gone": "DELETE FROM documents_paper",
    "paper number": "UPDATE documents_paper SET number = 'X', version = 9",
    "log": "UPDATE audit_entry SET act = 'x'",
    "log gone": "DELETE FROM audit_entry",
    "log emptied": "TRUNCATE audit_entry CASCADE",
    "leaf": "DELETE FROM audit_leaf",
    "delivery": "UPDATE fulfilment_shipment SET courier = 'x'",
    "delivery emptied": "TRUNCATE fulfilment_shipment CASCADE",
    "picture": "DELETE FROM fulfilment_evidence",
}


@pytest.fixture
def shipped(transactional_db: None) -> Purchase:
    return factories.make_purchase("DELIVERED")


@pytest.mark.parametrize("replica", [False, True], ids=["owner", "triggers-asleep"])
def test_the_database_refuses_what_rewrites_the_past(shipped: Purchase, replica: bool) -> None:
    integrate()
    passed = []
    for name, sql in KEPT.items():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                if replica:
                    cursor.execute("SET LOCAL session_replication_role = replica")
                cursor.execute(sql)
                transaction.set_rollback(True)
                passed.append(name)
        except Error:
            continue

    assert passed == []
