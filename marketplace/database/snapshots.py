"""Reading many tables as of one moment, whatever is written meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def one_snapshot(*, writes: bool = False) -> Iterator[None]:
    """One unchanging view of the database, read-only unless it `writes`; inside a transaction the caller's serves."""
    if connection.in_atomic_block:
        yield
        return
    only = "" if writes else " READ ONLY"
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ" + only)
        yield
