"""Approved orders a treasurer may start paying in one press: what the page that checks them shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries import purchases_of
from procurement.settlement.models import PaymentAttempt, PaymentObligation
from procurement.settlement.papers import TAX_LABELS
from procurement.settlement.paying_time import pay_until
from procurement.settlement.workflow import OPEN

MOST: Final = 20
"""So many payments one page checks: a person has to be able to read them."""


@dataclass(frozen=True, slots=True)
class Startable:
    """One payment that may start now, as the treasurer checks it. Amounts are whole rupiah."""

    purchase: Purchase
    obligation: PaymentObligation
    taxes: tuple[tuple[str, int], ...]
    way: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class WaySum:
    """What one way of payment sums up to. Amounts are whole rupiah."""

    way: str
    orders: int
    gross: int
    withheld: int
    net: int


def may_start(actor: Actor, numbers: Iterable[str] = ()) -> QuerySet[PaymentObligation]:
    """What this treasurer may start paying through a provider, the soonest due first; of `numbers` alone if given."""
    if actor.role is not Role.TREASURER:
        return PaymentObligation.objects.none()
    tried = PaymentAttempt.objects.filter(obligation=OuterRef("pk"), state__in=(*OPEN, "CAPTURED"))
    found = PaymentObligation.objects.filter(
        ~Exists(tried),
        purchase__in=purchases_of(actor).filter(state="PAYMENT_APPROVED").values("pk"),
        profile=PaymentObligation.Profile.GATEWAY,
    )
    if chosen := list(numbers):
        found = found.filter(purchase__number__in=chosen)
    return found.order_by(F("purchase__due_at").asc(nulls_last=True), "pk")


def startable(actor: Actor, numbers: Iterable[str] = ()) -> list[Startable]:
    """The first `MOST` of them with everything the check page shows: two queries, whatever their number."""
    named = may_start(actor, numbers).select_related(
        "purchase__vendor__organisation", "purchase__organisation", "invoice__bank_account"
    )
    return [_checked(each) for each in named.prefetch_related("tax_lines")[:MOST]]


def sums_by_way(rows: Sequence[Startable]) -> list[WaySum]:
    """One sum for each way of payment, in the order of their names."""
    ways: dict[str, list[PaymentObligation]] = {}
    for row in rows:
        ways.setdefault(row.way, []).append(row.obligation)
    return [_sum(way, ways[way]) for way in sorted(ways)]


def _checked(obligation: PaymentObligation) -> Startable:
    taxes = tuple((TAX_LABELS.get(each.code, each.code), each.amount) for each in obligation.tax_lines.all())
    purchase = obligation.purchase
    return Startable(purchase, obligation, taxes, _way(purchase), pay_until(purchase))


def _way(purchase: Purchase) -> str:
    if purchase.mechanism == "KKPD":
        return _("Kartu Kredit Pemerintah Daerah (KKPD)")
    return _("Uang Persediaan (UP)")


def _sum(way: str, found: Sequence[PaymentObligation]) -> WaySum:
    return WaySum(
        way,
        orders=len(found),
        gross=sum(each.gross for each in found),
        withheld=sum(each.withheld for each in found),
        net=sum(each.net for each in found),
    )
