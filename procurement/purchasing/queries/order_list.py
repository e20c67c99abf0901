"""The list of orders: keyset pages in several orders, a text search that stays on indexes, counts with a ceiling."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import RawSQL

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import BUYING, Role
from marketplace.core import clock
from procurement.planning.models import Package
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries.orders import purchases_of
from procurement.purchasing.queries.short import in_short
from procurement.purchasing.workflow import PURCHASE
from vendors.models import Vendor

PAGE: Final = 25
COUNTED: Final = 1_000
"""A state's count stops here: nobody needs more, and counting all of a big unit's orders costs every page."""
MATCHES: Final = 300
"""So many packages, and vendors, a word may name; beyond it has to be narrower."""
YEARS: Final = 6
"""How far back a bare running number is looked for."""
_RUNNING_NUMBER: Final = re.compile(r"\d{1,9}")


LIVING: Final = tuple(state.code for state in PURCHASE.states if not state.terminal)
"""An order that has ended has no deadline; saying so lets the index of the living answer."""


@dataclass(frozen=True, slots=True)
class Sort:
    """One order of the list: by a column, ties by id; `filled` leaves out what has ended and what has no value."""

    column: str
    descending: bool
    filled: bool = False


SORTS: Final[dict[str, Sort]] = {
    "terbaru": Sort("pk", descending=True),
    "tenggat": Sort("due_at", descending=False, filled=True),
    "nilai": Sort("total", descending=True),
}


@dataclass(frozen=True, slots=True)
class Page:
    """One keyset page; `older` and `newer` are the ids to go on from, None at an end.

    `narrow` says that the text matched more packages or vendors than a page looks through.
    """

    rows: Sequence[Purchase]
    older: int | None
    newer: int | None
    narrow: bool = False


def purchase_page(
    actor: Actor,
    *,
    states: Sequence[str] = (),
    text: str = "",
    before: int | None = None,
    after: int | None = None,
    size: int = PAGE,
    by: str = "terbaru",
) -> Page:
    """The orders of `actor` in `states` that `text` names, ordered `by` a key of SORTS.

    `text` is (the beginning of) a number, or part of a package's or vendor's name: one query, three with a text, one
    more to go on within another order than by age.
    """
    sort = SORTS.get(by, SORTS["terbaru"])
    found = in_short(purchases_of(actor))
    if states:
        found = found.filter(state__in=states)
    narrow = False
    if text:
        wanted, narrow = _named(actor, text)
        found = found.filter(wanted)
    if sort.filled:
        found = found.filter(**{f"{sort.column}__isnull": False, "state__in": LIVING})
    if after is not None:
        rows = list(_beyond(found, sort, after, backwards=True)[: size + 1])
        more, rows = len(rows) > size, rows[:size][::-1]
        return Page(rows, rows[-1].pk if rows else None, rows[0].pk if more and rows else None, narrow)
    rows = list(_beyond(found, sort, before, backwards=False)[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    return Page(rows, rows[-1].pk if more else None, rows[0].pk if before and rows else None, narrow)


def _beyond(
    found: QuerySet[Purchase], sort: Sort, mark: int | None, *, backwards: bool
) -> QuerySet[Purchase]:
    """The rows after (or, backwards, before) the row with the id `mark`, nearest first."""
    down = sort.descending != backwards
    step = "lt" if down else "gt"
    ordered = found.order_by("-pk" if down else "pk")
    if sort.column != "pk":
        ordered = found.order_by(
            F(sort.column).desc() if down else F(sort.column).asc(), "-pk" if down else "pk"
        )
    if mark is None:
        return ordered
    if sort.column == "pk":
        return ordered.filter(**{f"pk__{step}": mark})
    value = found.filter(pk=mark).values_list(sort.column, flat=True).first()
    if value is None:  # it has moved on since the page was made
        return ordered
    level = Q(**{sort.column: value, f"pk__{step}": mark})
    return ordered.filter(
        Q(**{f"{sort.column}__{step}": value}) | level, **{f"{sort.column}__{step}e": value}
    )


def _named(actor: Actor, text: str) -> tuple[Q, bool]:
    """What the text names, as ids and beginnings of numbers, so that every part has its index: two queries."""
    packages = Package.objects.filter(name__icontains=text)
    if actor.role in BUYING:
        packages = packages.filter(organisation=actor.organisation_id)
    elif actor.role != Role.VENDOR:
        packages = packages.filter(region=actor.region_id)
    package_ids = list(packages.order_by("-pk").values_list("pk", flat=True)[: MATCHES + 1])
    vendors = Vendor.objects.filter(organisation__name__icontains=text)
    vendor_ids = list(vendors.order_by("-pk").values_list("pk", flat=True)[: MATCHES + 1])
    wanted = _numbered(text) | Q(package__in=package_ids[:MATCHES]) | Q(vendor__in=vendor_ids[:MATCHES])
    return wanted, max(len(package_ids), len(vendor_ids)) > MATCHES


def _numbered(text: str) -> Q:
    """Orders by number: its beginning, with or without EO-, or the bare running number of one of the last years."""
    upper = text.upper()
    wanted = Q(number__startswith=upper) | Q(number__startswith=f"EO-{upper}")
    if _RUNNING_NUMBER.fullmatch(text):
        year, number = clock.today().year, int(text)
        wanted |= Q(number__in=[f"EO-{each}-{number:06d}" for each in range(year - YEARS + 1, year + 1)])
    return wanted


def state_counts(actor: Actor) -> dict[str, int]:
    """How many orders `actor` sees in each state, none beyond COUNTED: one query that never reads all rows."""
    codes = [state.code for state in PURCHASE.states]
    among = purchases_of(actor)
    if among.query.is_empty():
        return {}
    of_state = among.filter(state=RawSQL("wanted.state", ())).order_by().values("pk")[:COUNTED]
    inner, given = of_state.query.sql_with_params()
    counted = f"(SELECT count(*) FROM ({inner}) AS found)"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT state, {counted} FROM unnest(%s::text[]) AS wanted(state)", [*given, codes])
        rows: list[Any] = cursor.fetchall()
    return {state: count for state, count in rows if count}
