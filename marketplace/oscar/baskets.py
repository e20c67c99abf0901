"""The basket of a buyer: one open Oscar basket a person, loaded with its lines in one query."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Min, QuerySet
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.core.transitions import Refused

from .pricing import CURRENCY, RupiahStrategy

Basket = get_model("basket", "Basket")
Line = get_model("basket", "Line")
StockRecord = get_model("partner", "StockRecord")

MOST_LINES = 100
MOST_OF_ONE = 1_000_000


def open_basket(user_id: int) -> Any:
    """The open basket of a person, made on first use; the database allows no second one."""
    basket, _made = Basket.objects.get_or_create(owner_id=user_id, status=Basket.OPEN)
    basket.strategy = RupiahStrategy()
    return basket


def open_basket_for(actor: Actor) -> Any:
    """The open basket of the person behind `actor`."""
    if actor.user_id is None:
        raise Refused(
            "sign_in",
            _("Masuk dahulu untuk memakai keranjang."),
            fix=_("Keranjang milik PP atau PPK yang sudah masuk."),
        )
    return open_basket(actor.user_id)


def lines_of(basket: Any) -> QuerySet:
    """The lines of a basket with product and stock record, oldest first: one query."""
    return Line.objects.filter(basket=basket).select_related("product", "stockrecord").order_by("pk")


def begun_at(basket: Any) -> datetime | None:
    """When the first of the lines now in a basket came into it; None for an empty one. One query."""
    found: datetime | None = Line.objects.filter(basket=basket).aggregate(first=Min("date_created"))["first"]
    return found


def record_of(stockrecord_id: int) -> Any:
    """The stock record of that key."""
    return StockRecord.objects.get(pk=stockrecord_id)


def line_count(user_id: int) -> int:
    """How many lines wait in a person's open basket; for the header of every page."""
    return Line.objects.filter(basket__owner_id=user_id, basket__status=Basket.OPEN).count()


def put(basket: Any, record: Any, quantity: int, *, add: bool = False) -> None:
    """Set the quantity of a stock record in the basket, or add to it; 0 removes the line.

    Raises Refused `quantity` outside 0…1.000.000, `basket_full` above 100 lines, `basket_closed` when frozen.
    """
    with transaction.atomic():
        locked = Basket.objects.select_for_update().get(pk=basket.pk)
        if locked.status != Basket.OPEN:
            raise Refused(
                "basket_closed",
                _("Keranjang ini sudah diajukan."),
                fix=_("Buka keranjang lagi untuk yang baru."),
            )
        line = Line.objects.filter(basket=locked, stockrecord=record).first()
        total = quantity + (line.quantity if line and add else 0)
        if not 0 <= total <= MOST_OF_ONE:
            raise Refused(
                "quantity",
                _("Jumlah “%(n)s” tidak dapat dipakai.") % {"n": total},
                fix=_("Isi angka 1 sampai 1.000.000."),
            )
        if total == 0:
            if line:
                line.delete()
            return
        if line:
            Line.objects.filter(pk=line.pk).update(quantity=total, date_updated=clock.now())
            return
        if Line.objects.filter(basket=locked).count() >= MOST_LINES:
            raise Refused(
                "basket_full",
                _("Keranjang memuat paling banyak %(n)d macam barang.") % {"n": MOST_LINES},
                fix=_("Ajukan dahulu isi keranjang ini."),
            )
        Line.objects.create(
            basket=locked,
            line_reference=f"{record.product_id}_{record.pk}",
            product_id=record.product_id,
            stockrecord=record,
            quantity=total,
            price_currency=CURRENCY,
            price_excl_tax=record.price,
            price_incl_tax=record.price,
        )


def remove_line(basket: Any, line_id: int) -> None:
    """Take one line out of an open basket; an unknown line is no error (a double tap)."""
    Line.objects.filter(pk=line_id, basket=basket, basket__status=Basket.OPEN).delete()


def freeze(basket: Any) -> None:
    """Close the basket as submitted, in the caller's transaction. Raises Refused when it is no longer open.

    Conditional UPDATE: of two submissions of the same basket exactly one passes.
    """
    closed = Basket.objects.filter(pk=basket.pk, status=Basket.OPEN).update(
        status=Basket.SUBMITTED, date_submitted=clock.now()
    )
    if not closed:
        raise Refused(
            "basket_closed",
            _("Keranjang ini sudah diajukan."),
            fix=_("Lihat pesanan Anda; pengajuan yang pertama sudah masuk."),
        )
