"""Reads of settlement. Nothing else fetches a payment for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import LABELS, Role
from marketplace.core import clock
from marketplace.pages.desk import DeskItem, DeskLink, DeskPanel
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries import purchases_of
from procurement.purchasing.queries.panels import Panel
from procurement.settlement.models import Evidence, PaymentAttempt, PaymentObligation, Payout, TaxLine
from procurement.settlement.paying_time import pay_until
from procurement.settlement.payout_workflow import AWAY
from procurement.settlement.vendor_money import stages_of
from procurement.settlement.workflow import OPEN

__all__ = [
    "PayRow",
    "desk_links",
    "desk_panel",
    "panel",
    "pay_until",
    "payment_queue",
    "payment_story",
    "waiting_for",
]

QUEUE_ROWS = 50
IN_QUEUE = ("INVOICED", "VERIFIED", "PAYMENT_APPROVED", "PAID")


@dataclass(frozen=True, slots=True)
class PayRow:
    """One order in the treasurer's queue: what is owed, until when, and what is to be done next."""

    purchase: Purchase
    obligation: PaymentObligation | None
    due_at: datetime | None
    task: str
    mine: bool


def payment_queue(actor: Actor) -> list[PayRow]:
    """The orders on their way to be paid that `actor` may see, soonest deadline first: four queries."""
    found = list(
        purchases_of(actor)
        .filter(state__in=IN_QUEUE)
        .select_related("vendor__organisation", "organisation")
        .order_by("bast_vendor_at", "pk")[:QUEUE_ROWS]
    )
    by_purchase = _obligations(found)
    unverified = _unverified(found)
    rows = [_row(actor, purchase, by_purchase.get(purchase.pk), unverified) for purchase in found]
    return sorted(rows, key=lambda row: (not row.mine, row.due_at or clock.now()))


def _obligations(purchases: Sequence[Purchase]) -> dict[int, PaymentObligation]:
    found = PaymentObligation.objects.filter(purchase__in=purchases)
    return {each.purchase_id: each for each in found.prefetch_related("tax_lines", "attempts", "payouts")}


def _unverified(purchases: Sequence[Purchase]) -> frozenset[str]:
    numbers = [purchase.number for purchase in purchases]
    waiting = Evidence.objects.filter(purchase_number__in=numbers, verified_at__isnull=True)
    return frozenset(waiting.values_list("purchase_number", flat=True))


def _row(
    actor: Actor, purchase: Purchase, obligation: PaymentObligation | None, unverified: frozenset[str]
) -> PayRow:
    task, role = _next_task(purchase, obligation, purchase.number in unverified)
    return PayRow(purchase, obligation, pay_until(purchase), task, mine=actor.role in role)


def _next_task(
    purchase: Purchase, obligation: PaymentObligation | None, unverified: bool
) -> tuple[str, tuple[Role, ...]]:
    """What must happen next, in words, and by whom."""
    if purchase.state == "INVOICED":
        return _("Verifikasi tagihan"), (Role.PPK_SKPD, Role.PPTK)
    if purchase.state == "VERIFIED" or obligation is None:
        return _("Setujui pembayaran"), (Role.PA, Role.KPA)
    if unverified:
        return _("Verifikasi bukti pembayaran"), (Role.PPK_SKPD,)
    if purchase.state == "PAYMENT_APPROVED":
        return _next_payment(obligation)
    step = _next_transfer(obligation)
    if step is not None:
        return step
    if any(not tax.ntpn for tax in obligation.tax_lines.all()):
        return _("Catat setoran pajak (NTPN)"), (Role.TREASURER,)
    return _("Catat bukti transfer ke penyedia"), (Role.TREASURER,)


def standing_payout(obligation: PaymentObligation | None) -> Payout | None:
    """The latest transfer of an obligation; reads what was prefetched."""
    payouts = list(obligation.payouts.all()) if obligation else []
    return max(payouts, key=lambda each: each.pk, default=None)


def _next_transfer(obligation: PaymentObligation) -> tuple[str, tuple[Role, ...]] | None:
    """What a transfer needs before it is with the bank; None when it is there, or none is needed."""
    payout = standing_payout(obligation)
    if payout is None or payout.state in {*AWAY, "SETTLED"}:
        return None
    if payout.held_at is not None:
        return _("Transfer ditahan auditor"), (Role.AUDITOR,)
    if payout.state == "APPROVED":
        return _("Kirim transfer ke bank"), (Role.TREASURER,)
    if payout.state == "DRAFT" and payout.prepared_by_id is not None:
        return _("Setujui transfer ke penyedia"), (Role.PPK_SKPD,)
    return _("Siapkan transfer ke penyedia"), (Role.TREASURER,)


def _next_payment(obligation: PaymentObligation) -> tuple[str, tuple[Role, ...]]:
    if obligation.profile == PaymentObligation.Profile.LS:
        return _("Catat SP2D"), (Role.TREASURER,)
    if any(attempt.state in OPEN for attempt in obligation.attempts.all()):
        return _("Menunggu kabar penyedia pembayaran"), (Role.SYSTEM,)
    return _("Bayar melalui penyedia pembayaran"), (Role.TREASURER,)


def waiting_for(actor: Actor) -> list[DeskItem]:
    """What waits for the treasurer, and proofs that wait for the PPK-SKPD. Invoices and approvals are orders' own."""
    if actor.role not in {Role.TREASURER, Role.PPK_SKPD}:
        return []
    return [
        _item(row)
        for row in payment_queue(actor)
        if row.mine and row.purchase.state in {"PAYMENT_APPROVED", "PAID"}
    ]


def desk_panel(actor: Actor) -> DeskPanel | None:
    """How much money is on its way to a vendor, and in whose hands: on its desk, one tap from the whole story."""
    if actor.role is not Role.VENDOR:
        return None
    stages = stages_of(actor)
    return DeskPanel(
        "settlement/desk_money.html", {"stages": stages, "total": sum(each.amount for each in stages)}
    )


def desk_links(actor: Actor) -> list[DeskLink]:
    """Where those who pay, approve or check payments often go."""
    links = []
    payers = {Role.TREASURER, Role.PPK_SKPD, Role.PPTK, Role.PA, Role.KPA, Role.PPK}
    if actor.role in payers | {Role.AUDITOR, Role.OPERATOR}:
        hint = _("Semua tagihan yang menunggu, yang paling mendesak di atas")
        links.append(DeskLink(_("Pembayaran"), reverse("payments"), "wallet", hint))
    if actor.role is Role.VENDOR:
        links.append(
            DeskLink(_("Uang saya"), reverse("vendor-money"), "wallet", _("Di mana uangnya, sampai kapan"))
        )
    if actor.role in {Role.TREASURER, Role.AUDITOR, Role.OPERATOR}:
        links.append(DeskLink(_("Neraca saldo"), reverse("books"), "book", _("Ke mana setiap rupiah pergi")))
    if actor.role in {Role.TREASURER, Role.PPK_SKPD, Role.AUDITOR}:
        links.append(
            DeskLink(_("Transfer ke penyedia"), reverse("payouts"), "bank", _("Siapkan, setujui, kirim"))
        )
    return links


def _item(row: PayRow) -> DeskItem:
    return DeskItem(
        title=row.purchase.number,
        url=reverse("payment", args=[row.purchase.number]),
        state_label=row.task,
        state=row.purchase.state,
        due_at=row.due_at,
        amount=row.obligation.net if row.obligation else row.purchase.accepted_total,
        holder=LABELS[Role.TREASURER],
        mine=True,
        detail=f"{row.purchase.vendor.organisation.name} → {row.purchase.organisation.name}",
    )


@dataclass(frozen=True, slots=True)
class PaymentStory:
    """Everything the payment page shows of one order."""

    purchase: Purchase
    obligation: PaymentObligation | None
    taxes: list[TaxLine]
    attempts: list[PaymentAttempt]
    evidence: list[Evidence]
    task: str
    due_at: datetime | None

    @property
    def open_attempt(self) -> PaymentAttempt | None:
        """The attempt whose outcome is awaited."""
        return next((attempt for attempt in self.attempts if attempt.state in OPEN), None)

    @property
    def payout_due(self) -> bool:
        """Whether a transfer is with the bank and its arrival not yet proved."""
        payout = self.payout
        return payout is not None and payout.state in AWAY

    @property
    def payout(self) -> Payout | None:
        """The latest transfer to the vendor."""
        return standing_payout(self.obligation)

    @property
    def returned(self) -> Payout | None:
        """The last transfer that the bank gave back, if any."""
        return next((each for each in self.payouts if each.state == "RETURNED"), None)

    @property
    def payouts(self) -> list[Payout]:
        """Every transfer, the latest first: returned and cancelled ones stay to be seen."""
        return list(self.obligation.payouts.all()) if self.obligation else []

    @property
    def unverified(self) -> Evidence | None:
        """The proof that waits for a second person."""
        return next((proof for proof in self.evidence if proof.verified_at is None), None)


def payment_story(purchase: Purchase) -> PaymentStory:
    """How far the payment of an order is: at most six queries. The caller has checked who may see it."""
    obligation = _obligations([purchase]).get(purchase.pk)
    evidence = list(_evidence_of(purchase))
    task, _roles = _next_task(purchase, obligation, any(proof.verified_at is None for proof in evidence))
    return PaymentStory(
        purchase,
        obligation,
        taxes=list(obligation.tax_lines.all()) if obligation else [],
        attempts=list(obligation.attempts.all()) if obligation else [],
        evidence=evidence,
        task=task if purchase.state in IN_QUEUE else "",
        due_at=pay_until(purchase),
    )


def panel(actor: Actor, purchase: Purchase) -> Panel | None:
    """“Where is the money?” on an order's page, from the BAST on; for the parties and those who oversee them."""
    if purchase.bast_vendor_at is None or purchase.accepted_total is None:
        return None
    return Panel("settlement/panel.html", {"story": payment_story(purchase)})


def _evidence_of(purchase: Purchase) -> QuerySet[Evidence]:
    found = Evidence.objects.filter(region_id=purchase.region_id, purchase_number=purchase.number)
    return found.select_related("recorded_by", "verified_by").order_by("pk")
