"""What PostgreSQL itself guarantees about plans: the histories are append-only."""

from __future__ import annotations

from typing import Final

_APPEND_ONLY: Final = ("planning_budgetmovement", "planning_planrevision", "planning_importrun")

_REFUSE_CHANGE = """
CREATE OR REPLACE FUNCTION planning_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The history of plans is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', HINT = 'Record a further movement or revision instead.';
END $$
"""


def _append_only(table: str) -> list[str]:
    return [
        f"DROP TRIGGER IF EXISTS append_only ON {table}",
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION planning_refuse_change()",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only",
    ]


CREATE: Final[list[str]] = [_REFUSE_CHANGE, *(sql for table in _APPEND_ONLY for sql in _append_only(table))]

DROP: Final[list[str]] = [
    *(f"DROP TRIGGER IF EXISTS append_only ON {table}" for table in _APPEND_ONLY),
    "DROP FUNCTION IF EXISTS planning_refuse_change()",
]
