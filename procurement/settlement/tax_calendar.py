"""Taxes withheld by a unit, by tax period: what is deposited, what is open, and until when it must be done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncDate, TruncMonth

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.regulation.queries import NoRule, is_working_day, parameter
from procurement.settlement.models import TaxLine
from procurement.settlement.papers import TAX_LABELS

PAID: Final = ("PAID", "TAX_SETTLED", "CLOSED")
"""States of an order whose taxes were withheld."""
MONTHS: Final = 12
"""Tax periods that the calendar shows besides those with something open."""


@dataclass(frozen=True, slots=True)
class Due:
    """One tax code of one tax period of a unit: rupiah and number of lines, days as ends of Jakarta days."""

    period: date
    code: str
    remitter: str
    account: str
    withheld: int
    lines: int
    open_amount: int
    open_lines: int
    deposit_by: datetime
    report_by: datetime

    @property
    def label(self) -> str:
        """The tax in words."""
        return TAX_LABELS.get(self.code, self.code)

    @property
    def late(self) -> bool:
        """Whether something is open after its day."""
        return self.open_lines > 0 and self.deposit_by < clock.now()


@dataclass(frozen=True, slots=True)
class Period:
    """A tax period with its taxes, the first to be deposited above."""

    month: date
    rows: list[Due]

    @property
    def amount(self) -> int:
        """Rupiah withheld in the period."""
        return sum(row.withheld for row in self.rows)

    @property
    def open_amount(self) -> int:
        """Rupiah still to be deposited."""
        return sum(row.open_amount for row in self.rows)


def lines_of(actor: Actor) -> QuerySet[Any]:
    """The taxes withheld by the actor's own unit, with `month`: the first day of their tax period."""
    day = Coalesce("withheld_on", TruncDate("obligation__created_at", tzinfo=clock.JAKARTA))
    return TaxLine.objects.filter(
        obligation__purchase__organisation_id=actor.organisation_id or 0, obligation__purchase__state__in=PAID
    ).annotate(month=TruncMonth(day))


def calendar(actor: Actor) -> list[Period]:
    """The unit's tax periods, the newest first: the last twelve months, and older ones with open taxes. One query."""
    since = (clock.today().replace(day=1) - timedelta(days=31 * (MONTHS - 1))).replace(day=1)
    is_open = Q(deposit__isnull=True)
    found = (
        lines_of(actor)
        .filter(Q(month__gte=since) | is_open)
        .order_by()
        .values("month", "code", "remitter")
        .annotate(
            withheld=Sum("amount"),
            lines=Count("pk"),
            open_amount=Coalesce(Sum("amount", filter=is_open), 0),
            open_lines=Count("pk", filter=is_open),
        )
        .order_by("-month", "code", "remitter")
    )
    months: dict[date, list[Due]] = {}
    for row in found:
        months.setdefault(row["month"], []).append(_due(row, actor.region_id))
    return [Period(month, rows) for month, rows in months.items()]


def oldest_open(actor: Actor) -> Due | None:
    """The open tax with the earliest day of deposit; None when everything is deposited."""
    waiting = [row for period in calendar(actor) for row in period.rows if row.open_lines]
    return min(waiting, key=lambda row: row.period, default=None)


def of_code(actor: Actor, month: date, code: str) -> list[TaxLine]:
    """The lines of one tax code and period, the open ones first, with order, vendor and deposit: one query."""
    found = (
        lines_of(actor)
        .filter(month=month, code=code)
        .select_related("deposit", "obligation__purchase__vendor__organisation")
        .order_by("-deposit__pk", "pk")
    )
    return sorted(found, key=lambda tax: tax.deposit_id is not None)


def due_of(month: date, code: str, lines: Iterable[TaxLine], region_id: int | None) -> Due:
    """The summary of lines that were read already."""
    told = list(lines)
    waiting = [tax for tax in told if tax.deposit_id is None]
    row = {
        "month": month,
        "code": code,
        "remitter": told[0].remitter if told else "BENDAHARA",
        "withheld": sum(tax.amount for tax in told),
        "lines": len(told),
        "open_amount": sum(tax.amount for tax in waiting),
        "open_lines": len(waiting),
    }
    return _due(row, region_id)


def due_day(month: date, rule: str, region_id: int | None = None) -> datetime:
    """The end of the day of the following month that a dated rule names, moved on to a working day.

    `rule` is `tax.deposit_day` or `tax.report_day`, as it was law at the end of the tax period.
    """
    following = (month.replace(day=1) + timedelta(days=32)).replace(day=1)
    day = int(parameter(rule, on=following - timedelta(days=1), region_id=region_id).value)
    due = following + timedelta(days=day - 1)
    while not is_working_day(due):
        due += timedelta(days=1)
    return datetime(due.year, due.month, due.day, 23, 59, 59, tzinfo=clock.JAKARTA)


def account_of(code: str, on: date, region_id: int | None = None) -> str:
    """KAP-KJS of a tax code as the dated parameters have it; empty when none is in force."""
    try:
        return str(parameter(f"tax.account.{code}", on=on, region_id=region_id).value)
    except NoRule:
        return ""


def _due(row: dict[str, object], region_id: int | None) -> Due:
    month = row["month"]
    assert isinstance(month, date)
    rest = {key: value for key, value in row.items() if key != "month"}
    return Due(
        period=month,
        account=account_of(str(row["code"]), month, region_id),
        deposit_by=due_day(month, "tax.deposit_day", region_id),
        report_by=due_day(month, "tax.report_day", region_id),
        **rest,  # type: ignore[arg-type]  # the columns of `calendar`
    )
