"""What is on its way to a unit: for the receiver, what arrives today and this week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.pages.desk import DeskPanel
from procurement.purchasing.models import Delivery
from procurement.purchasing.queries.orders import purchases_of
from procurement.purchasing.workflow import RUNNING

ROWS: Final = 50
RECEIVERS: Final = frozenset({Role.RECEIVER})


@dataclass(frozen=True, slots=True)
class Arrival:
    """One delivery under way; `day` is when it is expected. `mine`: this person was named to receive it."""

    delivery: Delivery
    day: date
    mine: bool

    @property
    def on_its_way(self) -> bool:
        """Whether the vendor has sent it."""
        return self.delivery.stage == "SHIPPED"

    @property
    def receive_url(self) -> str:
        """Where it is counted."""
        return reverse("purchase-receive", args=[self.delivery.purchase.number])


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Deliveries of a unit by when they are expected."""

    today: list[Arrival]
    week: list[Arrival]

    @property
    def groups(self) -> list[tuple[str, str, list[Arrival]]]:
        """(id, heading, rows) of what has rows."""
        named = [
            ("tiba-hari-ini", _("Hari ini"), self.today),
            ("tiba-minggu-ini", _("Minggu ini"), self.week),
        ]
        return [group for group in named if group[2]]


def arrivals(actor: Actor) -> Arrivals:
    """What is expected by the end of today (what should have come before counts as today), and this week: one query."""
    today = clock.today()
    sunday = today + timedelta(days=6 - today.weekday())
    found = (
        Delivery.objects.filter(
            purchase__in=purchases_of(actor).filter(state__in=RUNNING),
            stage__in=("AWAITED", "SHIPPED"),
            needed_by__lte=max(sunday, today + timedelta(days=1)),
        )
        .select_related("purchase__vendor__organisation")
        .annotate(receiver_user=F("receiver__user_id"))
        .defer("address")
        .order_by("needed_by", "-stage", "pk")[:ROWS]
    )
    rows = [Arrival(each, each.needed_by, mine=each.receiver_user == actor.user_id) for each in found]
    return Arrivals(
        today=[row for row in rows if row.day <= today], week=[row for row in rows if row.day > today]
    )


def desk_panel(actor: Actor) -> DeskPanel | None:
    """Arrivals, on the receiver's desk."""
    if actor.role not in RECEIVERS:
        return None
    return DeskPanel("purchasing/desk_arrivals.html", arrivals(actor))
