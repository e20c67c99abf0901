"""Reads of settlement. Nothing else fetches a payment for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.personal_data import masked
from marketplace.accounts.roles import LABELS, Role
from marketplace.core import clock
from marketplace.pages.desk import DeskItem, DeskLink, DeskPanel
from procurement.documents.models import Paper
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries import purchases_of
from procurement.purchasing.queries.panels import Panel
from procurement.settlement import papers
from procurement.settlement.figures import figures_of
from procurement.settlement.ledger.reports import trial_balance
from procurement.settlement.models import (
    Evidence,
    Invoice,
    OutsidePayment,
    PaymentAttempt,
    PaymentObligation,
    Payout,
    TaxLine,
)
from procurement.settlement.next_step import IN_QUEUE, Step, debts_of, money_told, step_with
from procurement.settlement.outside import STANDING
from procurement.settlement.papers import TAX_LABELS
from procurement.settlement.paying_time import pay_until
from procurement.settlement.payout_workflow import AWAY
from procurement.settlement.providers import REGISTRY
from procurement.settlement.public_pay_time import PayTimes, pay_times
from procurement.settlement.status import LABELS as LABELS_OF_STATUS
from procurement.settlement.status import TONES, Figures, ObligationStatus, derived_status
from procurement.settlement.vendor_money import stages_of
from procurement.settlement.workflow import OPEN
from procurement.taxation.queries import TaxPlan

__all__ = [
    "AWAY",
    "TAX_LABELS",
    "PayRow",
    "PayTimes",
    "desk_links",
    "desk_panel",
    "electronic_invoice",
    "money_told",
    "outside_payments",
    "panel",
    "pay_times",
    "pay_until",
    "payment_queue",
    "payment_story",
    "provider_names",
    "trial_balance",
    "waiting_for",
]

QUEUE_ROWS = 50


@dataclass(frozen=True, slots=True)
class PayRow:
    """One order in the treasurer's queue: what is owed, until when, and what is to be done next."""

    purchase: Purchase
    obligation: PaymentObligation | None
    due_at: datetime | None
    step: Step
    mine: bool

    @property
    def startable(self) -> bool:
        """Whether the treasurer may start paying it now, alone or together with others."""
        gateway = self.obligation is not None and self.obligation.profile == PaymentObligation.Profile.GATEWAY
        return self.mine and gateway and self.purchase.state == "PAYMENT_APPROVED"


def payment_queue(actor: Actor) -> list[PayRow]:
    """The orders on their way to be paid that `actor` may see, soonest deadline first: four queries."""
    found = list(
        purchases_of(actor)
        .filter(state__in=IN_QUEUE)
        .select_related("vendor__organisation", "organisation")
        .order_by("bast_vendor_at", "pk")[:QUEUE_ROWS]
    )
    by_purchase = _obligations(found)
    rows = [_row(actor, purchase, by_purchase.get(purchase.pk)) for purchase in found]
    return sorted(rows, key=lambda row: (not row.mine, row.due_at or clock.now()))


def _row(actor: Actor, purchase: Purchase, obligation: PaymentObligation | None) -> PayRow:
    step = step_with(purchase, obligation)
    return PayRow(purchase, obligation, pay_until(purchase), step, mine=actor.role in step.roles)


def _obligations(purchases: Sequence[Purchase]) -> dict[int, PaymentObligation]:
    known = {each.pk: each for each in purchases}
    found = debts_of(purchases).prefetch_related("tax_lines__deposit", "attempts", "payouts")
    obligations: dict[int, PaymentObligation] = {each.purchase_id: each for each in found}
    for pk, each in obligations.items():
        each.purchase = known[pk]
    return obligations


def standing_payout(obligation: PaymentObligation | None) -> Payout | None:
    """The latest transfer of an obligation; reads what was prefetched."""
    payouts = list(obligation.payouts.all()) if obligation else []
    return max(payouts, key=lambda each: each.pk, default=None)


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
        "settlement/desk_money.html", {"stages": stages, "total": sum(each.coming for each in stages)}
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
    if actor.role in {Role.TREASURER, Role.PPK_SKPD}:
        hint = _("Dipungut, disetor, dan sampai kapan")
        links.append(DeskLink(_("Kalender pajak"), reverse("tax-calendar"), "calendar", hint))
    if actor.role in {Role.TREASURER, Role.PPK}:
        hint = _("Hitung PPN dan PPh sebelum membayar")
        links.append(DeskLink(_("Simulasi pajak"), reverse("tax-simulator"), "search", hint))
    if actor.role in {Role.AUDITOR, Role.OPERATOR}:
        hint = _("Apa yang dikatakan penyedia pembayaran, dan apa akibatnya")
        links.append(DeskLink(_("Kabar pembayaran"), reverse("payment-events"), "log", hint))
    if actor.role in {Role.TREASURER, Role.AUDITOR, Role.OPERATOR}:
        hint = _("Terlambat, lebih, kurang, tidak dikenali: diputuskan dua orang")
        links.append(DeskLink(_("Uang yang belum cocok"), reverse("unmatched"), "filter", hint))
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
        state_label=row.step.task,
        state=row.purchase.state,
        due_at=row.due_at,
        amount=row.obligation.net if row.obligation else row.purchase.accepted_total,
        holder=LABELS[Role.TREASURER],
        mine=True,
        detail=f"{row.purchase.vendor.organisation.name} → {row.purchase.organisation.name}",
    )


@dataclass(frozen=True)
class PaymentStory:
    """Everything the payment page shows of one order."""

    purchase: Purchase
    obligation: PaymentObligation | None
    taxes: list[TaxLine]
    attempts: list[PaymentAttempt]
    evidence: list[Evidence]
    step: Step | None
    due_at: datetime | None
    outside: OutsidePayment | None = None

    @cached_property
    def figures(self) -> Figures | None:
        """What the books hold of it, read when a page asks; None before the payment was approved."""
        return figures_of(self.obligation, self.purchase.number) if self.obligation else None

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
    def may_start(self) -> bool:
        """Whether a payment through a provider may begin, for all of it or a rest: none is on its way."""
        return (
            self.obligation is not None
            and self.obligation.profile == PaymentObligation.Profile.GATEWAY
            and self.purchase.state == "PAYMENT_APPROVED"
            and self.open_attempt is None
        )

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
    evidence = list(_evidence_of(purchase)) if obligation else []  # a proof pays what is owed
    return PaymentStory(
        purchase,
        obligation,
        taxes=list(obligation.tax_lines.all()) if obligation else [],
        attempts=list(obligation.attempts.all()) if obligation else [],
        evidence=evidence,
        step=step_with(purchase, obligation) if purchase.state in ("ACCEPTED", *IN_QUEUE) else None,
        due_at=pay_until(purchase),
        outside=_outside_of(obligation),
    )


def _outside_of(obligation: PaymentObligation | None) -> OutsidePayment | None:
    """The latest payment outside the system that stands or waits for a decision."""
    if obligation is None:
        return None
    found = OutsidePayment.objects.filter(obligation=obligation, state__in=STANDING)
    return found.select_related("proposed_by", "examined_by", "approved_by").first()


def outside_payments(actor: Actor) -> list[OutsidePayment]:
    """The payments outside the system of the orders `actor` may see, newest first: one query."""
    found = OutsidePayment.objects.filter(obligation__purchase__in=purchases_of(actor).order_by())
    return list(found.select_related("obligation__purchase__organisation")[:200])


def panel(actor: Actor, purchase: Purchase) -> Panel | None:
    """“Where is the money?” on an order's page, from the BAST on; for the parties and those who oversee them."""
    if purchase.bast_vendor_at is None or purchase.accepted_total is None:
        return None
    return Panel("settlement/panel.html", {"story": payment_story(purchase)})


def electronic_invoice(actor: Actor, purchase: Purchase) -> tuple[str, bytes] | None:
    """(number, UBL 2.1) of the invoice that counts; None without one. Whole for the vendor and the paying unit.

    Others whom the order's page is open to get tax and account numbers masked. The caller has checked who may see it.
    """
    invoice = Invoice.objects.filter(purchase=purchase, withdrawn_at__isnull=True).first()
    if invoice is None or not invoice.tax_plan:
        return None
    versions = Paper.objects.filter(region_id=purchase.region_id, number=invoice.number, kind="invoice")
    paper = versions.order_by("version")[0]
    parties = {purchase.organisation_id, purchase.vendor_organisation_id}
    hide = None if actor.organisation_id in parties else masked
    plan = TaxPlan.from_json(invoice.tax_plan)
    return invoice.number, papers.ubl_of(paper, plan, invoice.penalty, hide=hide)


def provider_names() -> tuple[str, ...]:
    """The payment providers there can be, by the name that payments and their reports bear."""
    return tuple(REGISTRY)


def _evidence_of(purchase: Purchase) -> QuerySet[Evidence]:
    found = Evidence.objects.filter(region_id=purchase.region_id, purchase_number=purchase.number)
    return found.select_related("recorded_by", "verified_by").order_by("pk")
