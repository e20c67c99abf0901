"""Column types of the log that Django does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    _IntegerField = models.Field[int, int]
else:
    _IntegerField = models.Field


class CurrentTransactionId(models.Func):
    """`pg_current_xact_id()`: the 64-bit number of the running transaction."""

    function = "pg_current_xact_id"
    arity = 0

    def __init__(self, **extra: Any) -> None:
        super().__init__(output_field=TransactionIdField(), **extra)


class TransactionIdField(_IntegerField):
    """PostgreSQL `xid8`: a transaction number that never wraps. Read as int, written by the database."""

    description = "64-bit transaction number"

    def db_type(self, connection: Any) -> str:
        return "xid8"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> int | None:
        return None if value is None else int(value)

    def to_python(self, value: Any) -> int | None:
        return None if value is None else int(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        # xid8 has no cast from bigint: it is written as text and compared by its own operators.
        return None if value is None else str(value)
