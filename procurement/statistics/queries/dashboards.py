"""The overview of those who answer for a budget: one unit for its PA and KPA, a region for its head and overseers.

Everything is read from the standing edition; a page costs the same whatever was bought.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate
from typing import Any, Final

from django.db.models import BigIntegerField, Max, Min, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, JSONObject
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.pages.desk import DeskLink
from procurement.purchasing.queries.shares import share_of
from procurement.purchasing.workflow import OWED, PURCHASE
from procurement.statistics.charts import Lines, lines, permille
from procurement.statistics.models import BudgetMonth, Edition, Level, Spending, UnitYear, Waiting
from procurement.statistics.queries.spending import MONTHS, Part, Target, duty_of, parts_of, target_of

OF_UNIT: Final = (Role.PA, Role.KPA)
OF_REGION: Final = (Role.HEAD, Role.AUDITOR, Role.OPERATOR)
READERS: Final = (*OF_UNIT, *OF_REGION)
"""Who may read a dashboard: of the own unit, or of all units of the region."""
_SUMS: Final = (
    "packages packages_used pagu submitted submitted_total bound bound_total accepted accepted_total paid paid_total "
    "arrived arrived_total dropped closed_packages closed_hps closed_total opening_total negotiated_total unpaid"
).split()


def units_for(actor: Actor) -> QuerySet[Organisation]:
    """The units whose figures an actor may read."""
    found = Organisation.objects.filter(kind=Organisation.Kind.AGENCY_UNIT, region_id=actor.region_id or 0)
    if actor.role in OF_UNIT:
        return found.filter(pk=actor.organisation_id or 0)
    return found if actor.role in OF_REGION else found.none()


def get_unit_for(actor: Actor, pk: int) -> Organisation:
    """One unit. Raises Organisation.DoesNotExist for one whose figures the actor may not read."""
    return units_for(actor).get(pk=pk)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the funnel: how many, how much, and its part of the widest."""

    name: str
    count: int
    total: int
    length: int


@dataclass(frozen=True, slots=True)
class Held:
    """What waits at one step for one holder (and one PPK, on a unit's own page)."""

    step: str
    """The state of the orders."""
    holder: str
    ppk: str
    orders: int
    total: int
    late: int
    oldest_due: datetime | None

    @property
    def label(self) -> str:
        """The step in words; of a payment not “paid” alone, for the vendor may not have it yet."""
        if self.step == "PAID":
            return _("Dibayar instansi, belum tuntas")
        return str(PURCHASE.state(self.step).label)

    @property
    def days_late(self) -> int:
        """Calendar days since the oldest deadline passed; 0 while none has."""
        if self.oldest_due is None:
            return 0
        return max((clock.today() - clock.day_of(self.oldest_due)).days, 0)


@dataclass(frozen=True, slots=True)
class MonthOfBudget:
    """What a month paid out, what was paid out and what was planned by its end; rupiah, and their part of the pagu."""

    name: str
    spent: int
    sum: int
    planned: int
    share: int


@dataclass(frozen=True, slots=True)
class Rush:
    """How much of a year was bound at its end, in basis points; None while nothing was bound."""

    quarter: int | None
    december: int | None


@dataclass(frozen=True, slots=True)
class Dashboard:
    """One unit or region in one budget year."""

    year: int
    sums: dict[str, int]
    oldest_unpaid: int | None
    whole: Spending | None
    months: list[Part]
    categories: list[Part]
    waiting: list[Held]
    budget: list[MonthOfBudget]
    absorption: Lines
    target: Target
    duty: str

    @property
    def funnel(self) -> list[Step]:
        """From the plan to the payment."""
        told = self.sums
        steps = [
            (_("Paket RUP"), told["packages"], told["pagu"]),
            (_("Pesanan diajukan"), told["submitted"], told["submitted_total"]),
            (_("Surat Pesanan"), told["bound"], told["bound_total"]),
            (_("BAST"), told["accepted"], told["accepted_total"]),
            (_("Dibayar instansi"), told["paid"], told["paid_total"]),
            (_("Sampai ke penyedia"), told["arrived"], told["arrived_total"]),
        ]
        widest = max(total for _name, _count, total in steps)
        return [Step(name, count, total, permille(total, widest)) for name, count, total in steps]

    @property
    def rush(self) -> Rush:
        """The end of the year against an even one."""
        if self.whole is None:
            return Rush(None, None)
        of_month = {part.row.month.month: part.row.price for part in self.months if part.row.month}
        quarter = sum(of_month.get(month, 0) for month in (10, 11, 12))
        return Rush(share_of(quarter, self.whole.price), share_of(of_month.get(12, 0), self.whole.price))

    @property
    def saved_on_hps(self) -> int:
        """HPS of closed packages that was not spent, in rupiah."""
        return self.sums["closed_hps"] - self.sums["closed_total"]

    @property
    def saved_on_hps_share(self) -> int:
        """The same in basis points of that HPS."""
        return share_of(self.saved_on_hps, self.sums["closed_hps"])

    @property
    def negotiated_down(self) -> int:
        """What negotiations took off, in rupiah."""
        return self.sums["opening_total"] - self.sums["negotiated_total"]

    @property
    def absorbed(self) -> int:
        """Basis points of the pagu that were paid out."""
        return share_of(self.budget[-1].sum if self.budget else 0, self.sums["pagu"])

    @property
    def late(self) -> int:
        """Orders past a deadline."""
        return sum(held.late for held in self.waiting)

    @property
    def late_payments(self) -> int:
        """Accepted orders that are past the deadline of their step towards the money."""
        return sum(held.late for held in self.waiting if held.step in OWED)


def dashboard_of(
    edition: Edition | None, year: int, *, region_id: int, unit: Organisation | None = None
) -> Dashboard:
    """The dashboard of one unit, or of a whole region: four queries."""
    place: dict[str, Any] = {"region": region_id} if unit is None else {"unit": unit}
    years = UnitYear.objects.filter(edition=edition, year=year, **place)
    told = years.aggregate(oldest=Max("oldest_unpaid"), **{name: Sum(name, default=0) for name in _SUMS})
    level = "REGION" if unit is None else "UNIT"
    wanted = [Level(level), Level(f"{level}_MONTH"), Level(f"{level}_CATEGORY")]
    rows = list(Spending.objects.filter(edition=edition, year=year, level__in=wanted, **place))
    months = sorted((row for row in rows if row.month), key=lambda row: row.month or date.min)
    categories = sorted((row for row in rows if row.category), key=lambda row: (-row.price, row.category))
    budget, plan = _budget(edition, year, told["pagu"], region_id, unit)
    return Dashboard(
        year=year,
        sums={name: told[name] for name in _SUMS},
        oldest_unpaid=told["oldest"],
        whole=next((row for row in rows if row.level == level), None),
        months=parts_of(months, lambda row: MONTHS[row.month.month - 1]),
        categories=parts_of(categories, lambda row: row.category),
        waiting=_waiting(edition, region_id, unit),
        budget=budget,
        absorption=lines([[each.sum for each in budget], plan], steps=12),
        target=target_of(region_id),
        duty=duty_of(region_id),
    )


def _waiting(edition: Edition | None, region_id: int, unit: Organisation | None) -> list[Held]:
    """What waits, the most late first; a unit's own page names the PPK, a region's does not."""
    found = Waiting.objects.filter(edition=edition)
    found = found.filter(unit__region=region_id) if unit is None else found.filter(unit=unit)
    keys = ["step", "holder"] if unit is None else ["step", "holder", "ppk__user__name"]
    rows = found.values(*keys).annotate(
        count=Sum("orders"), worth=Sum("total"), past=Sum("late"), oldest=Min("oldest_due")
    )
    held = [
        Held(
            row["step"],
            row["holder"],
            row.get("ppk__user__name") or "",
            row["count"],
            row["worth"],
            row["past"],
            row["oldest"],
        )
        for row in rows.order_by()
    ]
    return sorted(held, key=lambda each: (-each.late, -each.orders, each.step, each.holder, each.ppk))


def _budget(
    edition: Edition | None, year: int, pagu: int, region_id: int, unit: Organisation | None
) -> tuple[list[MonthOfBudget], list[int]]:
    """The months of a budget year up to now, and the plan by the end of all twelve.

    What was paid after the year's end counts in December.
    """
    found = BudgetMonth.objects.filter(edition=edition, year=year)
    found = found.filter(unit__region=region_id) if unit is None else found.filter(unit=unit)
    spent, planned = dict.fromkeys(range(1, 13), 0), dict.fromkeys(range(1, 13), 0)
    sums = found.values_list("month").annotate(paid=Sum("spent"), wanted=Sum("planned"))
    for month, paid, wanted in sums.order_by("month"):
        number = month.month if month.year == year else (1 if month.year < year else 12)
        spent[number] += paid
        planned[number] += wanted
    today = clock.today()
    moved = max((number for number, amount in spent.items() if amount), default=0)
    last = 12 if year < today.year else max(today.month if year == today.year else 0, moved)
    paid_by, planned_by = list(accumulate(spent.values())), list(accumulate(planned.values()))
    months = [
        MonthOfBudget(name, spent[number], paid, wanted, share_of(paid, pagu))
        for number, (name, paid, wanted) in enumerate(zip(MONTHS, paid_by, planned_by, strict=True), 1)
    ]
    return months[:last], planned_by


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit in the list of a region: what leads to its own page. Shares are basis points."""

    year: UnitYear
    umk_share: int | None
    hhi: int | None
    late: int
    absorbed: int


def region_units(edition: Edition | None, year: int, region_id: int) -> QuerySet[UnitYear]:
    """The units of a region, the largest pagu first, read together with what they bought and what is late."""
    bought = Spending.objects.filter(
        edition=OuterRef("edition"), unit=OuterRef("unit"), year=OuterRef("year"), level=Level.UNIT
    )
    late = (
        Waiting.objects.filter(edition=OuterRef("edition"), unit=OuterRef("unit")).order_by().values("unit")
    )
    months = BudgetMonth.objects.filter(
        edition=OuterRef("edition"), unit=OuterRef("unit"), year=OuterRef("year")
    )
    spent = months.order_by().values("unit").annotate(sum=Sum("spent")).values("sum")
    found = UnitYear.objects.filter(edition=edition, year=year, region=region_id).select_related("unit")
    return found.annotate(
        spent=Coalesce(Subquery(spent), 0, output_field=BigIntegerField()),
        bought=Subquery(bought.values(told=JSONObject(price="price", umk="umk", hhi="hhi"))),
        late=Coalesce(Subquery(late.annotate(sum=Sum("late")).values("sum")), 0),
    ).order_by("-pagu", "pk")


def unit_rows(found: Iterable[Any]) -> list[UnitRow]:
    """Rows of `region_units` as the page shows them."""
    return [_unit_row(row) for row in found]


def _unit_row(row: Any) -> UnitRow:
    bought: dict[str, int] | None = row.bought
    absorbed = share_of(row.spent, row.pagu)
    if bought is None:
        return UnitRow(row, None, None, row.late, absorbed)
    return UnitRow(row, share_of(bought["umk"], bought["price"]), bought["hhi"], row.late, absorbed)


def desk_links(actor: Actor) -> list[DeskLink]:
    """The way to the dashboard for those who may read one."""
    if actor.role not in READERS:
        return []
    return [
        DeskLink(_("Dasbor"), reverse("dashboard"), "chart", _("Corong, serapan, yang tertahan, konsentrasi"))
    ]
