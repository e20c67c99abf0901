"""Each database role as itself: what it may, what PostgreSQL refuses it, and a whole order under the application's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from psycopg.errors import InsufficientPrivilege

from marketplace.audit import defences, roles, sequencer
from marketplace.audit.models import Checkpoint, Entry
from marketplace.audit.sequencer import integrate
from marketplace.audit.verify import verify
from marketplace.core import clock
from tests.audit.conftest import Writer
from tests.purchasing import factories

pytestmark = pytest.mark.django_db(transaction=True)
PREFIX = f"eorder_test_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
"""Roles belong to the whole cluster: workers that test side by side have their own."""


@pytest.fixture
def made(db: None) -> Iterator[None]:
    """The roles stand for one test and leave nothing behind: the privileges of a cluster are everybody's."""
    roles.apply(PREFIX)
    yield
    connection.rollback()
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        for kind in roles.KINDS:
            name = roles.role_name(PREFIX, kind)
            cursor.execute(f"REASSIGN OWNED BY {name} TO CURRENT_USER")
            cursor.execute(f"DROP OWNED BY {name}")
            cursor.execute(f"DROP ROLE {name}")


@contextmanager
def being(kind: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {roles.role_name(PREFIX, kind)}")
        try:
            yield
        finally:
            connection.rollback() if not connection.in_atomic_block else None
            cursor.execute("RESET ROLE")


def execute(statement: str) -> list[Any]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


ENTRY = (
    "INSERT INTO audit_entry ({columns}actor_name, actor_role, organisation_name, act, aggregate_type, aggregate_id, "
    "event_no, deed, payload, leaf_hash, mac, key_id, at) OVERRIDING SYSTEM VALUE "
    "SELECT {values}'x', 'PPK', '', 'x', 'x', '1', 1, gen_random_uuid(), '{{}}', "
    "sha256('\\x007b7d'), sha256(''), '1', now()"
)
REFUSED = {
    "app": {
        "entry with an id of its own": ENTRY.format(columns="id, ", values="1, "),
        "entry of another transaction": ENTRY.format(columns="xid, ", values="'7'::xid8, "),
        "entry with a time of recording": ENTRY.format(columns="recorded_at, ", values="now(), "),
        "entry rewritten": "UPDATE audit_entry SET act = 'x'",
        "entry deleted": "DELETE FROM audit_entry",
        "log emptied": "TRUNCATE audit_entry CASCADE",
        "leaf": "INSERT INTO audit_leaf VALUES (0, 1, sha256(''))",
        "tile": "UPDATE audit_tile SET width = 1",
        "checkpoint": "DELETE FROM audit_checkpoint",
        "cosignature": "INSERT INTO audit_cosignature (witness) VALUES ('x')",
        "alarm taken away": "DELETE FROM audit_alarm",
        "trigger asleep": "ALTER TABLE audit_entry DISABLE TRIGGER append_only_row",
        "trigger gone": "DROP TRIGGER append_only_row ON audit_entry",
        "table renamed": "ALTER TABLE audit_entry RENAME TO other",
        "function without teeth": "CREATE OR REPLACE FUNCTION audit_refuse_change() RETURNS trigger "
        "LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
        "table of its own": "CREATE TABLE beside (id int)",
        "replication": "SET session_replication_role = replica",
        "migrations": "DELETE FROM django_migrations",
        "history of a budget": "UPDATE planning_budgetmovement SET amount = 1",
        "ids of the log": "SELECT setval('audit_entry_id_seq', 1)",
        "rights": f"GRANT {PREFIX}_owner TO {PREFIX}_app",
    },
    "sequencer": {
        "entry": ENTRY.format(columns="", values=""),
        "entry rewritten": "UPDATE audit_entry SET act = 'x'",
        "leaf taken away": "DELETE FROM audit_leaf",
        "checkpoint rewritten": "UPDATE audit_checkpoint SET size = 1",
        "order": "SELECT 1 FROM purchasing_purchase",
        "person": "SELECT 1 FROM accounts_user",
    },
    "auditor": {
        "entry": ENTRY.format(columns="", values=""),
        "entry rewritten": "UPDATE audit_entry SET act = 'x'",
        "order rewritten": "UPDATE purchasing_purchase SET state = 'PAID'",
        "password": "SELECT password FROM accounts_user",
        "e-mail": "SELECT email FROM accounts_user",
        "telephone": "SELECT phone FROM vendors_vendor",
        "NIK": "SELECT owner_nik FROM vendors_vendor",
        "NPWP": "SELECT npwp FROM vendors_vendor",
        "account": "SELECT holder_name FROM vendors_bankaccount",
        "hash by which an account is found": "SELECT number_hash FROM vendors_bankaccount",
        "session": "SELECT session_data FROM django_session",
        "secret of a provider": "SELECT 1 FROM settlement_providersecret",
        "facts of a paper": "SELECT facts_text FROM documents_paper",
        "every column at once": "SELECT * FROM accounts_user",
        "table of its own": "CREATE TABLE beside (id int)",
    },
    "owner": {
        "entry rewritten": "UPDATE audit_entry SET act = 'x'",
        "log emptied": "TRUNCATE audit_entry CASCADE",
    },
}


def test_what_each_role_is_refused(made: None, write: Writer) -> None:
    write()
    integrate()
    passed = []
    for kind, attempts in REFUSED.items():
        with being(kind):
            for name, statement in attempts.items():
                try:
                    with transaction.atomic(), connection.cursor() as cursor:
                        cursor.execute(statement)
                        transaction.set_rollback(True)
                        passed.append(f"{kind}: {name}")
                except DatabaseError as error:
                    # the owner has every privilege and meets the triggers instead
                    refusal = "23001" if kind == "owner" else "42501"
                    if getattr(error.__cause__, "sqlstate", "") != refusal:
                        passed.append(f"{kind}: {name}: {error}")
    assert passed == []


def test_the_application_takes_an_order_to_its_end_and_the_sequencer_puts_it_into_the_tree(
    made: None,
) -> None:
    with being("app"):
        order = factories.make_purchase("DELIVERED")
        with pytest.raises(InsufficientPrivilege, match="audit_leaf"):
            integrate()
    with being("sequencer"):
        checkpoint = integrate()
        assert checkpoint is not None
        assert sequencer.overdue() == []
    with being("app"):
        assert {each.name: each.stands for each in defences.layers()}["roles"]
    assert not {each.name: each.stands for each in defences.layers()}["roles"]
    assert checkpoint.size == Entry.objects.count() > 5
    assert Entry.objects.filter(aggregate_type="purchase", aggregate_id=str(order.pk)).count() > 3
    with being("auditor"):
        report = verify()
        assert {each.code for each in report.findings} <= {"state"}, report.findings
        assert report.size == checkpoint.size
        assert execute("SELECT count(*) FROM purchasing_purchase")
        assert execute("SELECT state, total, vendor_id FROM purchasing_purchase")


def test_the_time_of_recording_is_the_databases(made: None, write: Writer) -> None:
    with being("app"), clock.frozen(clock.now() - timedelta(days=30)):
        entry = write()
    entry.refresh_from_db()
    assert entry.recorded_at
    assert entry.recorded_at - entry.at > timedelta(days=29)


def test_an_entry_dated_back_is_found(made: None, write: Writer, settings: Any) -> None:
    settings.AUDIT_CLOCK_TOLERANCE = timedelta(hours=1)
    write()
    assert verify().intact
    with clock.frozen(clock.now() - timedelta(days=30)):
        write("2")
    assert {each.code for each in verify().findings} == {"clock"}


def test_again_changes_nothing_and_a_dry_run_shows_the_same(made: None) -> None:
    asked = "SELECT array_agg(relacl::text ORDER BY oid), array_agg(relowner ORDER BY oid) FROM pg_class"
    before = execute(asked)
    told = StringIO()
    call_command("audit", "roles", "--prefix", PREFIX, stdout=told)
    assert f"{PREFIX}_auditor" in told.getvalue()
    assert execute(asked) == before
    shown = StringIO()
    call_command("audit", "roles", "--prefix", PREFIX, "--dry-run", stdout=shown)
    assert shown.getvalue().count(";") >= len(roles.statements(PREFIX))
    assert 'GRANT INSERT ("at"' in shown.getvalue()
    with pytest.raises(CommandError, match="huruf kecil"):
        call_command("audit", "roles", "--prefix", "x; DROP TABLE y", stdout=StringIO())


def test_a_role_without_the_right_is_told_what_to_do(made: None) -> None:
    with being("app"), pytest.raises(CommandError, match="superuser"):
        call_command("audit", "roles", "--prefix", "eorder_other", stdout=StringIO())
    assert not Checkpoint.objects.exists()


def test_every_encrypted_column_is_kept_from_the_auditor(made: None) -> None:
    encrypted = roles._encrypted_columns()
    assert sum(map(len, encrypted.values())) >= 5
    for table in roles.tables():
        assert not set(roles.readable_columns(table)) & encrypted.get(table.name, set())
