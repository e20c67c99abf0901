"""Make the whole schema from the models, without replaying migrations.

Replaying Oscar's 134 migrations costs 18.7 CPU seconds, this about one. The result is the same: a test
(``tests/database/test_schema_in_step.py``) builds both and compares them. All migrations are recorded as
applied, so the next release's ``migrate`` goes on from here.
"""

from __future__ import annotations

import enum
import hashlib
from importlib import import_module

from django.apps import apps
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

from marketplace.database import guarantees

MATERIALISED_VIEW = "oscar.apps.catalogue.migrations.0030_auto_20250217_1247"
"""Oscar's only table-like thing that no model describes; its migration's own function makes it."""
LOCK = 0x65_4F_72_64_65_72
"""PostgreSQL's advisory lock under which the schema is made; the letters of "eOrder"."""


class Made(enum.Enum):
    """What ``create_all`` had to do."""

    NOTHING = "the schema was there"
    SCHEMA = "the schema was made"
    MIGRATED = "missing migrations were run"


def create_all(connection: BaseDatabaseWrapper) -> Made:
    """Make the schema in an empty database, or bring an existing one up to date.

    Safe to call again after an interruption, and from several processes at once. The connection must be the
    default one, outside a transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        return _create_or_migrate(connection)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def script(connection: BaseDatabaseWrapper) -> str:
    """Return the SQL of all extensions, tables, indexes, constraints and guarantees of the installed apps."""
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        guarantees.create_extensions(editor)
        # the models as migrations see them: an app's own idea of a primary key's type may differ
        for model in ProjectState.from_apps(apps).apps.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)
    with connection.schema_editor(collect_sql=True, atomic=False) as last:
        for app in guarantees.rooms_in_order():
            guarantees.run(last, guarantees.statements(app))
    collected: list[str] = editor.collected_sql + last.collected_sql
    return "\n".join(collected)


def fingerprint(connection: BaseDatabaseWrapper) -> str:
    """Return a hash that changes whenever the schema or the set of migrations does."""
    migrations = sorted(_known_migrations())
    return hashlib.sha256(f"{script(connection)}{migrations}".encode()).hexdigest()


def _create_or_migrate(connection: BaseDatabaseWrapper) -> Made:
    recorder = MigrationRecorder(connection)
    known = _known_migrations()
    recorded = set(recorder.applied_migrations())
    if known <= recorded:
        return Made.NOTHING
    if recorded:
        call_command("migrate", verbosity=0, interactive=False, database=connection.alias)
        return Made.MIGRATED
    if not recorder.has_table():
        with transaction.atomic(using=connection.alias):
            recorder.ensure_schema()
            with connection.cursor() as cursor:
                cursor.execute(script(connection))
    if apps.is_installed("oscar.apps.catalogue"):
        # outside the transaction: the migration builds the view's index CONCURRENTLY
        import_module(MATERIALISED_VIEW).create_materialized_view(apps, None)
    with transaction.atomic(using=connection.alias):
        emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
        recorder.migration_qs.bulk_create(
            [recorder.Migration(app=app, name=name) for app, name in sorted(known)]
        )
    return Made.SCHEMA


def _known_migrations() -> set[tuple[str, str]]:
    """Return (app, name) of every migration on disk, and of those that a squashed one replaces."""
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    known = loader.disk_migrations
    replaced = {key for migration in known.values() for key in migration.replaces}
    return set(known) | replaced
