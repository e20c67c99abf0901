"""Database roles: who may do what to the log and to everything else, by PostgreSQL's own privileges.

Four roles without sign-in, to be granted to sign-in roles (`GRANT eorder_app TO web`):

`owner`      owns tables and functions; migrations run as it, nothing else does
`app`        web and jobs: writes entries, column by column, and never touches what is in the log
`sequencer`  leaves, tiles, checkpoints, cosignatures, stamps and alarms; reads entries
`auditor`    reads everything but personal data and secrets

The statements may be run again at any time; after a migration they must be, for new tables belong to nobody yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.apps import apps
from django.db import connection
from psycopg import sql

from marketplace.accounts.personal_data import EncryptedTextField
from marketplace.audit.schema_guard import SCHEMA as GUARD_SCHEMA

PREFIX: Final = "eorder"
KINDS: Final = ("owner", "app", "sequencer", "auditor")

WRITTEN_BY_THE_DATABASE: Final = ("id", "xid", "recorded_at")
"""Columns of an entry that no client may give: order, transaction and time of recording."""
_GROWN_BY_THE_SEQUENCER: Final = {
    "audit_leaf": "SELECT, INSERT",
    "audit_tile": "SELECT, INSERT, UPDATE",
    "audit_checkpoint": "SELECT, INSERT",
    "audit_cosignature": "SELECT, INSERT",
    "audit_stamp": "SELECT, INSERT",
    "audit_alarm": "SELECT, INSERT",
}
_LOG: Final = ("audit_entry", *_GROWN_BY_THE_SEQUENCER)
_NOT_THE_APPLICATIONS: Final = ("django_migrations",)

# Whole tables no auditor needs: sessions, sign-in, keys, addresses of persons, work in progress of the program.
_SECRET_TABLES: Final = re.compile(
    r"django_session|django_admin_log|account_.*|mfa_.*|axes_.*|address_.*|order_.*address|customer_.*|communication_.*"
    r"|basket_.*|analytics_.*|reviews_.*|partner_partneraddress|events_job|accounts_purposelink|settlement_providersecret"
    r"|competition_sealkey|documents_certificate"
)
_PERSONAL_COLUMNS: Final = re.compile(
    r".*(e_?mail|phone|password|token|secret|nik|npwp).*|(first|last|owner|holder)_name|name_inquiry|guest_.*"
    r"|(number|account|subject|value|phone)_hash|account_number|facts_text|private_text"
)
_NOT_PERSONAL: Final = {"email_confirmed_at", "mailed_at"}


class BadPrefix(ValueError):
    """The roles cannot be called that."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its columns, as the database has it; `grows` when a trigger lets it take new rows only."""

    name: str
    columns: tuple[str, ...]
    grows: bool


def role_name(prefix: str, kind: str) -> str:
    """Return the name of a role. Raises `BadPrefix`."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,40}", prefix):
        raise BadPrefix(prefix)
    return f"{prefix}_{kind}"


def statements(prefix: str = PREFIX) -> list[str]:
    """Return the SQL that makes the roles and their privileges, in order. Raises `BadPrefix`."""
    owner, app, sequencer, auditor = (role_name(prefix, kind) for kind in KINDS)
    known = tables()
    return [
        *(_create_role(name) for name in (owner, app, sequencer, auditor)),
        *_ownership(owner),
        *(statement for name in (app, sequencer, auditor) for statement in _from_nothing(name)),
        *_for_the_application(app, known),
        *_for_the_sequencer(sequencer),
        *_for_the_auditor(auditor, known),
    ]


def apply(prefix: str = PREFIX) -> int:
    """Make the roles; returns how many statements ran. Raises `BadPrefix`, `DatabaseError`.

    Needs a superuser, or a role with CREATEROLE that owns database and tables.
    """
    listed = statements(prefix)
    with connection.cursor() as cursor:
        for statement in listed:
            cursor.execute(statement)
    return len(listed)


def tables() -> list[Table]:
    """Return the tables of the site, sorted by name."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum),
                   EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'append_only_row')
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'm', 'v')
              AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
            GROUP BY c.oid, c.relname ORDER BY c.relname
            """
        )
        return [Table(name, tuple(columns), grows) for name, columns, grows in cursor.fetchall()]


def readable_columns(table: Table) -> list[str]:
    """Return the columns an auditor may read: none of a secret table, no personal and no encrypted ones."""
    if _SECRET_TABLES.fullmatch(table.name):
        return []
    sealed = _encrypted_columns().get(table.name, set())
    return [
        column
        for column in table.columns
        if column not in sealed
        and (column in _NOT_PERSONAL or column.endswith("_id") or not _PERSONAL_COLUMNS.fullmatch(column))
    ]


def _encrypted_columns() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedTextField):
                found.setdefault(model._meta.db_table, set()).add(str(field.column))
    return found


def _create_role(name: str) -> str:
    return f"""
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') THEN CREATE ROLE {name} NOLOGIN; END IF;
END $$"""


def _ownership(owner: str) -> list[str]:
    """Give tables, sequences and functions of the site to the owner; extensions keep theirs."""
    return [
        f"GRANT {owner} TO CURRENT_USER",
        f"GRANT USAGE, CREATE ON SCHEMA public TO {owner}",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"""
DO $$ DECLARE each record; BEGIN
    FOR each IN
        SELECT format('ALTER %s %s OWNER TO {owner}',
                      CASE relkind WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'v' THEN 'VIEW' WHEN 'S' THEN 'SEQUENCE'
                                   ELSE 'TABLE' END, c.oid::regclass) AS command
        FROM pg_class c
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'm', 'v', 'S')
          AND relowner <> '{owner}'::regrole
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                          AND (d.deptype = 'e' OR (relkind = 'S' AND d.deptype IN ('a', 'i'))))
        UNION ALL
        SELECT format('ALTER FUNCTION %s OWNER TO {owner}', p.oid::regprocedure)
        FROM pg_proc p
        WHERE pronamespace = 'public'::regnamespace AND proowner <> '{owner}'::regrole AND prokind = 'f'
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    LOOP EXECUTE each.command; END LOOP;
END $$""",
        *_may_look_at_the_guard(owner),
        _if_guarded(f"GRANT EXECUTE ON FUNCTION {GUARD_SCHEMA}.open_window(text, interval) TO {owner}"),
        _if_guarded(f"GRANT EXECUTE ON FUNCTION {GUARD_SCHEMA}.close_window() TO {owner}"),
    ]


def _from_nothing(name: str) -> list[str]:
    return [
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {name}",
        f"GRANT USAGE ON SCHEMA public TO {name}",
        *_may_look_at_the_guard(name),
    ]


def _may_look_at_the_guard(name: str) -> list[str]:
    return [
        _if_guarded(f"GRANT USAGE ON SCHEMA {GUARD_SCHEMA} TO {name}"),
        _if_guarded(f"GRANT SELECT ON {GUARD_SCHEMA}.record TO {name}"),
        _if_guarded(
            f"GRANT EXECUTE ON FUNCTION {GUARD_SCHEMA}.open_until(), {GUARD_SCHEMA}.differing() TO {name}"
        ),
    ]


def _if_guarded(statement: str) -> str:
    """Run a statement only where the schema guard stands (see `schema_guard`)."""
    return f"""
DO $$ BEGIN
    IF to_regnamespace('{GUARD_SCHEMA}') IS NOT NULL THEN {statement}; END IF;
END $$"""


def _for_the_application(app: str, known: Iterable[Table]) -> list[str]:
    written: list[str] = []
    for table in known:
        if table.name in _LOG or table.name in _NOT_THE_APPLICATIONS:
            rights = "SELECT"
        elif table.grows:
            rights = "SELECT, INSERT"
        else:
            rights = "SELECT, INSERT, UPDATE, DELETE"
        written.append(f"GRANT {rights} ON {_quoted(table.name)} TO {app}")
    entry = next(table for table in known if table.name == "audit_entry")
    payload = [column for column in entry.columns if column not in WRITTEN_BY_THE_DATABASE]
    return [
        *written,
        f"GRANT INSERT ({_listed(payload)}) ON audit_entry TO {app}",
        f"""
DO $$ DECLARE each record; BEGIN
    FOR each IN SELECT oid::regclass AS name FROM pg_class
                WHERE relnamespace = 'public'::regnamespace AND relkind = 'S' AND relname NOT LIKE 'audit\\_%'
    LOOP EXECUTE format('GRANT USAGE, SELECT, UPDATE ON SEQUENCE %s TO {app}', each.name); END LOOP;
END $$""",
    ]


def _for_the_sequencer(sequencer: str) -> list[str]:
    return [
        f"GRANT SELECT ON audit_entry TO {sequencer}",
        *(f"GRANT {rights} ON {name} TO {sequencer}" for name, rights in _GROWN_BY_THE_SEQUENCER.items()),
    ]


def _for_the_auditor(auditor: str, known: Iterable[Table]) -> list[str]:
    return [
        f"GRANT SELECT ({_listed(columns)}) ON {_quoted(table.name)} TO {auditor}"
        for table in known
        if (columns := readable_columns(table))
    ]


def _quoted(name: str) -> str:
    return sql.Identifier(name).as_string()


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(map(_quoted, columns))
