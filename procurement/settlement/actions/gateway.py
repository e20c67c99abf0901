"""Paying through a provider: start, send, ask again, give up.

Network calls happen between transactions, never inside one. Every step may run twice and leaves the same result.
What the provider tells us by itself is in `actions.notifications`.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from secrets import token_hex

from django.db import IntegrityError, transaction

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import SEGREGATION_BASIS, Role
from marketplace.core import clock
from marketplace.core.money import SEN_PER_RUPIAH
from marketplace.core.transitions import Refused
from marketplace.events.actions import enqueue
from marketplace.workflow.door import begin, doing
from procurement.purchasing.models import Purchase
from procurement.settlement.actions import booking
from procurement.settlement.actions.misfits import missing
from procurement.settlement.actions.notifications import advance, keep_answer, process_event
from procurement.settlement.actions.paying import CASHIER
from procurement.settlement.models import (
    Instrument,
    PaymentAttempt,
    PaymentObligation,
    ProviderEvent,
)
from procurement.settlement.providers import provider
from procurement.settlement.providers.base import Outcome, Provider, Result
from procurement.settlement.workflow import MOVE_OF_OUTCOME, OPEN

ASK_AGAIN_AFTER = timedelta(minutes=2)
"""How long a notification may take before the provider is asked by our reference."""
GIVE_UP_AFTER = timedelta(days=1)
"""How long an attempt may stay without a result before it is given up and the order can be paid anew."""
BATCH = 50


class StillUnknown(Exception):
    """The provider has not answered; the job shall come back later."""


# ── the treasurer starts ─────────────────────────────────────────────────────────────────────────────────────────
def start_payment(*, actor: Actor, purchase_id: int, provider_name: str = "stripe") -> PaymentAttempt:
    """Start paying an approved obligation through a provider; a job sends it after the commit.

    Raises Refused `payment.not_approved`, `payment.not_gateway`, `payment.in_progress` (double click, or an earlier
    attempt without an answer yet), `payment.received` (money came, the order is not marked paid yet),
    `provider.off`, `segregation`, `wrong_role`; Purchase.DoesNotExist.
    """
    actor.require(Role.TREASURER)
    plugin = provider(provider_name)
    try:
        with doing(actor=actor) as deed:
            obligation = _payable(actor, purchase_id)
            _within_limits(plugin, obligation)
            attempt = begin(_new_attempt(actor, obligation, plugin), at=deed.at)
            deed.record(
                "payment.start", attempt, {"reference": attempt.reference, "amount_rupiah": attempt.amount}
            )
            enqueue("settlement.send_attempt", {"attempt": attempt.pk}, key=attempt.reference)
    except IntegrityError as broken:
        raise _explained(broken) from broken
    return attempt


def _payable(actor: Actor, purchase_id: int) -> PaymentObligation:
    """The obligation of the order, its row locked and its treasurer set."""
    purchase = Purchase.objects.select_for_update(of=("self",)).get(
        pk=purchase_id, organisation_id=actor.organisation_id or 0
    )
    if purchase.state != "PAYMENT_APPROVED":
        raise Refused(
            "payment.not_approved",
            f"Pesanan {purchase.number} berstatus “{purchase.get_state_display()}”, jadi tidak dapat dibayar.",
            fix="Bayar hanya pesanan yang sudah disetujui PA/KPA.",
        )
    obligations = PaymentObligation.objects.select_for_update(of=("self",), no_key=True)
    obligation = obligations.select_related("purchase").get(purchase=purchase)
    if obligation.profile != PaymentObligation.Profile.GATEWAY:
        raise Refused(
            "payment.not_gateway",
            "Pesanan ini dibayar melalui LS; catat SP2D-nya.",
            rule=obligation.profile_basis,
        )
    if PaymentAttempt.objects.filter(obligation=obligation, state__in=OPEN).exists():
        raise _in_progress()
    if not missing(obligation):
        # Not marked paid yet: asking for the sum again would take it twice.
        raise Refused(
            "payment.received",
            "Dana untuk pesanan ini sudah diterima dari penyedia pembayaran.",
            fix="Tunggu pencatatannya selesai.",
        )
    purchase.treasurer_id, purchase.treasurer_user_id = actor.appointment_id, actor.user_id
    purchase.save(update_fields=["treasurer", "treasurer_user"])
    return obligation


def _within_limits(plugin: Provider, obligation: PaymentObligation) -> None:
    sen = _to_ask(obligation) * SEN_PER_RUPIAH
    if not plugin.capabilities.min_amount <= sen <= plugin.capabilities.max_amount:
        raise Refused(
            "payment.outside_limits",
            "Nilai pesanan di luar batas penyedia pembayaran ini.",
            fix="Minta PA/KPA menyetujui ulang melalui LS.",
        )


def _to_ask(obligation: PaymentObligation) -> int:
    """Whole rupiah that the order still lacks: all of it, or the rest after too little came."""
    return -(-missing(obligation) // SEN_PER_RUPIAH)


def _new_attempt(actor: Actor, obligation: PaymentObligation, plugin: Provider) -> PaymentAttempt:
    assert actor.user_id is not None  # held by `require`
    return PaymentAttempt(
        obligation=obligation,
        region_id=obligation.region_id,
        provider=plugin.name,
        reference=f"BYR-{obligation.pk}-{token_hex(6)}",
        instrument=Instrument.STRIPE_CARD,
        amount=_to_ask(obligation),
        capabilities=asdict(plugin.capabilities),
        started_by_id=actor.user_id,
    )


def _in_progress() -> Refused:
    return Refused(
        "payment.in_progress",
        "Pembayaran untuk pesanan ini sedang berjalan.",
        fix="Tunggu kabar dari penyedia pembayaran; halaman ini menunjukkan hasilnya.",
    )


def _explained(broken: IntegrityError) -> Refused:
    if "settlement_attempt_one_open" in str(broken):
        return _in_progress()
    if "purchase_" in str(broken) and "_is_not_" in str(broken):
        return Refused(
            "segregation",
            "Anda sudah memegang tugas lain pada pesanan ini, jadi tidak boleh membayarnya.",
            rule=SEGREGATION_BASIS,
            fix="Minta bendahara lain melanjutkan.",
        )
    raise broken


# ── jobs: send, ask again ────────────────────────────────────────────────────────────────────────────────────────
def send_attempt(attempt_id: int) -> None:
    """Send an attempt to its provider; when it was sent before, ask how it went first. Raises StillUnknown."""
    attempt = PaymentAttempt.objects.select_related("obligation__purchase").get(pk=attempt_id)
    if attempt.state not in OPEN:
        return
    plugin = provider(attempt.provider)
    if advance(attempt_id, "send", {"provider": attempt.provider}):
        result = _create(plugin, attempt)
    else:
        result = plugin.sync(attempt.reference)
        if result.outcome == Outcome.NOT_FOUND:
            result = _create(plugin, attempt)
    _note(attempt, result)
    if result.outcome == Outcome.UNKNOWN:
        raise StillUnknown(attempt.reference)


def sync_attempt(attempt_id: int) -> None:
    """Ask the provider by our reference, when no notification settled an attempt. Raises StillUnknown."""
    attempt = PaymentAttempt.objects.select_related("obligation__purchase").get(pk=attempt_id)
    if attempt.state not in OPEN:
        return
    result = provider(attempt.provider).sync(attempt.reference)
    if result.outcome in {Outcome.UNKNOWN, Outcome.NOT_FOUND, Outcome.PENDING}:
        raise StillUnknown(attempt.reference)
    event_id = keep_answer(attempt, result)
    process_event(event_id)


def _create(plugin: Provider, attempt: PaymentAttempt) -> Result:
    return plugin.create(
        reference=attempt.reference,
        amount=attempt.amount * SEN_PER_RUPIAH,
        description=f"Pesanan {attempt.obligation.purchase.number}",
        idempotency_key=attempt.reference,
    )


def _note(attempt: PaymentAttempt, result: Result) -> None:
    """Keep what an answer tells. Money counts only by a stored event: a captured answer waits for its notification."""
    outcome = Outcome.PENDING if result.outcome == Outcome.CAPTURED else result.outcome
    advance(
        attempt.pk,
        MOVE_OF_OUTCOME[outcome],
        {"reason": result.reason},
        provider_ref=result.provider_ref,
        reason=result.reason,
    )
    if outcome in {Outcome.PENDING, Outcome.AUTHORISED}:
        with transaction.atomic():
            enqueue(
                "settlement.sync_attempt",
                {"attempt": attempt.pk},
                key=attempt.reference,
                run_at=clock.now() + ASK_AGAIN_AFTER,
            )


def book_fee(attempt_id: int, event_id: int) -> None:
    """Book what the provider kept, once it says so. Raises StillUnknown."""
    attempt = PaymentAttempt.objects.select_related("obligation__purchase").get(pk=attempt_id)
    sen = provider(attempt.provider).fee(attempt.provider_ref)
    if sen is None:
        raise StillUnknown(attempt.reference)
    if sen:
        event = ProviderEvent.objects.get(pk=event_id)
        with doing(actor=CASHIER) as deed:
            booking.fee(deed, attempt, attempt.obligation.purchase.number, sen, event)


def expire_attempt(attempt_id: int) -> bool:
    """Give an attempt up; money that still comes for it goes to suspense. False when it is settled already."""
    return advance(attempt_id, "expire", {})


def expire_stale() -> int:
    """Give up attempts that have waited too long, after asking the provider a last time; how many were given up.

    An attempt of which the provider says nothing at all (UNKNOWN) stays: nobody knows whether money moved.
    """
    given_up = 0
    waiting = PaymentAttempt.objects.filter(state__in=OPEN, created_at__lt=clock.now() - GIVE_UP_AFTER)
    for attempt in list(waiting.order_by("pk")[:BATCH]):
        plugin = provider(attempt.provider)
        result = plugin.sync(attempt.reference)
        if result.outcome in {Outcome.CAPTURED, Outcome.CANCELLED, Outcome.FAILED}:
            process_event(keep_answer(attempt, result))
        elif result.outcome != Outcome.UNKNOWN and _withdrawn(plugin, attempt, result):
            given_up += expire_attempt(attempt.pk)
    return given_up


def _withdrawn(plugin: Provider, attempt: PaymentAttempt, result: Result) -> bool:
    """Whether the provider will take no money for the attempt any more."""
    if result.outcome == Outcome.NOT_FOUND:
        return True
    cancelled = plugin.cancel(result.provider_ref, idempotency_key=f"cancel:{attempt.reference}")
    return cancelled.outcome == Outcome.CANCELLED
