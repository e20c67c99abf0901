"""What a vendor sold, month by month: figures of accepted deliveries, drawn on the server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.pages.desk import DeskPanel
from procurement.purchasing.models import Purchase

MONTHS: Final = 12
WIDTH, HEIGHT, GAP = 480, 120, 6


@dataclass(frozen=True, slots=True)
class Bar:
    """One month of the chart, measured in the drawing's own units."""

    month: date
    amount: int
    orders: int
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Sales:
    """Twelve months up to this one. Amounts in whole rupiah, as accepted by BAST."""

    bars: list[Bar]
    total: int
    orders: int
    width: int = WIDTH
    height: int = HEIGHT


def sales_of(organisation_id: int) -> Sales:
    """What was accepted of a vendor in the last twelve months: one query."""
    months = _months(clock.today())
    signed = Purchase.objects.filter(
        vendor_organisation_id=organisation_id,
        accepted_total__isnull=False,
        bast_vendor_at__date__gte=months[0],
    )
    rows = signed.annotate(month=TruncMonth("bast_vendor_at", tzinfo=clock.JAKARTA)).values_list("month")
    found = {
        month.date(): (amount, orders)
        for month, amount, orders in rows.annotate(amount=Sum("accepted_total"), orders=Count("pk"))
    }
    most = max((amount for amount, _orders in found.values()), default=0) or 1
    width = (WIDTH - GAP * (MONTHS - 1)) // MONTHS
    bars = []
    for number, month in enumerate(months):
        amount, orders = found.get(month, (0, 0))
        height = max(amount * HEIGHT // most, 1 if amount else 0)
        bars.append(Bar(month, amount, orders, number * (width + GAP), HEIGHT - height, width, height))
    return Sales(bars, sum(bar.amount for bar in bars), sum(bar.orders for bar in bars))


def completed_orders(vendor_id: int) -> int:
    """How many orders a vendor has delivered and both sides have signed for; one query."""
    return Purchase.objects.filter(vendor_id=vendor_id, bast_vendor_at__isnull=False).count()


def desk_panel(actor: Actor) -> DeskPanel | None:
    """The sales chart on a vendor's desk."""
    if actor.role is not Role.VENDOR or actor.organisation_id is None:
        return None
    return DeskPanel("purchasing/sales.html", sales_of(actor.organisation_id))


def _months(today: date) -> list[date]:
    """The first days of the last twelve months, this one last."""
    last = today.year * 12 + today.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(last - MONTHS + 1, last + 1)]
