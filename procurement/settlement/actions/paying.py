"""When an order becomes paid and when its payment is complete: by proof alone, never by declaration."""

from __future__ import annotations

from datetime import date

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.core.money import SEN_PER_RUPIAH
from marketplace.events.actions import enqueue
from marketplace.workflow.door import Passage, UnlessFurther, passing
from procurement.documents.actions import issue
from procurement.planning.actions import spend
from procurement.purchasing.models import Purchase
from procurement.settlement import papers
from procurement.settlement.actions import booking
from procurement.settlement.actions.drawing_up import draw_up
from procurement.settlement.actions.receiving import acknowledge, vendor_has_money
from procurement.settlement.ledger.reports import held
from procurement.settlement.models import (
    AccountKind,
    Evidence,
    Journal,
    PaymentAttempt,
    PaymentObligation,
    Posting,
    ProviderEvent,
)

CASHIER = Actor.system("Pembukuan pembayaran")


def pay_from_escrow(attempt_id: int) -> bool:
    """Mark the order of an attempt paid once its escrow holds what is owed: see `pay_what_is_held`."""
    attempt = PaymentAttempt.objects.get(pk=attempt_id)
    return pay_what_is_held(attempt.obligation_id)


def pay_what_is_held(obligation_id: int) -> bool:
    """Mark an order paid: escrow is released, the budget spent, the payout due.

    False when it was paid before, when less came than is owed, or while its money is disputed. Raises Refused when the
    order cannot be paid now; the money then stays in escrow, where everybody sees it.
    """
    obligation = PaymentObligation.objects.select_related("purchase").get(pk=obligation_id)
    if obligation.purchase.state != "PAYMENT_APPROVED" or not _all_there(obligation):
        return False
    try:
        with passing(Purchase, obligation.purchase_id, "pay", actor=CASHIER) as passage:
            locked = PaymentObligation.objects.select_for_update(of=("self",), no_key=True)
            _release(passage, locked.get(pk=obligation_id))
    except _NotAllThere:
        return False
    return True


class _NotAllThere(Exception):
    """Money left the escrow, or was disputed, since we looked."""


def _release(passage: Passage[Purchase], obligation: PaymentObligation) -> None:
    number = passage.thing.number
    if not _all_there(obligation):
        raise _NotAllThere
    event = _last_proof(number)
    spend(passage, passage.thing.budget_line_id, obligation.gross, reference=number)
    booking.released(passage, obligation, number, event)
    draw_up(passage, obligation, number, to=obligation.invoice.bank_account)
    _withheld(obligation, clock.day_of(passage.at))
    enqueue("settlement.topped_up", {"obligation": obligation.pk}, key=number)
    _tell(passage, obligation, f"{event.provider} {event.event_id}", event.sha256)


def _all_there(obligation: PaymentObligation) -> bool:
    number = obligation.purchase.number
    if held(AccountKind.DISPUTES_RECEIVABLE, number):
        return False
    return held(AccountKind.ESCROW, number) >= obligation.gross * SEN_PER_RUPIAH


def _last_proof(number: str) -> ProviderEvent:
    """The event that brought the last of the money; the database demands a proof of everything in escrow."""
    brought = Journal.objects.filter(purchase_number=number, kind__in=[Posting.CAPTURE, Posting.REATTACH])
    event = brought.select_related("provider_event").latest("pk").provider_event
    assert event is not None
    return event


def pay_by_sp2d(evidence_id: int) -> bool:
    """Mark an LS order paid by its SP2D, recorded by one person and verified by another.

    False when it was paid before or the SP2D is not verified. Raises Refused when the order cannot be paid now.
    """
    return _pay_by_evidence(evidence_id, "SP2D")


def pay_outside(evidence_id: int) -> bool:
    """Mark an order paid by the approved proof of a payment outside the system; False and Refused as `pay_by_sp2d`."""
    return _pay_by_evidence(evidence_id, "pembayaran di luar sistem, dokumen")


def _pay_by_evidence(evidence_id: int, called: str) -> bool:
    evidence = Evidence.objects.get(pk=evidence_id)
    purchase = Purchase.objects.get(number=evidence.purchase_number)
    if evidence.verified_at is None or purchase.state != "PAYMENT_APPROVED":
        return False
    obligation = PaymentObligation.objects.get(purchase=purchase)
    with passing(Purchase, purchase.pk, "pay", actor=CASHIER) as passage:
        number = passage.thing.number
        spend(passage, passage.thing.budget_line_id, obligation.gross, reference=number)
        booking.recognised(passage, obligation, number)
        posted = booking.paid_to_vendor(passage, obligation, number, evidence)
        vendor_has_money(passage, passage.thing, obligation, posted.journal, paid_at=evidence.recorded_at)
        _withheld(obligation, evidence.dated)
        _tell(passage, obligation, f"{called} {evidence.number}", evidence.file_sha256)
    return True


def complete(purchase_id: int) -> bool:
    """Move a paid order on once the vendor has the money and every withheld tax its NTPN; issue the slip.

    False when something is still open: then the next deposit or transfer asks again.
    """
    acknowledge(purchase_id, actor=CASHIER)
    purchase = Purchase.objects.get(pk=purchase_id)
    if purchase.state != "PAID" or open_ends(purchase):
        return False
    with UnlessFurther(), passing(Purchase, purchase_id, "settle_tax", actor=CASHIER) as passage:
        _settle_tax(passage)
        return True
    return False


def open_ends(purchase: Purchase) -> list[str]:
    """What keeps the payment of a paid order from being complete, in words; empty when nothing does."""
    obligation = PaymentObligation.objects.get(purchase=purchase)
    missing = [tax.code for tax in obligation.tax_lines.filter(deposit__isnull=True)]
    ends = [f"NTPN {papers.TAX_LABELS.get(code, code)}" for code in missing]
    if held(AccountKind.VENDOR_PAYABLE, purchase.number) or held(
        AccountKind.PAYOUT_CLEARING, purchase.number
    ):
        ends.append("transfer ke penyedia")
    return ends


def _settle_tax(passage: Passage[Purchase]) -> None:
    purchase = passage.thing
    obligation = PaymentObligation.objects.get(purchase=purchase)
    withheld = obligation.tax_lines.select_related("deposit", "obligation__purchase")
    taxes = list(withheld.prefetch_related("obligation__purchase__lines"))
    if taxes:
        slip = papers.slip_facts(purchase, taxes, passage.at)
        issue(
            passage,
            "bukti_potong",
            slip,
            subject=purchase,
            signatories=papers.withholder_signs(purchase, passage.at),
        )
    passage.facts.update(
        number=purchase.number,
        total_rupiah=sum(tax.amount for tax in taxes),
        ntpn=[tax.ntpn for tax in taxes],
    )


def _withheld(obligation: PaymentObligation, on: date) -> None:
    """The taxes of a payment belong to the period of its day (for LS: that of the SP2D)."""
    obligation.tax_lines.update(withheld_on=on)


def _tell(passage: Passage[Purchase], obligation: PaymentObligation, proof: str, digest: str) -> None:
    passage.facts.update(
        number=passage.thing.number,
        total_rupiah=obligation.gross,
        net_rupiah=obligation.net,
        proof=proof,
        proof_sha256=digest,
    )
