"""At start-up and before a release: are the guarantees of the books really switched on?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Critical, Tags, register
from django.db import connections

GUARDED = (
    "settlement_account",
    "settlement_balance",
    "settlement_entry",
    "settlement_evidence",
    "settlement_journal",
    "settlement_ledgerproof",
    "settlement_payout",
    "settlement_payoutbatch",
    "settlement_providerevent",
    "settlement_snaprequest",
    "settlement_taxdeposit",
    "settlement_taxline",
    "settlement_refund",
)

_UNGUARDED = """
SELECT named.name
FROM unnest(%s::text[]) AS named(name)
WHERE to_regclass(named.name) IS NOT NULL
  AND (NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = to_regclass(named.name) AND NOT tgisinternal)
       OR EXISTS (SELECT FROM pg_trigger
                  WHERE tgrelid = to_regclass(named.name) AND NOT tgisinternal AND tgenabled <> 'A'))
"""


@register(Tags.database)
def books_are_guarded(*, databases: Sequence[str] | None = None, **_options: Any) -> list[CheckMessage]:
    """Every table of the books has its triggers, all of them ENABLE ALWAYS (`manage.py check --database default`)."""
    if not databases or "default" not in databases:
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute(_UNGUARDED, [list(GUARDED)])
        return [
            Critical(
                f"The triggers of {name} are missing or switched off: the books are not protected.",
                hint="Run the room's SQL again: procurement/settlement/sql.py.",
                id="settlement.E001",
            )
            for (name,) in cursor.fetchall()
        ]
