"""``create_all`` on real databases: new, made, interrupted, older; and what rooms' raw SQL gets."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

from marketplace.database import guarantees, schema
from marketplace.database.guarantees import RunGuarantees


@pytest.mark.django_db
def test_a_second_time_there_is_nothing_to_do():
    assert schema.create_all(connection) is schema.Made.NOTHING


@pytest.mark.django_db
def test_all_migrations_are_recorded():
    recorded = set(MigrationRecorder(connection).applied_migrations())

    assert ("catalogue", "0030_auto_20250217_1247") in recorded
    assert {(app, name) for app, name in schema._known_migrations()} <= recorded


@pytest.mark.django_db(transaction=True)
def test_after_an_interruption_it_goes_on_where_it_stopped():
    recorder = MigrationRecorder(connection)
    recorder.migration_qs.all().delete()

    assert schema.create_all(connection) is schema.Made.SCHEMA
    assert set(recorder.applied_migrations()) == schema._known_migrations()


@pytest.mark.django_db
def test_a_schema_of_an_older_release_is_migrated(monkeypatch):
    asked = []
    monkeypatch.setattr(schema, "call_command", lambda name, **options: asked.append(name))
    MigrationRecorder(connection).record_unapplied("sites", "0002_alter_domain_unique")

    assert schema.create_all(connection) is schema.Made.MIGRATED
    assert asked == ["migrate"]


@pytest.mark.django_db
def test_the_script_holds_every_table_and_every_guarantee():
    text = schema.script(connections["default"])

    missing = [
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
        and not model._meta.proxy
        and f'CREATE TABLE "{model._meta.db_table}"' not in text
    ]
    assert not missing
    for app in guarantees.rooms_in_order():
        for statement in guarantees.statements(app):
            assert statement.strip().rstrip(";") in text


@pytest.mark.django_db
def test_every_guarantee_may_run_again():
    with connection.schema_editor() as editor:
        guarantees.create_extensions(editor)
        for app in guarantees.rooms_in_order():
            guarantees.run(editor, guarantees.statements(app))


@pytest.mark.django_db
def test_every_room_with_raw_sql_has_the_migration_that_runs_it():
    known = schema._known_migrations()
    missing = [
        app.label
        for app in guarantees.rooms_in_order()
        if not any(label == app.label and name.endswith("_database_guarantees") for label, name in known)
    ]

    assert not missing


@pytest.mark.django_db
def test_the_operation_runs_a_rooms_statements_forward_and_backward(monkeypatch):
    listed = {
        "CREATE": ["CREATE TABLE of_a_room (share text DEFAULT '100%')"],
        "DROP": ["DROP TABLE of_a_room"],
    }
    monkeypatch.setattr(guarantees, "statements", lambda app, name="CREATE": listed[name])
    operation, state = RunGuarantees("audit"), ProjectState()

    with connection.schema_editor() as editor:
        operation.database_forwards("audit", editor, state, state)
    assert "of_a_room" in connection.introspection.table_names()

    assert operation.reversible
    with connection.schema_editor() as editor:
        operation.database_backwards("audit", editor, state, state)
    assert "of_a_room" not in connection.introspection.table_names()


def test_an_unknown_room_is_said():
    with pytest.raises(LookupError, match="nowhere"):
        RunGuarantees("nowhere")._app()


def test_a_room_without_raw_sql_has_none():
    assert guarantees.statements(SimpleNamespace(name="marketplace.core")) == ()  # type: ignore[arg-type]
