"""Orders a PPK may approve in one press: small ones without a warning (dated rule `approval.bulk_max`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db.models import Exists, F, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core.money import rupiah
from marketplace.core.transitions import Refused
from marketplace.pages.desk import Together
from marketplace.regulation.queries import Rule, parameter
from procurement.purchasing.models import Flag, Purchase
from procurement.purchasing.queries.orders import get_purchase_for, purchases_of

GRAVE: Final = ("JUSTIFY", "SECOND", "HOLD")
"""Findings that somebody had to answer for: such an order is read by itself."""
MOST: Final = 50
"""So many orders one page checks: a person has to be able to read them."""


def bulk_rule(region_id: int | None) -> Rule:
    """The most rupiah one order may ask for to be approved together with others, and its legal basis."""
    return parameter("approval.bulk_max", region_id=region_id)


def beyond_bulk(amount: int, region_id: int | None) -> Refused | None:
    """A refusal for what is too large to be approved together with others; `amount` in rupiah."""
    rule = bulk_rule(region_id)
    if amount <= int(rule.value):
        return None
    return Refused(
        "too_large_together",
        _("%(amount)s melebihi batas persetujuan bersama %(limit)s tiap pesanan.")
        % {"amount": rupiah(amount), "limit": rupiah(int(rule.value))},
        rule=rule.legal_basis,
        fix=_("Buka pesanan ini sendiri, periksa, lalu setujui di halamannya."),
    )


def not_together(purchase: Purchase) -> Refused | None:
    """Why an order must be looked at by itself: too large, or with a warning. None when it may go with others."""
    grave = Flag.objects.filter(purchase=purchase, consequence__in=GRAVE)
    if purchase.endorsement_needed or purchase.on_hold or grave.exists():
        return Refused(
            "has_warning",
            _("Pesanan ini memuat peringatan; ia tidak disetujui bersama pesanan lain."),
            rule=bulk_rule(purchase.region_id).legal_basis,
            fix=_("Buka pesanan ini, baca peringatan dan penjelasannya, lalu putuskan di halamannya."),
        )
    return beyond_bulk(purchase.total, purchase.region_id)


def ticked_purchase(actor: Actor, number: str) -> Purchase:
    """The ticked order, if `actor` may see it. Raises Refused `not_found`: others on the page are not stopped by it."""
    try:
        return get_purchase_for(actor, number)
    except Purchase.DoesNotExist as absent:
        raise Refused("not_found", _("Pesanan ini tidak ada di meja Anda.")) from absent


def approvable_together(actor: Actor, numbers: Iterable[str] = ()) -> QuerySet[Purchase]:
    """The orders this PPK may approve in one press, the soonest due first; of `numbers` alone where some are given."""
    limit = int(bulk_rule(actor.region_id).value)
    found = (
        purchases_of(actor)
        .filter(
            state="AWAITING_PPK",
            ppk_user_id=actor.user_id,
            endorsement_needed=False,
            on_hold=False,
            total__lte=limit,
        )
        .exclude(Exists(Flag.objects.filter(purchase=OuterRef("pk"), consequence__in=GRAVE)))
    )
    chosen = list(numbers)
    if chosen:
        found = found.filter(number__in=chosen)
    named = found.select_related("vendor__organisation", "organisation", "package", "budget_line")
    return named.prefetch_related("lines", "flags").order_by(F("due_at").asc(nulls_last=True), "pk")


def tick_of(purchase: Purchase, actor: Actor) -> str:
    """What a ticked row of the desk sends; empty where its row says it is looked at by itself. No query."""
    if actor.role == Role.PPK and purchase.state == "AWAITING_PPK":
        warned = purchase.endorsement_needed or purchase.on_hold
        return "" if warned or beyond_bulk(purchase.total, purchase.region_id) else purchase.number
    if actor.role in {Role.PA, Role.KPA} and purchase.state == "VERIFIED":
        amount = purchase.accepted_total or purchase.total
        return purchase.number if beyond_bulk(amount, purchase.region_id) is None else ""
    return ""


def taken_together(actor: Actor) -> Together | None:
    """The PPK's button for several orders. No query."""
    if actor.role != Role.PPK:
        return None
    limit = int(bulk_rule(actor.region_id).value)
    return Together(reverse("purchases-approve"), _("Setujui beberapa sekaligus"), limit)
