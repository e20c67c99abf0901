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
from procurement.settlement.figures import figures_of
from procurement.settlement.models import Evidence, PaymentAttempt, PaymentObligation, TaxLine
from procurement.settlement.paying_time import pay_until
from procurement.settlement.status import LABELS as LABELS_OF_STATUS
from procurement.settlement.status import TONES, Figures, ObligationStatus, derived_status
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
    found = PaymentObligation.objects.filter(purchase__in=purchases).select_related("payout")
    return {each.purchase_id: each for each in found.prefetch_related("tax_lines", "attempts")}


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
    if any(not tax.ntpn for tax in obligation.tax_lines.all()):
        return _("Catat setoran pajak (NTPN)"), (Role.TREASURER,)
    return _("Catat bukti transfer ke penyedia"), (Role.TREASURER,)


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
    if actor.role in {Role.AUDITOR, Role.OPERATOR}:
        hint = _("Apa yang dikatakan penyedia pembayaran, dan apa akibatnya")
        links.append(DeskLink(_("Kabar pembayaran"), reverse("payment-events"), "log", hint))
    if actor.role in {Role.TREASURER, Role.AUDITOR, Role.OPERATOR}:
        hint = _("Terlambat, lebih, kurang, tidak dikenali: diputuskan dua orang")
        links.append(DeskLink(_("Uang yang belum cocok"), reverse("unmatched"), "filter", hint))
        links.append(DeskLink(_("Neraca saldo"), reverse("books"), "book", _("Ke mana setiap rupiah pergi")))
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
    figures: Figures | None = None

    @property
    def status(self) -> ObligationStatus | None:
        """What the books say of the money; None before the payment was approved."""
        return derived_status(self.figures) if self.figures else None

    @property
    def status_label(self) -> str:
        """The same in words."""
        return str(LABELS_OF_STATUS[self.status]) if self.status else ""

    @property
    def status_tone(self) -> str:
        """How the words are coloured."""
        return TONES.get(self.status, "neutral")

    @property
    def open_attempt(self) -> PaymentAttempt | None:
        """The attempt whose outcome is awaited."""
        return next((attempt for attempt in self.attempts if attempt.state in OPEN), None)

    @property
    def payout_due(self) -> bool:
        """Whether the vendor's money is in escrow and not yet transferred."""
        payout = getattr(self.obligation, "payout", None)
        return payout is not None and payout.evidence_id is None

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
        figures=figures_of(obligation, purchase.number) if obligation else None,
    )


def panel(actor: Actor, purchase: Purchase) -> Panel | None:
    """“Where is the money?” on an order's page, from the BAST on; for the parties and those who oversee them."""
    if purchase.bast_vendor_at is None or purchase.accepted_total is None:
        return None
    return Panel("settlement/panel.html", {"story": payment_story(purchase)})


def _evidence_of(purchase: Purchase) -> QuerySet[Evidence]:
    found = Evidence.objects.filter(region_id=purchase.region_id, purchase_number=purchase.number)
    return found.select_related("recorded_by", "verified_by").order_by("pk")
