"""What the database itself guarantees: each room's raw SQL, run by a migration or by ``create_all``.

A room lists its triggers, functions and exclusion constraints in ``<room>/sql.py``:

``CREATE``
    statements that may be run again at any time (``CREATE OR REPLACE``, ``DROP … IF EXISTS`` first);
``DROP``
    optional statements that take them away again.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")
"""Used by exclusion constraints on dates, typo-tolerant search and accent folding."""


def create_extensions(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the extensions that rooms rely on; a database owner may, for all three are trusted."""
    for name in EXTENSIONS:
        schema_editor.execute(f"CREATE EXTENSION IF NOT EXISTS {name}", params=None)


def statements(app: AppConfig, name: str = "CREATE") -> Sequence[str]:
    """Return the list ``name`` of the room's ``sql.py``; empty when the room has none."""
    if find_spec(f"{app.name}.sql") is None:
        return ()
    listed: Sequence[str] = getattr(import_module(f"{app.name}.sql"), name, ())
    return listed


class RunGuarantees(Operation):
    """Run a room's raw SQL in a migration: ``operations = [RunGuarantees("planning")]``.

    Args:
        room: the app label, or the last part of the app's dotted name.
    """

    reduces_to_sql = True
    atomic = True

    def __init__(self, room: str) -> None:
        self.room = room

    @property
    def reversible(self) -> bool:  # type: ignore[override]
        """Whether the room says how to take its guarantees away."""
        return bool(statements(self._app(), "DROP"))

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Leave Django's picture of the models as it is."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Create the extensions and run ``CREATE``."""
        create_extensions(schema_editor)
        run(schema_editor, statements(self._app()))

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Run ``DROP``."""
        run(schema_editor, statements(self._app(), "DROP"))

    def describe(self) -> str:
        """Return the line that ``migrate --plan`` shows."""
        return f"Raw database guarantees of {self.room}"

    def _app(self) -> AppConfig:
        for app in apps.get_app_configs():
            if self.room in (app.label, app.name) or app.name.endswith(f".{self.room}"):
                return app
        raise LookupError(f"No installed app is called {self.room!r}.")


def run(schema_editor: BaseDatabaseSchemaEditor, sql: Sequence[str]) -> None:
    """Execute statements as they are (a ``%`` in them is only a percent sign)."""
    for statement in sql:
        schema_editor.execute(statement, params=None)


def rooms_in_order() -> list[AppConfig]:
    """Return the apps whose guarantees run, in the order of ``INSTALLED_APPS``."""
    return [app for app in apps.get_app_configs() if statements(app)]
