"""The guard of the log's schema: an event trigger that refuses what would change it outside a declared window.

Triggers stop whoever changes rows; they do not stop the owner of the tables, who takes the triggers away or renames
the table beneath them. Here PostgreSQL itself compares, after every command that changes a schema, what the guarded
tables are made of (columns, constraints, triggers, functions behind them, indexes, rules, policies, privileges) with
what was recorded, and refuses the command when they differ. A migration opens a window first, which leaves a row that
nobody can take away and an entry in the log, and closes it after, which records what is then.

Guarded are the tables of the log and every table with a trigger that is always awake. Only a superuser can make event
triggers, and only a superuser can take them away: all of this belongs to him, in a schema of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from django.db import connection, transaction

from marketplace.accounts.actors import Actor
from marketplace.audit import entries, own_acts
from marketplace.core import clock

SCHEMA: Final = "audit_guard"
EVENT_TRIGGERS: Final = {"audit_guard_ddl": "ddl_command_end", "audit_guard_drop": "sql_drop"}
LONGEST_WINDOW: Final = timedelta(hours=4)

_PARTS: Final = """
CREATE OR REPLACE FUNCTION audit_guard.parts() RETURNS TABLE (object text, definition text)
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
WITH guarded AS (
    SELECT c.oid, c.relname::text AS name, c.relowner, c.relacl,
           c.relrowsecurity, c.relforcerowsecurity, c.relpersistence
    FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
      AND (c.relname LIKE 'audit\\_%' OR EXISTS (
          SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgenabled = 'A' AND NOT t.tgisinternal))
), functions AS (
    SELECT DISTINCT t.tgfoid AS oid FROM pg_trigger t JOIN guarded g ON g.oid = t.tgrelid WHERE NOT t.tgisinternal
    UNION SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'audit_guard'::regnamespace
)
SELECT 'table ' || name, concat_ws(' ', relowner::regrole, relacl, relrowsecurity, relforcerowsecurity, relpersistence)
FROM guarded
UNION ALL
SELECT 'column ' || g.name || '.' || a.attname, concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attnotnull,
       a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid), a.attacl)
FROM guarded g JOIN pg_attribute a ON a.attrelid = g.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = g.oid AND d.adnum = a.attnum
UNION ALL
SELECT 'constraint ' || g.name || '.' || k.conname, concat_ws(' ', pg_get_constraintdef(k.oid), k.convalidated)
FROM guarded g JOIN pg_constraint k ON k.conrelid = g.oid
UNION ALL
SELECT 'trigger ' || g.name || '.' || t.tgname, concat_ws(' ', pg_get_triggerdef(t.oid), t.tgenabled)
FROM guarded g JOIN pg_trigger t ON t.tgrelid = g.oid WHERE NOT t.tgisinternal
UNION ALL
SELECT 'keys ' || g.name,
       string_agg(concat_ws(' ', t.tgfoid::regproc, t.tgenabled), ', ' ORDER BY t.tgfoid, t.tgenabled)
FROM guarded g JOIN pg_trigger t ON t.tgrelid = g.oid WHERE t.tgisinternal GROUP BY g.name
UNION ALL
SELECT 'index ' || g.name || '.' || i.indexrelid::regclass, concat_ws(' ', pg_get_indexdef(i.indexrelid), i.indisvalid)
FROM guarded g JOIN pg_index i ON i.indrelid = g.oid
UNION ALL
SELECT 'rule ' || g.name || '.' || r.rulename, concat_ws(' ', pg_get_ruledef(r.oid), r.ev_enabled)
FROM guarded g JOIN pg_rewrite r ON r.ev_class = g.oid
UNION ALL
SELECT 'policy ' || g.name || '.' || p.polname, concat_ws(' ', pg_get_expr(p.polqual, p.polrelid), p.polcmd, p.polroles)
FROM guarded g JOIN pg_policy p ON p.polrelid = g.oid
UNION ALL
SELECT 'function ' || f.oid::regprocedure,
       concat_ws(' ', md5(p.prosrc), p.proowner::regrole, p.proacl, p.prosecdef, p.proconfig)
FROM functions f JOIN pg_proc p ON p.oid = f.oid
UNION ALL
SELECT 'event trigger ' || e.evtname, concat_ws(' ', e.evtevent, e.evtenabled, e.evtfoid::regproc, e.evtowner::regrole)
FROM pg_event_trigger e
$$
"""

_BASIS: Final = [
    "CREATE SCHEMA IF NOT EXISTS audit_guard",
    "REVOKE ALL ON SCHEMA audit_guard FROM PUBLIC",
    """
CREATE TABLE IF NOT EXISTS audit_guard.record (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    by_whom text NOT NULL DEFAULT session_user,
    kind text NOT NULL CHECK (kind IN ('installed', 'opened', 'closed')),
    reason text NOT NULL DEFAULT '',
    until timestamptz CHECK ((until IS NOT NULL) = (kind = 'opened')),
    parts jsonb CHECK ((parts IS NOT NULL) = (kind <> 'opened'))
)""",
    """
CREATE OR REPLACE FUNCTION audit_guard.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The record of the schema guard is append-only: % is refused', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$""",
    """
CREATE OR REPLACE TRIGGER append_only_row BEFORE UPDATE OR DELETE ON audit_guard.record
FOR EACH ROW EXECUTE FUNCTION audit_guard.refuse_change()""",
    """
CREATE OR REPLACE TRIGGER append_only_table BEFORE TRUNCATE ON audit_guard.record
FOR EACH STATEMENT EXECUTE FUNCTION audit_guard.refuse_change()""",
    "ALTER TABLE audit_guard.record ENABLE ALWAYS TRIGGER append_only_row",
    "ALTER TABLE audit_guard.record ENABLE ALWAYS TRIGGER append_only_table",
    _PARTS,
    """
CREATE OR REPLACE FUNCTION audit_guard.differing() RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT coalesce(known.key, now.object)
    FROM (SELECT key, value FROM jsonb_each_text((
              SELECT parts FROM audit_guard.record WHERE parts IS NOT NULL ORDER BY id DESC LIMIT 1))) known
    FULL JOIN audit_guard.parts() now ON now.object = known.key
    WHERE known.value IS DISTINCT FROM now.definition ORDER BY 1
$$""",
    """
CREATE OR REPLACE FUNCTION audit_guard.open_until() RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT until FROM (SELECT until FROM audit_guard.record ORDER BY id DESC LIMIT 1) last
    WHERE until > clock_timestamp()
$$""",
    """
CREATE OR REPLACE FUNCTION audit_guard.open_window(reason text, length interval) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE ends timestamptz := clock_timestamp() + length;
BEGIN
    IF btrim(reason) = '' OR length <= interval '0' OR length > interval '4 hours' THEN
        RAISE EXCEPTION 'A window needs a reason and lasts four hours at most';
    END IF;
    INSERT INTO audit_guard.record (kind, reason, until) VALUES ('opened', reason, ends);
    RETURN ends;
END $$""",
    """
CREATE OR REPLACE FUNCTION audit_guard.close_window() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
    INSERT INTO audit_guard.record (kind, parts)
    SELECT 'closed', jsonb_object_agg(object, definition) FROM audit_guard.parts()
$$""",
    # Temporary tables of a session are nobody's guarded tables; anything else is compared, and so is a command that
    # says of itself nothing at all.
    """
CREATE OR REPLACE FUNCTION audit_guard.check_schema() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE changed text;
BEGIN
    IF TG_EVENT = 'ddl_command_end' THEN
        IF (SELECT coalesce(bool_and(schema_name = 'pg_temp'), false) FROM pg_event_trigger_ddl_commands()) THEN
            RETURN;
        END IF;
    ELSIF (SELECT coalesce(bool_and(is_temporary), false) FROM pg_event_trigger_dropped_objects()) THEN
        RETURN;
    END IF;
    IF audit_guard.open_until() IS NOT NULL THEN
        RETURN;
    END IF;
    SELECT string_agg(object, ', ') INTO changed
    FROM (SELECT object FROM audit_guard.differing() object LIMIT 5) listed;
    IF changed IS NOT NULL THEN
        RAISE EXCEPTION 'The schema of the audit log is guarded; this would change: %', changed
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'Migrations open a window first: manage.py audit schema open --reason "..."';
    END IF;
END $$""",
    "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA audit_guard FROM PUBLIC",
]


class NotSuperuser(PermissionError):
    """Event triggers are made by superusers alone."""


class NotInstalled(LookupError):
    """The schema guard does not stand in this database."""


@dataclass(frozen=True, slots=True)
class GuardState:
    """How the schema guard stands: both event triggers there and awake, an open window's end, what differs."""

    installed: bool
    awake: bool = False
    open_until: datetime | None = None
    differing: tuple[str, ...] = ()


def install() -> None:
    """Make the guard anew and record the schema as it is. Raises `NotSuperuser`, `DatabaseError`."""
    with transaction.atomic(), connection.cursor() as cursor:
        _insist_on_superuser(cursor)
        _drop_event_triggers(cursor)
        for statement in _BASIS:
            cursor.execute(statement)
        for name, event in EVENT_TRIGGERS.items():
            cursor.execute(
                f"CREATE EVENT TRIGGER {name} ON {event} EXECUTE FUNCTION audit_guard.check_schema()"
            )
            cursor.execute(f"ALTER EVENT TRIGGER {name} ENABLE ALWAYS")
        cursor.execute(
            "INSERT INTO audit_guard.record (kind, parts) "
            "SELECT 'installed', jsonb_object_agg(object, definition) FROM audit_guard.parts()"
        )
        _note(own_acts.SCHEMA_GUARDED, {})


def remove() -> None:
    """Take the event triggers away; the record stays. Raises `NotSuperuser`, `DatabaseError`."""
    with transaction.atomic(), connection.cursor() as cursor:
        _insist_on_superuser(cursor)
        _drop_event_triggers(cursor)
        _note(own_acts.SCHEMA_UNGUARDED, {})


def open_window(reason: str, length: timedelta) -> datetime:
    """Let the schema change until the moment returned; leaves a row and an entry in the log.

    Raises `NotInstalled`, `ValueError` (no reason, or longer than `LONGEST_WINDOW`), `DatabaseError` (no right to it).
    """
    if not reason.strip() or not timedelta(0) < length <= LONGEST_WINDOW:
        raise ValueError("a window needs a reason and lasts four hours at most")
    with transaction.atomic(), connection.cursor() as cursor:
        _insist_on_guard(cursor)
        cursor.execute(
            "SELECT audit_guard.open_window(%s, make_interval(secs => %s))", [reason, length.total_seconds()]
        )
        ends: datetime = cursor.fetchone()[0]
        _note(own_acts.SCHEMA_OPENED, {"reason": reason, "until": entries.moment(ends)})
    return ends


def close_window() -> list[str]:
    """Record the schema as it is now and guard it again; returns what has changed.

    Raises `NotInstalled`, `DatabaseError` (no right to it).
    """
    with transaction.atomic(), connection.cursor() as cursor:
        _insist_on_guard(cursor)
        cursor.execute("SELECT audit_guard.differing()")
        changed = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT audit_guard.close_window()")
        _note(own_acts.SCHEMA_CLOSED, {"changed": len(changed), "objects": changed[:100]})
    return changed


def state() -> GuardState:
    """Return how the guard stands. Who may not look into it sees it as not there."""
    with connection.cursor() as cursor:
        if not _stands(cursor):
            return GuardState(installed=False)
        cursor.execute(
            "SELECT count(*) FROM pg_event_trigger "
            "WHERE evtname = ANY(%s) AND evtenabled = 'A' AND evtfoid = 'audit_guard.check_schema'::regproc",
            [list(EVENT_TRIGGERS)],
        )
        awake = cursor.fetchone()[0] == len(EVENT_TRIGGERS) and _event_triggers_fire(cursor)
        cursor.execute("SELECT audit_guard.open_until(), ARRAY(SELECT audit_guard.differing())")
        open_until, differing = cursor.fetchone()
    return GuardState(True, awake, open_until, tuple(differing))


def _event_triggers_fire(cursor: Any) -> bool:
    """PostgreSQL 17 can switch all event triggers off by a setting."""
    cursor.execute("SELECT current_setting('event_triggers', true)")
    return cursor.fetchone()[0] in (None, "on")


def _stands(cursor: Any) -> bool:
    cursor.execute(
        "SELECT to_regnamespace('audit_guard') IS NOT NULL AND has_schema_privilege('audit_guard', 'USAGE')"
    )
    if not cursor.fetchone()[0]:
        return False
    cursor.execute("SELECT to_regprocedure('audit_guard.check_schema()') IS NOT NULL")
    return bool(cursor.fetchone()[0])


def _insist_on_guard(cursor: Any) -> None:
    if not _stands(cursor):
        raise NotInstalled


def _insist_on_superuser(cursor: Any) -> None:
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if not cursor.fetchone()[0]:
        raise NotSuperuser


def _drop_event_triggers(cursor: Any) -> None:
    for name in EVENT_TRIGGERS:
        cursor.execute(f"DROP EVENT TRIGGER IF EXISTS {name}")


def _note(act: str, facts: dict[str, Any]) -> None:
    """Tell the log itself; the caller's statements on the guard's record hold its lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('audit schema', 0))")
    entries.record(
        actor=Actor.system("Penjaga skema"),
        act=act,
        aggregate=("schema", "public"),
        facts=facts,
        deed=uuid4(),
        at=clock.now(),
    )
