"""Lists gone through by ids, the newest first or the highest: a page costs the same however far back it lies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, Q, QuerySet, Subquery
from django.http import HttpRequest

BEFORE: Final = "sebelum"
AFTER: Final = "sesudah"

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class KeysetPage(Generic[Row]):
    """One page; `older` and `newer` are the ids to go on from, backward and forward, None at an end."""

    rows: Sequence[Row]
    older: int | None
    newer: int | None

    def links(self, kept: Iterable[tuple[str, str]]) -> dict[str, str]:
        """`older_url` and `newer_url` for the page, what the list is narrowed by kept; empty at an end."""
        narrowed = list(kept)
        return {
            "older_url": f"?{urlencode([*narrowed, (BEFORE, self.older)])}" if self.older else "",
            "newer_url": f"?{urlencode([*narrowed, (AFTER, self.newer)])}" if self.newer else "",
        }


def keyset_page(
    found: QuerySet[Row], *, size: int, before: int | None = None, after: int | None = None, by: str = ""
) -> KeysetPage[Row]:
    """The newest `size` rows, or those next to an id: one query.

    `by`: a column that leads the order, the highest first; of equal ones the newest.
    """
    columns = [by, "pk"] if by else ["pk"]
    if after is not None:
        rows = list(found.filter(_beside(found, after, by, "gt")).order_by(*columns)[: size + 1])
        more, rows = len(rows) > size, rows[:size][::-1]
        return KeysetPage(rows, rows[-1].pk if rows else None, rows[0].pk if more and rows else None)
    if before:
        found = found.filter(_beside(found, before, by, "lt"))
    rows = list(found.order_by(*(f"-{column}" for column in columns))[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    return KeysetPage(rows, rows[-1].pk if more else None, rows[0].pk if before and rows else None)


def _beside(found: QuerySet[Row], pk: int, by: str, side: str) -> Q:
    """What comes after (`gt`) or before (`lt`) the row of that id."""
    beside = Q(**{f"pk__{side}": pk})
    if not by:
        return beside
    mark = Subquery(found.model._default_manager.filter(pk=pk).values(by))
    return Q(**{f"{by}__{side}": mark}) | (Q(**{by: mark}) & beside)


def marks_of(request: HttpRequest) -> dict[str, int | None]:
    """`before` and `after` as the address says them."""
    return {
        "before": id_in(request.GET.get(BEFORE, "")),
        "after": id_in(request.GET.get(AFTER, "")),
    }


def id_in(text: str) -> int | None:
    """An id as it stands in an address; None for what can be none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
