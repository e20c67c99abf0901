"""The SQL that rooms' ``sql.py`` have in common: triggers that never sleep, tables that only grow, named checks.

Every statement may be run again at any time, as ``guarantees`` asks.
"""

from __future__ import annotations

from collections.abc import Iterable


def trigger(
    name: str, table: str, when: str, function: str, *, each: str = "ROW", seeing: str = ""
) -> list[str]:
    """Create a trigger that ``session_replication_role = replica`` does not silence.

    Args:
        name: the trigger; one of that name on the table is replaced.
        table: the table it watches.
        when: time and events, ``BEFORE UPDATE OR DELETE``.
        function: the trigger function, without parentheses.
        each: ``ROW``, or ``STATEMENT`` (the only one TRUNCATE knows).
        seeing: the rows of a statement as tables, ``OLD TABLE AS before NEW TABLE AS changed``.
    """
    referencing = f" REFERENCING {seeing}" if seeing else ""
    return [
        f"DROP TRIGGER IF EXISTS {name} ON {table}",
        f"CREATE TRIGGER {name} {when} ON {table}{referencing} FOR EACH {each} EXECUTE FUNCTION {function}()",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}",
    ]


def refusal(function: str, sentence: str, *, instead: str) -> str:
    """Create the trigger function that raises ``<sentence>: <operation> on <table> is refused``.

    Args:
        function: its name; each room has its own.
        sentence: why, "The books are append-only".
        instead: the hint, what to do in place of the change.
    """
    return f"""
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{sentence}: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', HINT = '{instead}';
END $$
"""


def append_only(tables: Iterable[str], function: str) -> list[str]:
    """Let the tables take new rows and nothing else; ``function`` is a ``refusal`` created before."""
    return [
        statement
        for table in tables
        for statement in (
            *trigger("append_only_row", table, "BEFORE UPDATE OR DELETE", function),
            *trigger("append_only_table", table, "BEFORE TRUNCATE", function, each="STATEMENT"),
        )
    ]


def check(table: str, name: str, condition: str) -> list[str]:
    """Add a CHECK constraint, in place of one of that name."""
    return [
        f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}",
        f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({condition})",
    ]
