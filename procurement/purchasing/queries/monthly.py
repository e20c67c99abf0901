"""The month of a unit or region in figures: what was ordered, from whom, how it went. A fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Avg, Count, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from procurement.purchasing.models import Agreement, Delivery
from procurement.purchasing.queries.orders import purchases_of
from procurement.purchasing.queries.shares import share_of
from procurement.purchasing.workflow import DROPPED, PURCHASE

TOP = 10
STEPS = (
    ("Diajukan sampai disetujui PPK", "submitted_at", "approved_at"),
    ("Disetujui sampai Surat Pesanan", "approved_at", "confirmed_at"),
    ("Surat Pesanan sampai tiba", "confirmed_at", "delivered_at"),
    ("Tiba sampai BAST", "delivered_at", "bast_vendor_at"),
)
"""What takes time between basket and BAST: (name, from, to)."""


@dataclass(frozen=True, slots=True)
class Month:
    """What was submitted in one month; amounts in whole rupiah, shares in basis points.

    `lead_times` are (step, orders past it, mean hours by the calendar).
    """

    first: date
    orders: int
    total: int
    price: int
    umk: int
    pdn: int
    negotiated: int
    saving: int
    by_state: Sequence[tuple[str, int, int]]
    vendors: Sequence[tuple[str, int, int]]
    sizes: Sequence[tuple[str, int, int]]
    deliveries: int
    late: int
    fines: int
    lead_times: Sequence[tuple[str, int, int]]

    @property
    def umk_share(self) -> int:
        """Share of micro, small and cooperative vendors."""
        return share_of(self.umk, self.price)

    @property
    def pdn_share(self) -> int:
        """Share of domestic products."""
        return share_of(self.pdn, self.price)

    @property
    def rows(self) -> list[tuple[str, str, int, int]]:
        """Everything as rows (part, name, orders, rupiah) for a table or a file."""
        parts = (("Status", self.by_state), ("Ukuran usaha", self.sizes), ("Penyedia", self.vendors))
        return [(part, name, count, amount) for part, found in parts for name, count, amount in found]


def month_of(actor: Actor, first: date) -> Month:
    """The orders that `actor` may see, submitted in the month that begins on `first`. Five queries."""
    begins = clock.midnight(first)
    ends = clock.midnight((first + timedelta(days=32)).replace(day=1))
    found = purchases_of(actor).filter(submitted_at__gte=begins, submitted_at__lt=ends).order_by()
    living = found.exclude(state__in=DROPPED)
    opened = Agreement.objects.filter(purchase=OuterRef("pk"), version=1).values("total")
    sums: dict[str, Any] = living.annotate(asked=Coalesce(Subquery(opened), F("total"))).aggregate(
        orders=Count("pk"),
        sum_total=Sum("total"),
        price=Sum("price_total"),
        umk=Sum("umk_value"),
        pdn=Sum("pdn_value"),
        negotiated_orders=Count("pk", filter=Q(negotiated=True)),
        saving=Sum(F("asked") - F("total"), filter=Q(negotiated=True)),
        **{f"{end}_count": Count(end) for _name, _begin, end in STEPS},
        **{f"{end}_mean": Avg(F(end) - F(begin)) for _name, begin, end in STEPS},
    )
    sent: dict[str, Any] = Delivery.objects.filter(
        purchase__in=living, accepted_total__isnull=False
    ).aggregate(deliveries=Count("pk"), late=Count("pk", filter=Q(late_days__gt=0)), fines=Sum("penalty"))
    return Month(
        first=first,
        orders=sums["orders"],
        total=sums["sum_total"] or 0,
        price=sums["price"] or 0,
        umk=sums["umk"] or 0,
        pdn=sums["pdn"] or 0,
        negotiated=sums["negotiated_orders"],
        saving=sums["saving"] or 0,
        by_state=[
            (PURCHASE.state(code).label, count, amount)
            for code, count, amount in found.values_list("state")
            .annotate(Count("pk"), Sum("total"))
            .order_by("state")
        ],
        vendors=list(
            living.values_list("vendor__organisation__name")
            .annotate(count=Count("pk"), amount=Sum("total"))
            .order_by("-amount")[:TOP]
        ),
        sizes=list(
            living.values_list("vendor_size")
            .annotate(count=Count("pk"), amount=Sum("total"))
            .order_by("vendor_size")
        ),
        deliveries=sent["deliveries"],
        late=sent["late"],
        fines=sent["fines"] or 0,
        lead_times=[
            (name, sums[f"{end}_count"], round(sums[f"{end}_mean"] / timedelta(hours=1)))
            for name, _begin, end in STEPS
            if sums[f"{end}_count"]
        ],
    )
