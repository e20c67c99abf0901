"""Stock that cannot be oversold: lock the stock records in the order of their keys, check, then change.

Every function runs inside the caller's transaction; the locks are held until it ends. Lock order of the house:
purchase → budget line → stock records by pk → ledger accounts by pk. The database refuses what slips past
(`stock_never_oversold`, see vendors/sql.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Protocol

from django.db import connection
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from marketplace.core.transitions import Refused

StockRecord = get_model("partner", "StockRecord")


class Wanted(Protocol):
    """A line that takes stock: which record, how many, and what to call it in a refusal."""

    stockrecord_id: int
    quantity: int
    title: str


def reserve_stock(lines: Iterable[Wanted]) -> None:
    """Set stock aside for `lines`. Raises Refused `out_of_stock` naming the first line that cannot be met."""
    wanted, titles = _sums(lines)
    for record in _locked(wanted):
        if record.num_in_stock is None:
            continue
        free = record.num_in_stock - (record.num_allocated or 0)
        if free < wanted[record.pk]:
            raise Refused(
                "out_of_stock",
                _("Stok “%(title)s” tinggal %(free)d, diminta %(wanted)d.")
                % {"title": titles[record.pk], "free": max(free, 0), "wanted": wanted[record.pk]},
                fix=_("Kurangi jumlahnya, atau pilih penyedia lain untuk kekurangannya."),
            )
    _shift(wanted, allocated=+1, in_stock=0)


def release_stock(lines: Iterable[Wanted]) -> None:
    """Give back what was set aside for `lines` (cancelled, refused or expired)."""
    wanted, _titles = _sums(lines)
    _locked(wanted)
    _shift(wanted, allocated=-1, in_stock=0)


def lock_stock(record_ids: Iterable[int]) -> None:
    """Lock records in the order of their keys before several of these functions change some of them."""
    list(StockRecord.objects.select_for_update().filter(pk__in=set(record_ids)).order_by("pk"))


def put_back_stock(lines: Iterable[Wanted]) -> None:
    """Put pieces on the shelf again that `consume_stock` took: the order wants fewer, and they never left."""
    wanted, _titles = _sums(lines)
    _locked(wanted)
    _shift(wanted, allocated=0, in_stock=+1)


def consume_stock(lines: Iterable[Wanted]) -> None:
    """Take what was set aside for `lines` out of stock: the goods have left the vendor."""
    wanted, _titles = _sums(lines)
    _locked(wanted)
    _shift(wanted, allocated=-1, in_stock=-1)


def return_stock(lines: Iterable[Wanted]) -> None:
    """Put what was taken for `lines` and never reached the buyer back into stock; nothing for no lines."""
    wanted, _titles = _sums(lines)
    if wanted:
        _locked(wanted)
        _shift(wanted, allocated=0, in_stock=+1)


def _sums(lines: Iterable[Wanted]) -> tuple[Counter[int], dict[int, str]]:
    wanted: Counter[int] = Counter()
    titles: dict[int, str] = {}
    for line in lines:
        if line.quantity <= 0:
            raise ValueError(f"stock of {line.stockrecord_id}: quantity {line.quantity} is not positive")
        wanted[line.stockrecord_id] += line.quantity
        titles[line.stockrecord_id] = line.title
    return wanted, titles


def _locked(wanted: Counter[int]) -> list:
    records = list(StockRecord.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
    if len(records) != len(wanted):
        raise Refused(
            "listing_gone",
            _("Salah satu produk tidak lagi dijual."),
            fix=_("Buka keranjang dan hapus produk yang ditandai."),
        )
    return records


def _shift(wanted: Counter[int], *, allocated: int, in_stock: int) -> None:
    """One UPDATE for all records.

    What is made to order has no number in stock (NULL stays NULL), but what is set aside is counted there too: a
    vendor may state a stock while orders are open, and those orders must still find their pieces.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE partner_stockrecord AS record
               SET num_allocated = coalesce(num_allocated, 0) + %s * change.n,
                   num_in_stock = num_in_stock + %s * change.n,
                   date_updated = now()
              FROM unnest(%s::bigint[], %s::int[]) AS change(id, n)
             WHERE record.id = change.id
            """,
            [allocated, in_stock, list(wanted), list(wanted.values())],
        )
