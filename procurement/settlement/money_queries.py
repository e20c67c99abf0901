"""Reads of money that did not fit and of refunds. Nothing else fetches one for a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.money import SEN_PER_RUPIAH
from procurement.settlement.models import Refund, UnmatchedMoney

PAGE = 50


def money_for(actor: Actor) -> QuerySet[UnmatchedMoney]:
    """Money that did not fit: a treasurer's own orders', an overseer's region's and what has no region yet."""
    found = UnmatchedMoney.objects.all()
    if actor.role in {Role.OPERATOR, Role.AUDITOR}:
        return found.filter(Q(region_id=actor.region_id) | Q(region__isnull=True))
    if actor.role == Role.TREASURER and actor.organisation_id:
        own = Q(attempt__obligation__purchase__organisation_id=actor.organisation_id)
        return found.filter(own | Q(purchase__organisation_id=actor.organisation_id))
    return found.none()


def get_money_for(actor: Actor, pk: int) -> UnmatchedMoney:
    """One of them. Raises UnmatchedMoney.DoesNotExist when there is none that `actor` may see."""
    return _whole(money_for(actor)).get(pk=pk)


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """One sum in the queue: whole rupiah, who deals with it, since when, until when."""

    money: UnmatchedMoney
    rupiah: int
    number: str
    days: int
    owner: str
    due_at: datetime | None

    @classmethod
    def of(cls, money: UnmatchedMoney) -> MoneyRow:
        """Expects what `_whole` loads."""
        purchase = money.attempt.obligation.purchase if money.attempt else money.purchase
        return cls(
            money,
            money.amount // SEN_PER_RUPIAH,
            purchase.number if purchase else "",
            (clock.now() - money.created_at).days,
            money.owner.name if money.owner else "",
            money.due_at if money.state != "RESOLVED" else None,
        )


def queue_of(actor: Actor, *, resolved: bool = False, after: int = 0) -> tuple[list[MoneyRow], int | None]:
    """Fifty sums, those that wait longest first, and from where it goes on: one query."""
    found = _whole(money_for(actor))
    found = found.filter(state="RESOLVED") if resolved else found.exclude(state="RESOLVED")
    rows = list(found.filter(pk__gt=after).order_by("pk")[: PAGE + 1])
    return [MoneyRow.of(each) for each in rows[:PAGE]], rows[PAGE - 1].pk if len(rows) > PAGE else None


def refunds_of(money: UnmatchedMoney) -> list[Refund]:
    """The refunds of a sum, newest first."""
    found = Refund.objects.filter(unmatched=money).select_related("requested_by", "approved_by")
    return list(found.order_by("-pk"))


def _whole(found: QuerySet[UnmatchedMoney]) -> QuerySet[UnmatchedMoney]:
    return found.select_related(
        "attempt__obligation__purchase", "purchase", "owner", "proposed_by", "decided_by", "provider_event"
    )
