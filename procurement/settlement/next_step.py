"""The next step of an order's payment: what it is, whose it is and until when. The one rule for all pages.

Where the money of an order lies is told by one subquery (`money_told`): lists of orders read it with their rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.regulation.queries import parameter, working_days_after
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries import in_words
from procurement.settlement.models import Evidence, PaymentAttempt, PaymentObligation, Payout, TaxLine
from procurement.settlement.payout_workflow import AWAY
from procurement.settlement.workflow import OPEN

IN_QUEUE: Final = ("INVOICED", "VERIFIED", "PAYMENT_APPROVED", "PAID")
"""From the invoice on, until all taxes are deposited."""
Told = Mapping[str, Any]
"""What `money_told` reads: profile, proofs, attempt, latest transfer, taxes."""
HOLD_DAYS: Final = "oversight.hold_days"
"""Working days in which an auditor decides about a transfer held; the auditor's own deadline is of the same row."""
_NOT_ASKED: Final = frozenset({Role.AUDITOR, Role.SYSTEM, Role.VENDOR})
"""Whom a vendor does not remind: an examination takes its time, a machine reads no letters."""


@dataclass(frozen=True, slots=True)
class Step:
    """What must happen next, in words, the roles that may do it, and until when; since when an auditor holds it."""

    task: str
    roles: tuple[Role, ...]
    due_at: datetime | None
    held_at: datetime | None = None

    @property
    def holder(self) -> str:
        """With whom it lies, in words."""
        return in_words(self.roles)

    @property
    def remindable(self) -> bool:
        """Whether somebody of the paying unit can take it."""
        return not _NOT_ASKED.issuperset(self.roles)


def money_told() -> Subquery:
    """For a query of orders: what the next step of a payment depends on; null before the payment was approved."""
    found = PaymentObligation.objects.filter(purchase=OuterRef("pk")).order_by()
    return Subquery(found.values(told=told_of_debt())[:1])


def told_of_debt() -> JSONObject:
    """The same for a query of what is owed."""
    own = {"obligation": OuterRef("pk")}
    waiting = PaymentAttempt.objects.filter(**own, state__in=OPEN)
    proofs = Evidence.objects.filter(
        region=OuterRef("region"),
        purchase_number=OuterRef("purchase__number"),
        verified_at__isnull=True,
    )
    last = Payout.objects.filter(**own).order_by("-pk")
    transfer = JSONObject(state="state", held_at="held_at", prepared=Q(prepared_by__isnull=False))
    return JSONObject(
        profile="profile",
        unverified=Exists(proofs),
        waiting=Exists(waiting),
        code=Exists(waiting.exclude(pay_code="")),
        taxes=Exists(TaxLine.objects.filter(**own, deposit__isnull=True)),
        transfer=Subquery(last.values(told=transfer)[:1]),
    )


def debts_of(purchases: Iterable[Purchase]) -> QuerySet[PaymentObligation]:
    """What is owed for those orders, each with `money_told`, from which `step_with` reads the next step."""
    return PaymentObligation.objects.filter(purchase__in=[each.pk for each in purchases]).annotate(
        money_told=told_of_debt()
    )


def step_with(purchase: Purchase, debt: Any) -> Step:
    """The next step of an order with what is owed for it, as `debts_of` gave it, or None. No query."""
    return step_of(purchase, debt.money_told if debt else None)


def step_of(purchase: Purchase, told: Told | None) -> Step:
    """The next step of one order's payment; rooms below ask it as `settings.MONEY_STEP`."""
    task, roles = _next_task(purchase.state, told)
    held = _held_since(told) if roles == (Role.AUDITOR,) else None
    due = purchase.due_at if held is None else held_until(held, region_id=purchase.region_id)
    return Step(task, roles, due, held)


def held_until(held_at: datetime, *, region_id: int) -> datetime:
    """Until when an auditor decides about a transfer held at that moment."""
    return working_days_after(
        held_at, int(parameter(HOLD_DAYS, on=clock.day_of(held_at), region_id=region_id).value)
    )


def _held_since(told: Told | None) -> datetime | None:
    transfer = (told or {}).get("transfer") or {}
    return datetime.fromisoformat(transfer["held_at"]) if transfer.get("held_at") else None


def _next_task(state: str, told: Told | None) -> tuple[str, tuple[Role, ...]]:
    if state == "ACCEPTED":
        return _("Ajukan tagihan"), (Role.VENDOR,)
    if state == "INVOICED":
        return _("Verifikasi tagihan"), (Role.PPK_SKPD, Role.PPTK)
    if state == "VERIFIED" or told is None:
        return _("Setujui pembayaran"), (Role.PA, Role.KPA)
    if told["unverified"]:
        return _("Verifikasi bukti pembayaran"), (Role.PPK_SKPD,)
    if state == "PAYMENT_APPROVED":
        return _next_payment(told)
    step = _next_transfer(told["transfer"])
    if step is not None:
        return step
    if told["taxes"]:
        return _("Catat setoran pajak (NTPN)"), (Role.TREASURER,)
    return _("Catat bukti transfer ke penyedia"), (Role.TREASURER,)


def _next_transfer(transfer: Told | None) -> tuple[str, tuple[Role, ...]] | None:
    """What a transfer needs before it is with the bank; None when it is there, or none is needed."""
    if transfer is None or transfer["state"] in {*AWAY, "SETTLED"}:
        return None
    if transfer["held_at"] is not None:
        return _("Transfer ditahan auditor"), (Role.AUDITOR,)
    if transfer["state"] == "APPROVED":
        return _("Kirim transfer ke bank"), (Role.TREASURER,)
    if transfer["state"] == "DRAFT" and transfer["prepared"]:
        return _("Setujui transfer ke penyedia"), (Role.PPK_SKPD,)
    return _("Siapkan transfer ke penyedia"), (Role.TREASURER,)


def _next_payment(told: Told) -> tuple[str, tuple[Role, ...]]:
    if told["profile"] == PaymentObligation.Profile.LS:
        return _("Catat SP2D"), (Role.TREASURER,)
    if told["code"]:
        return _("Bayar dengan nomor atau kode QRIS yang sudah dibuat"), (Role.TREASURER,)
    if told["waiting"]:
        return _("Menunggu kabar penyedia pembayaran"), (Role.SYSTEM,)
    return _("Bayar melalui penyedia pembayaran"), (Role.TREASURER,)
