"""What providers tell of refunds and disputes, whoever began them. Any order and any repetition ends in the same books.

Word of a payment whose money we have not seen yet waits in the inbox and is taken up once the money came.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_hex

from django.db import transaction

from marketplace.core.money import SEN_PER_RUPIAH
from marketplace.workflow.door import Deed, Passage, UnlessFurther, begin, doing, move_along, passing
from procurement.settlement.actions import misfits, money_booking
from procurement.settlement.actions.paying import CASHIER, pay_from_escrow
from procurement.settlement.ledger.posting import Leg, reverse
from procurement.settlement.models import (
    EventHandling,
    Journal,
    PaymentAttempt,
    PaymentObligation,
    ProviderEvent,
    Refund,
    UnmatchedMoney,
)
from procurement.settlement.providers.base import DisputeFact, DisputeStage, Fact, Outcome, RefundFact

NOT_YET = "Menunggu kabar bahwa dananya diterima"
Resolution = UnmatchedMoney.Resolution


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that came: of an attempt of ours, or of nobody we know."""

    region_id: int
    attempt: PaymentAttempt | None
    money: list[UnmatchedMoney]
    number: str


def apply_refund(event: ProviderEvent, fact: RefundFact) -> str:
    """Do what a provider says about a refund; why it must wait, empty when it need not."""
    ours = _ours(event.provider, fact)
    if ours is not None:
        _about_ours(ours, event, fact)
        return ""
    if fact.outcome not in {Outcome.CAPTURED, Outcome.FAILED, Outcome.CANCELLED}:
        return ""
    return _about_strangers(event, fact)


def _ours(provider: str, fact: RefundFact) -> Refund | None:
    found = Refund.objects.filter(provider=provider)
    by_reference = found.filter(reference=fact.reference).first() if fact.reference else None
    return by_reference or found.filter(provider_ref=fact.provider_ref).first()


def _about_ours(refund: Refund, event: ProviderEvent, fact: RefundFact) -> None:
    if fact.amount != refund.amount:
        told = Fact(refund.reference, refund.payment_ref, fact.outcome, fact.amount)
        misfits.unmatched(event, misfits.Kind.CONTRADICTED, refund.attempt, told)
        return
    if fact.outcome == Outcome.CAPTURED:
        _moved(refund.pk, "finish", fact, lambda passage: _finished(passage, event))
    elif fact.outcome in {Outcome.FAILED, Outcome.CANCELLED}:
        _moved(refund.pk, "fail", fact, lambda passage: _failed(passage, event))
    else:
        _moved(refund.pk, "accept", fact, lambda _passage: None)


def _moved(refund_id: int, move: str, fact: RefundFact, then: Callable[[Passage[Refund]], None]) -> bool:
    """Take a move on the provider's word; False when the refund is already further."""
    with UnlessFurther(), passing(Refund, refund_id, move, actor=CASHIER) as passage:
        passage.thing.provider_ref = fact.provider_ref or passage.thing.provider_ref
        then(passage)
        passage.facts.update({**misfits.told_of(passage.thing), "reason": fact.reason})
        return True
    return False


def _finished(passage: Passage[Refund], event: ProviderEvent) -> None:
    money_booking.refunded(passage, passage.thing, event)


def _failed(passage: Passage[Refund], event: ProviderEvent) -> None:
    """The money is ours again: what was booked is reversed, and somebody must decide anew."""
    refund = passage.thing
    for key in (f"refund:{refund.reference}", f"refund-due:{refund.reference}"):
        journal = Journal.objects.filter(idem_key=key).first()
        if journal is not None:
            reverse(passage, journal, memo=refund.reference, provider_event=event)
    if refund.unmatched_id and refund.unmatched and refund.unmatched.state == "RESOLVED":
        facts = {"kind": str(refund.unmatched.kind), "reference": refund.reference}
        UnmatchedMoney.objects.filter(pk=refund.unmatched_id).update(
            proposed_by=None, decided_by=None, decided_at=None
        )
        move_along(passage, UnmatchedMoney, refund.unmatched_id, "reopen", facts=facts)


# ── refunds from outside ─────────────────────────────────────────────────────────────────────────────────────────
def _about_strangers(event: ProviderEvent, fact: RefundFact) -> str:
    """A refund we did not ask for, made at the provider's dashboard: booked once, wherever its money lay."""
    with doing(actor=CASHIER) as deed:
        payment = _came(event.provider, fact.payment_ref)
        if payment is None:
            return NOT_YET
        if _ours(event.provider, fact) is None:
            _book_stranger(deed, payment, event, fact)
            return ""
    return apply_refund(event, fact)  # somebody wrote it down meanwhile


def _book_stranger(deed: Deed, payment: Payment, event: ProviderEvent, fact: RefundFact) -> None:
    done = fact.outcome == Outcome.CAPTURED
    refund = Refund(
        region_id=payment.region_id,
        reference=f"KMB-LUAR-{token_hex(6)}",
        provider=event.provider,
        payment_ref=fact.payment_ref,
        provider_ref=fact.provider_ref,
        attempt=payment.attempt,
        unmatched=None if payment.attempt else payment.money[0],
        purchase_number=payment.number,
        source=Refund.Source.OUTSIDE,
        amount=fact.amount,
        reason="Dikembalikan di luar e-Order",
        outside=True,
    )
    begin(refund, at=deed.at, state="DONE" if done else "FAILED")
    if done:
        legs = _taken(payment, fact.amount)
        money_booking.refunded_outside(deed, refund, legs, event)
        _settle_what_is_gone(deed, payment)
    deed.record("refund.outside", refund, {**misfits.told_of(refund), "reason": fact.reason})


def _taken(payment: Payment, sen: int) -> list[Leg]:
    return money_booking.where_it_lies(
        payment.attempt, payment.money, sen, region_id=payment.region_id, number=payment.number
    )


def _settle_what_is_gone(deed: Deed, payment: Payment) -> None:
    for money in payment.money:
        if money.state == "RESOLVED":
            continue
        left = money_booking.loose(money)
        if not left:
            misfits.settle(deed, money, Resolution.GONE)
        else:
            misfits.ask_for_what_is_left(deed, money, left)


def _came(provider: str, payment_ref: str) -> Payment | None:
    """The money of a payment, its rows locked; None when we have not seen it come."""
    if not payment_ref:
        return None
    attempts = PaymentAttempt.objects.select_for_update(of=("self",))
    attempt = attempts.filter(provider=provider, provider_ref=payment_ref).order_by("pk").first()
    rows = UnmatchedMoney.objects.select_for_update(of=("self",)).filter(
        provider_event__provider=provider, payment_ref=payment_ref, kind__in=money_booking.SUSPENSE_OF
    )
    money = list(rows.order_by("pk"))
    if attempt is None:
        known = money and money[0].region_id
        return Payment(known, None, money, "") if known else None
    if not Journal.objects.filter(idem_key=f"capture:{attempt.reference}").exists():
        return None
    obligations = PaymentObligation.objects.select_for_update(of=("self",), no_key=True)
    obligation = obligations.select_related("purchase").get(pk=attempt.obligation_id)
    return Payment(attempt.region_id, attempt, money, obligation.purchase.number)


# ── disputes ─────────────────────────────────────────────────────────────────────────────────────────────────────
def apply_dispute(event: ProviderEvent, fact: DisputeFact) -> str:
    """Do what a provider says about a dispute; why it must wait, empty when it need not."""
    with doing(actor=CASHIER) as deed:
        payment = _came(event.provider, fact.payment_ref)
        if payment is None or payment.attempt is None:
            return NOT_YET
        attempt = payment.attempt
        dispute = money_booking.dispute_opened(
            deed, attempt, payment.number, fact.provider_ref, fact.amount, event
        )
        if dispute.is_new:
            deed.record("dispute.open", dispute.journal, _told(fact, payment))
        closed = fact.stage != DisputeStage.OPENED and _close(deed, dispute.journal, payment, event, fact)
    if closed and fact.stage == DisputeStage.WON:
        pay_from_escrow(attempt.pk)
    return ""


def _close(deed: Deed, opened: Journal, payment: Payment, event: ProviderEvent, fact: DisputeFact) -> bool:
    if Journal.objects.filter(idem_key=f"dispute-closed:{opened.pk}").exists():
        return False
    won = fact.stage == DisputeStage.WON
    legs = money_booking.won_back(payment.region_id, fact.amount) if won else _taken(payment, fact.amount)
    money_booking.dispute_closed(deed, opened, legs, event, won=won)
    deed.record("dispute.win" if won else "dispute.lose", opened, _told(fact, payment))
    if not won:
        _settle_what_is_gone(deed, payment)
    return True


def _told(fact: DisputeFact, payment: Payment) -> dict[str, object]:
    return {
        "number": payment.number,
        "amount_rupiah": fact.amount // SEN_PER_RUPIAH,
        "sen": fact.amount,
        "dispute": fact.provider_ref,
    }


def waiting_about(provider: str, payment_ref: str) -> list[int]:
    """The events about a payment that wait for its money."""
    if not payment_ref:
        return []
    waiting = EventHandling.objects.filter(
        result=EventHandling.Result.WAITING, payment_ref=payment_ref, why=NOT_YET
    )
    found = waiting.filter(event__provider=provider).order_by("event_id")
    return list(found.values_list("event_id", flat=True))


def waiting_for_money() -> list[int]:
    """Events that wait for money which has come meanwhile; the janitor takes them up."""
    with transaction.atomic():
        waiting = EventHandling.objects.filter(result=EventHandling.Result.WAITING, why=NOT_YET)
        rows = list(
            waiting.values_list("event_id", "event__provider", "payment_ref").order_by("event_id")[:50]
        )
        return [event_id for event_id, provider, ref in rows if _came(provider, ref) is not None]
