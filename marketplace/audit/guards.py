"""The triggers of `sql.py` as the database has them now."""

from __future__ import annotations

from typing import Final

from django.db import connection

from marketplace.audit.sql import GUARDS, SHAPES

_AWAKE: Final = """
SELECT tgrelid::regclass::text, tgname::text, tgtype::int, prosrc
FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
WHERE tgenabled = 'A' AND tgqual IS NULL AND tgattr = ''::int2vector
"""


def missing_guards() -> list[tuple[str, str]]:
    """Return (table, trigger) of every guard that is gone, asleep, looks away, or has another function than ours."""
    with connection.cursor() as cursor:
        cursor.execute(_AWAKE)
        awake = set(cursor.fetchall())
    return [(table, name) for table, name in GUARDS if (table, name, *SHAPES[name]) not in awake]
