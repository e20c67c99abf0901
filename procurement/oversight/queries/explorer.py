"""The explorer: orders, and entries of the log about them, by the same filters; keyset pages, flat in rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final

from django.db.models import BigIntegerField, Case, Count, Exists, F, OuterRef, QuerySet, Sum, When
from django.db.models.functions import Cast
from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.audit.models import Entry
from marketplace.audit.queries import Filters, Line, entries_for, lines_of
from marketplace.core import clock
from marketplace.pages.keyset import keyset_page
from procurement.oversight.queries.orders import OrderFilters
from procurement.purchasing.models import Flag, Purchase
from procurement.purchasing.queries.flags import codes as flag_titles
from procurement.redflags.models import RedFlag
from procurement.redflags.queries import rule_titles

PAGE: Final = 50
_FEW: Final = 1_000
"""So many orders are named to the database by their keys."""
ORDERS_COUNTED: Final = 20_000
ENTRIES_COUNTED: Final = 1_000
"""So many are counted for a page: what it may cost does not grow with the log."""
_BATCH: Final = 2_000
"""Rows read at once for a file."""


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order with its flags, of the act and found later, each as (code, title)."""

    purchase: Purchase
    flags: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry, and the number of the order it is about, if it is about one."""

    line: Line
    number: str

    @property
    def url(self) -> str:
        """The story it belongs to."""
        if self.number:
            return reverse("order_story", args=[self.number])
        return reverse("audit-story", args=[self.line.entry.aggregate_type, self.line.entry.aggregate_id])


def orders(actor: Actor, filters: OrderFilters) -> QuerySet[Purchase]:
    """The orders that fit, the newest first."""
    return filters.of(actor).select_related("organisation", "vendor__organisation").order_by("-pk")


@dataclass(frozen=True, slots=True)
class Tally:
    """How many fit, counted up to `most`, and of orders their sum (rupiah) when all were counted."""

    count: int
    most: int
    amount: int | None = None

    @property
    def more(self) -> bool:
        """Whether more fit than were counted."""
        return self.count > self.most


def order_tally(actor: Actor, filters: OrderFilters) -> Tally:
    """How many orders fit, and their sum: one query that reads at most `ORDERS_COUNTED` and one."""
    some = filters.of(actor).order_by("-pk").values("pk", "total")[: ORDERS_COUNTED + 1]
    told = some.aggregate(count=Count("pk"), amount=Sum("total"))
    all_of_them = told["count"] <= ORDERS_COUNTED
    return Tally(told["count"], ORDERS_COUNTED, int(told["amount"] or 0) if all_of_them else None)


def entry_tally(actor: Actor, filters: OrderFilters, act: str) -> Tally:
    """How many entries fit: two queries at most, over at most `ENTRIES_COUNTED` entries and one."""
    return Tally(entries(actor, filters, act).values("pk")[: ENTRIES_COUNTED + 1].count(), ENTRIES_COUNTED)


def order_page(
    actor: Actor, filters: OrderFilters, *, before: int | None
) -> tuple[list[OrderRow], int | None]:
    """One page of orders and the id before which the next one begins: two queries."""
    page = keyset_page(orders(actor, filters), size=PAGE, before=before)
    return _flagged(page.rows), page.older


def _flagged(rows: Sequence[Purchase]) -> list[OrderRow]:
    found: dict[int, list[tuple[str, str]]] = {}
    titles = {**flag_titles(), **rule_titles()}
    keys = [each.pk for each in rows]
    at_the_act = Flag.objects.filter(purchase__in=keys).values_list("purchase_id", "code")
    later = RedFlag.objects.filter(purchase__in=keys).exclude(state="SUPERSEDED")
    told = at_the_act.order_by().union(later.order_by().values_list("purchase_id", "rule"))
    for purchase_id, code in told.order_by("code"):
        found.setdefault(purchase_id, []).append((code, titles.get(code, code)))
    return [OrderRow(each, found.get(each.pk, [])) for each in rows]


def entries(actor: Actor, filters: OrderFilters, act: str) -> QuerySet[Entry]:
    """The entries that fit, the newest first.

    Days and officers are those of the entry; unit, vendor, state, amount and flag those of the order it is about.
    """
    found = entries_for(actor, Filters(act=act, since=filters.since, until=filters.until))
    if filters.officers:
        found = found.filter(user_id__in=filters.officers)
    about = replace(filters, officers=(), since=None, until=None)
    return _about_orders(found, about.of(actor).order_by()) if about.narrows else found.order_by("-pk")


def _about_orders(found: QuerySet[Entry], fitting: QuerySet[Purchase]) -> QuerySet[Entry]:
    """Those about the orders that fit: of a few orders by their keys, of many by looking each entry's order up.

    Either way alone is slow at the other end: keys of half of all orders are compared with every entry, and the few
    entries about one order would be looked for through the whole log. For the same reason those of few orders are
    put in an order for which there is no index: they are gathered and sorted. One query.
    """
    found = found.filter(aggregate_type=Purchase.aggregate)
    few = list(fitting.values_list("pk", flat=True)[: _FEW + 1])
    if len(few) <= _FEW:
        return found.filter(aggregate_id__in=[str(pk) for pk in few]).order_by(-F("pk"))
    # the ids of other kinds of things are no numbers, and conditions have no order
    key = Case(When(aggregate_type=Purchase.aggregate, then=Cast("aggregate_id", BigIntegerField())))
    about = found.alias(order_key=key).filter(Exists(fitting.filter(pk=OuterRef("order_key"))))
    return about.order_by("-pk")


def entry_page(
    actor: Actor, filters: OrderFilters, act: str, *, before: int | None
) -> tuple[list[EntryRow], int | None]:
    """One page of entries and the id before which the next one begins: three queries at most."""
    found = entries(actor, filters, act)
    if before:
        found = found.filter(pk__lt=before)
    chosen = Entry.objects.filter(pk__in=found.values("pk")[: PAGE + 1]).select_related("leaf")
    page = keyset_page(chosen, size=PAGE)
    keys = [int(each.aggregate_id) for each in page.rows if each.aggregate_type == Purchase.aggregate]
    numbers = {
        str(pk): number for pk, number in Purchase.objects.filter(pk__in=keys).values_list("pk", "number")
    }
    told = [
        EntryRow(
            line,
            numbers.get(line.entry.aggregate_id, "")
            if line.entry.aggregate_type == Purchase.aggregate
            else "",
        )
        for line in lines_of(page.rows)
    ]
    return told, page.older


def order_table(actor: Actor, filters: OrderFilters) -> Iterator[list[Any]]:
    """All orders that fit with their flags, as rows of a table, read by batches."""
    found = orders(actor, filters).iterator(chunk_size=_BATCH)
    while batch := list(islice(found, _BATCH)):
        for row in _flagged(batch):
            each = row.purchase
            yield [
                each.number,
                each.organisation.name,
                each.vendor.organisation.name,
                each.get_state_display(),
                each.total,
                clock.day_of(each.submitted_at).isoformat(),
                ", ".join(f"{code} {title}" for code, title in row.flags),
            ]


def entry_table(actor: Actor, filters: OrderFilters, act: str) -> Iterator[list[Any]]:
    """All entries that fit, as rows of a table, told at the clock of Jakarta; read by batches.

    Who acted is told by office and by number of user, not by name: the file leaves the house.
    """
    found = entries(actor, filters, act).select_related("leaf").iterator(chunk_size=_BATCH)
    while batch := list(islice(found, _BATCH)):
        for line in lines_of(batch, by_office=True):
            entry = line.entry
            yield [
                entry.pk,
                f"{entry.at.astimezone(clock.JAKARTA):%Y-%m-%d %H:%M:%S}",
                line.sentence,
                line.role_label,
                entry.organisation_name,
                entry.user_id or "",
                line.subject,
                entry.act,
                entry.aggregate_type,
                entry.aggregate_id,
                entry.event_no,
                "" if line.leaf_index is None else line.leaf_index,
            ]
