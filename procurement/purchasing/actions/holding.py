"""Money and stock that follow a changed agreement: the difference is set aside or given back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from marketplace.oscar.stock import lock_stock, release_stock, reserve_stock
from marketplace.workflow.door import Deed
from procurement.planning.actions import release, reserve
from procurement.purchasing.actions.agreeing import Terms
from procurement.purchasing.models import Purchase, PurchaseLine


@dataclass
class Units:
    """Some pieces of one stock record."""

    stockrecord_id: int
    quantity: int
    title: str


def hold_difference(deed: Deed, purchase: Purchase, before: int) -> None:
    """Reserve what an order not yet signed costs more than `before` (rupiah), or release what it costs less.

    Raises Refused `budget_short`, `line_closed`.
    """
    change = purchase.total - before
    if change > 0:
        reserve(deed, purchase.budget_line_id, change, reference=purchase.number)
    elif change < 0:
        release(deed, purchase.budget_line_id, -change, reference=purchase.number)


def stock_difference(lines: Iterable[PurchaseLine], terms: Terms) -> tuple[list[Units], list[Units]]:
    """What `terms` take more of each stock record than `lines` did, and what less."""
    change: Counter[int] = Counter()
    titles: dict[int, str] = {}
    for line in lines:
        change[line.stockrecord_id] += terms.lines[line.pk].quantity - line.quantity
        titles[line.stockrecord_id] = line.title
    more = [Units(record, units, titles[record]) for record, units in change.items() if units > 0]
    less = [Units(record, -units, titles[record]) for record, units in change.items() if units < 0]
    return more, less


def hold_stock(lines: Iterable[PurchaseLine], terms: Terms) -> None:
    """Set aside the stock that `terms` take on top of `lines`, give back what they leave. Raises Refused."""
    more, less = stock_difference(lines, terms)
    lock_stock(each.stockrecord_id for each in (*more, *less))
    if more:
        reserve_stock(more)
    if less:
        release_stock(less)


def more_by_day(lines: Iterable[PurchaseLine], now: Terms, terms: Terms) -> Mapping[tuple[int, date], int]:
    """Units by (listing, day) that `terms` want more than what is agreed `now`; for the vendor's daily capacity."""
    change: Counter[tuple[int, date]] = Counter()
    for line in lines:
        for told, sign in ((terms, 1), (now, -1)):
            for delivery, units in told.lines[line.pk].quantities.items():
                change[line.listing_id, told.deliveries[delivery].needed_by] += sign * units
    return {key: units for key, units in change.items() if units > 0}
