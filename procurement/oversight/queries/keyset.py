"""Pages by key, the newest first: flat however far back a reader goes."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


def page_before(found: QuerySet[Row], before: int | None, *, size: int) -> tuple[list[Row], int | None]:
    """At most `size` rows below the key `before`, and the key before which the next page begins: one query."""
    if before:
        found = found.filter(pk__lt=before)
    rows = list(found.order_by("-pk")[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    return rows, rows[-1].pk if more else None
