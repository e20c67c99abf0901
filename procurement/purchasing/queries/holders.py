"""Who must act next on an order; where it has several deliveries, on which of them, until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from marketplace.accounts.roles import LABELS, Role
from procurement.purchasing.models import Delivery, Purchase, Side
from procurement.purchasing.workflow import PURCHASE, RUNNING, UNDER_WAY, holders, stage_holders

PAYING: Final = ("PAYMENT_APPROVED", "PAID")
"""States in which the money says whose turn it is."""
_TOLD: Final = ("position", "title", "stage", "due_at", "bast_ppk_at")


@dataclass(frozen=True, slots=True)
class Waiting:
    """One delivery under way: which it is, whom it waits for, until when."""

    position: int
    title: str
    roles: tuple[Role, ...]
    due_at: datetime | None

    @property
    def name(self) -> str:
        """What people call the delivery: its milestone, or its number."""
        return self.title or _("Pengiriman %(n)d") % {"n": self.position}


def with_deliveries(found: QuerySet[Purchase]) -> QuerySet[Purchase]:
    """Read with each order how far its deliveries and its money are, in the same query: for lists."""
    told = Delivery.objects.filter(purchase=OuterRef("pk"), stage__in=UNDER_WAY).order_by("position")
    return found.annotate(
        deliveries_told=ArraySubquery(told.values(told=JSONObject(**{name: name for name in _TOLD}))),
        money_told=import_string(settings.MONEY_TOLD)(),
    )


def due_of(purchase: Purchase) -> datetime | None:
    """Until when the holder must act: the order's own deadline, or that of an auditor's hold on its transfer."""
    step = _money_step(purchase)
    return purchase.due_at if step is None else step.due_at


def _money_step(purchase: Any) -> Any:
    """The next step of an order's payment (`roles`, `due_at`), as the room of settlement says; None unless approved.

    One query unless it was read with the order.
    """
    if purchase.state not in PAYING:
        return None
    if not hasattr(purchase, "money_told"):
        own = Purchase.objects.filter(pk=purchase.pk).order_by()
        purchase.money_told = own.values_list(import_string(settings.MONEY_TOLD)(), flat=True).first()
    told = purchase.money_told
    return import_string(settings.MONEY_STEP)(purchase, told) if told else None


def waiting_deliveries(purchase: Purchase) -> list[Waiting]:
    """The deliveries under way of a running order, in their order; one query unless they were read before."""
    if purchase.state not in RUNNING:
        return []
    told: Iterable[dict[str, Any]] | None = getattr(purchase, "deliveries_told", None)
    if told is None:
        told = (
            {name: getattr(each, name) for name in _TOLD}
            for each in purchase.deliveries.all()
            if each.stage in UNDER_WAY
        )
    return [
        Waiting(
            each["position"],
            each["title"],
            delivery_holders(each["stage"], signed=each["bast_ppk_at"] is not None),
            _moment(each["due_at"]),
        )
        for each in told
    ]


def delivery_holders(stage: str, *, signed: bool) -> tuple[Role, ...]:
    """Who must act next on a delivery at `stage`; `signed` tells whether the PPK has signed its BAST."""
    if stage == "INSPECTED":
        return (Role.VENDOR if signed else Role.PPK,)
    return stage_holders(stage)


def _moment(told: str | datetime | None) -> datetime | None:
    return datetime.fromisoformat(told) if isinstance(told, str) else told


def holder_of(purchase: Purchase, *, seen_by: Role | None = None) -> str:
    """In words, who must act next, naming the deliveries where several wait; empty when the order has ended.

    A vendor is not told that flags hold an order up: to it the PPK has not answered yet.
    """
    if PURCHASE.state(purchase.state).terminal:
        return ""
    waiting = waiting_deliveries(purchase)
    if len(waiting) > 1:
        return "; ".join(f"{each.name}: {in_words(each.roles)}" for each in waiting)
    if seen_by == Role.VENDOR and purchase.state == "AWAITING_PPK":
        return in_words([Role.PPK])
    return in_words(held_by(purchase))


def held_by(purchase: Purchase) -> tuple[Role, ...]:
    """The roles of which one must act next, on the order or on any of its deliveries; none when it has ended."""
    if PURCHASE.state(purchase.state).terminal:
        return ()
    waiting = [role for each in waiting_deliveries(purchase) for role in each.roles]
    return tuple(dict.fromkeys(waiting)) or _holders(purchase)


def _holders(purchase: Purchase) -> tuple[Role, ...]:
    if purchase.state == "NEGOTIATING":
        return (_buyer_of(purchase) if purchase.last_round_by == Side.VENDOR else Role.VENDOR,)
    if purchase.state == "AWAITING_PPK" and purchase.on_hold:
        return (Role.AUDITOR,)
    if purchase.awaits_second:
        return (Role.PA, Role.KPA)
    if (step := _money_step(purchase)) is not None:
        return tuple(step.roles)
    if purchase.state == "PAYMENT_APPROVED":  # the move is the provider's word, the work is the treasurer's
        return (Role.TREASURER,)
    return holders(purchase.state)


def in_words(roles: Iterable[Role]) -> str:
    """Roles as people call them."""
    return _(" atau ").join(LABELS[role] for role in roles)


def _buyer_of(purchase: Purchase) -> Role:
    """Who buys: the PP, or the PPK above the PP's limit."""
    return Role.PP if purchase.pp_user_id is not None else Role.PPK
