"""The database every test starts from, and the way back to it after a test that committed.

Django's own way back empties every table, which append-only triggers refuse, costs half a second, and takes
the reference data (regulation parameters, holidays, permissions) along. Here only tables that changed are put
back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from marketplace.database import schema
from marketplace.regulation.loading import load_all
from marketplace.workflow.agreement import AllTables

KEPT = "baseline"
"""The PostgreSQL schema in which copies of the filled tables are kept."""


def fingerprint(connection: BaseDatabaseWrapper) -> str:
    """Return a hash of all that the baseline is made from: the schema and the reference data."""
    digest = hashlib.sha256(schema.fingerprint(connection).encode())
    for path in sorted(Path(settings.BASE_DIR, "marketplace", "regulation", "data").glob("**/*")):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()


def make(connection: BaseDatabaseWrapper) -> None:
    """Fill an empty database: schema, reference data, and copies of every table that now holds rows.

    The log stays empty: tests count its entries and leaves from nothing (see `Tables`).
    """
    schema.create_all(connection)
    load_all()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {KEPT}")
        for table in _filled(connection, _tables(connection)):
            cursor.execute(f'CREATE TABLE {KEPT}."{table}" AS TABLE public."{table}"')


def restore(connection: BaseDatabaseWrapper) -> None:
    """Put every table that differs from the baseline back; triggers and keys sleep meanwhile."""
    tables = _tables(connection)
    kept = _tables(connection, KEPT)
    with connection.cursor() as cursor:
        changed = _filled(connection, tables - kept)
        differing = _differing(cursor, sorted(kept))
        if not changed and not differing:
            return
    with _sleeping_triggers(connection, [*changed, *differing]):
        _put_back(connection, changed, differing)


def waken(connection: BaseDatabaseWrapper) -> list[str]:
    """Set every guard of ours that sleeps always awake again, and name those that slept."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'A'"
        )
        asleep = cursor.fetchall()
        for table, trigger in asleep:
            cursor.execute(f'ALTER TABLE {table} ENABLE ALWAYS TRIGGER "{trigger}"')
    return [f"{table}.{trigger}" for table, trigger in asleep]


def _put_back(connection: BaseDatabaseWrapper, changed: list[str], differing: list[str]) -> None:
    statements = [f'DELETE FROM public."{table}"' for table in [*changed, *differing]]
    for table in differing:
        columns = _plain_columns(connection, table)
        statements.append(
            f'INSERT INTO public."{table}" ({columns}) OVERRIDING SYSTEM VALUE '
            f'SELECT {columns} FROM {KEPT}."{table}"'
        )
    with connection.cursor() as cursor:
        cursor.execute(";\n".join(statements))


@contextmanager
def _sleeping_triggers(connection: BaseDatabaseWrapper, tables: list[str]) -> Iterator[None]:
    """Let no trigger, key or rule of these tables fire for a moment; those that are always awake are lifted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger "
            "WHERE tgenabled = 'A' AND tgrelid::regclass::text = ANY(%s)",
            [tables],
        )
        watchful = cursor.fetchall()
        cursor.execute("SET session_replication_role = replica")
        for table, trigger in watchful:
            cursor.execute(f'ALTER TABLE {table} DISABLE TRIGGER "{trigger}"')
        try:
            yield
        finally:
            for table, trigger in watchful:
                cursor.execute(f'ALTER TABLE {table} ENABLE ALWAYS TRIGGER "{trigger}"')
            cursor.execute("SET session_replication_role = origin")


def _tables(connection: BaseDatabaseWrapper, kept_in: str = "public") -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = %s::regnamespace", [kept_in]
        )
        return {row[0] for row in cursor.fetchall()}


def _filled(connection: BaseDatabaseWrapper, tables: set[str]) -> list[str]:
    """Return those of the tables that hold a row; one without a page on disk is not even asked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
            "AND relname = ANY(%s) AND pg_relation_size(oid) > 0",
            [list(tables)],
        )
        with_pages = sorted(row[0] for row in cursor.fetchall())
        if not with_pages:
            return []
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{table}' WHERE EXISTS (SELECT FROM public.\"{table}\")" for table in with_pages
            )
        )
        return [row[0] for row in cursor.fetchall()]


def _differing(cursor: CursorWrapper, tables: list[str]) -> list[str]:
    """Return those of the tables whose rows are no longer those that are kept."""
    found = '(SELECT (count(*), sum(hashtextextended(t::text, 0)))::text FROM {}."{}" t)'
    cursor.execute(
        " UNION ALL ".join(
            f"SELECT '{table}' WHERE {found.format('public', table)} <> {found.format(KEPT, table)}"
            for table in tables
        )
    )
    return [row[0] for row in cursor.fetchall()]


def _plain_columns(connection: BaseDatabaseWrapper, table: str) -> str:
    """Return the columns that can be written (generated ones cannot)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
            "AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
            [f'public."{table}"'],
        )
        return ", ".join(f'"{row[0]}"' for row in cursor.fetchall())


class Tables(AllTables):
    """The tables of all rooms; what the baseline brought is there before the log of a test begins."""

    def things(self) -> Iterator[tuple[str, str, bool]]:
        there = {(kind, pk) for kind, table in _BROUGHT.items() for pk in _keys(table)}
        for kind, pk, must_be_told in super().things():
            yield kind, pk, must_be_told and (kind, pk) not in there


_BROUGHT = {"parameter": "regulation_parameter", "holiday": "regulation_holiday"}
TABLES = Tables()


def _keys(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"{KEPT}.{table}"])
        if not cursor.fetchone()[0]:
            return []
        column = "day" if table.endswith("holiday") else "id"
        cursor.execute(f"SELECT {column}::text FROM {KEPT}.{table}")
        return [key for (key,) in cursor.fetchall()]
