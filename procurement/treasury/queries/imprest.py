"""The imprest (UP) of a unit: its limit, what is used and not yet replenished, what is left. Whole rupiah."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from marketplace.accounts.models import Organisation
from marketplace.core import clock
from marketplace.core.money import rupiah
from marketplace.core.transitions import Refused
from marketplace.regulation.queries import Rule, parameter
from procurement.purchasing.models import Purchase
from procurement.settlement.models import PaymentAttempt, PaymentObligation
from procurement.settlement.workflow import OPEN
from procurement.treasury.models import Imprest, RequestItem
from procurement.treasury.workflow import PAID_OUT

PAID = ("PAID", "TAX_SETTLED", "CLOSED")


@dataclass(frozen=True, slots=True)
class Cover:
    """How far the imprest of a unit reaches. `used` is paid or on its way and not yet replenished."""

    limit: int
    used: int
    legal_basis: str

    @property
    def available(self) -> int:
        """Rupiah that may still be paid."""
        return max(self.limit - self.used, 0)


def up_limit(unit: Organisation) -> tuple[int, Rule]:
    """The imprest of the unit by the region's dated rule: one sum for all, or by unit code with `*` for the rest."""
    rule = parameter("treasury.up_limit", region_id=unit.region_id)
    value: Any = rule.value
    if isinstance(value, dict):
        value = value.get(unit.code, value.get("*", 0))
    return int(value), rule


def cover_of(unit: Organisation) -> Cover:
    """Limit, use and rest of a unit's imprest this year: one query."""
    limit, rule = up_limit(unit)
    used = unreplenished(unit.pk, year=clock.today().year).aggregate(sum=Sum("gross"))["sum"] or 0
    return Cover(limit, used, rule.legal_basis)


def unreplenished(unit_id: int, *, year: int) -> QuerySet[PaymentObligation]:
    """Debts of that unit and year that the imprest pays or has paid, without those a verified SP2D-GU gave back."""
    given_back = RequestItem.objects.filter(
        obligation=OuterRef("pk"), standing=True, request__state__in=PAID_OUT
    )
    running = PaymentAttempt.objects.filter(obligation=OuterRef("pk"), state__in=(*OPEN, "CAPTURED"))
    return PaymentObligation.objects.filter(
        ~Exists(given_back),
        Q(purchase__state__in=PAID) | Exists(running),
        purchase__organisation_id=unit_id,
        purchase__mechanism="UP",
        profile=PaymentObligation.Profile.GATEWAY,
        created_at__year=year,
    )


def replenishable(unit_id: int, *, year: int) -> QuerySet[PaymentObligation]:
    """Paid out of the imprest and in no standing request yet: what the next GU gives back, oldest first."""
    asked = RequestItem.objects.filter(obligation=OuterRef("pk"), standing=True)
    paid = unreplenished(unit_id, year=year).filter(~Exists(asked), purchase__state__in=PAID)
    return paid.select_related("purchase__vendor__organisation", "purchase__budget_line").order_by("pk")


def insist_on_cover(purchase: Purchase, obligation: PaymentObligation) -> None:
    """Raise Refused `imprest.exceeded` where paying this order would exceed its unit's imprest.

    Called in the transaction that starts the payment (`settings.PAYMENT_CHECKS`); the unit's row keeps two payments
    from using the same rest.
    """
    if purchase.mechanism != "UP":
        return
    unit = Organisation.objects.get(pk=purchase.organisation_id)
    Imprest.objects.bulk_create([Imprest(organisation=unit)], ignore_conflicts=True)
    Imprest.objects.select_for_update().get(pk=unit.pk)
    cover = cover_of(unit)
    if obligation.gross <= cover.available:
        return
    if unreplenished(unit.pk, year=clock.today().year).filter(pk=obligation.pk).exists():
        return  # the rest of an order that counts in full already
    raise Refused(
        "imprest.exceeded",
        f"Sisa UP {unit.name} tinggal {rupiah(cover.available)} dari {rupiah(cover.limit)}, "
        f"sedangkan pesanan ini {rupiah(obligation.gross)}.",
        rule=cover.legal_basis,
        fix="Ajukan SPP-GU agar UP terisi kembali, atau minta PA/KPA menyetujui ulang melalui LS.",
    )
