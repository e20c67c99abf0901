"""Paying through a provider: start, send, ask again, and what a verified notification brings about.

Network calls happen between transactions, never inside one. Every step may run twice and leaves the same result:
the moves of an attempt are ranked (`settlement/workflow.py`), bookings have keys, jobs have keys.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from hashlib import sha256
from secrets import token_hex

from django.db import IntegrityError, connection, transaction

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import SEGREGATION_BASIS, Role
from marketplace.core import clock
from marketplace.core.money import SEN_PER_RUPIAH
from marketplace.core.transitions import Refused
from marketplace.events.actions import enqueue
from marketplace.workflow.door import Deed, begin, doing, passing
from procurement.purchasing.models import Purchase
from procurement.settlement.actions import booking
from procurement.settlement.actions.paying import pay_from_escrow
from procurement.settlement.models import (
    Instrument,
    PaymentAttempt,
    PaymentObligation,
    ProviderEvent,
    UnmatchedMoney,
)
from procurement.settlement.providers import provider
from procurement.settlement.providers.base import Fact, Outcome, Provider, Result
from procurement.settlement.workflow import MOVE_OF_OUTCOME, OPEN

CASHIER = Actor.system("settlement")
ASK_AGAIN_AFTER = timedelta(minutes=2)
"""How long a notification may take before the provider is asked by our reference."""
GIVE_UP_AFTER = timedelta(days=1)
"""How long an attempt may stay without a result before it is given up and the order can be paid anew."""
BATCH = 50
MAX_EVENT_BYTES = 256 * 1024
KEPT_HEADERS = ("Content-Type", "Stripe-Signature", "User-Agent")

_KEEP_EVENT = """
INSERT INTO settlement_providerevent (provider, event_id, kind, raw, headers, sha256, verdict, received_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (provider, event_id) DO NOTHING
RETURNING id
"""


class StillUnknown(Exception):
    """The provider has not answered; the job shall come back later."""


# ── the treasurer starts ─────────────────────────────────────────────────────────────────────────────────────────
def start_payment(*, actor: Actor, purchase_id: int, provider_name: str = "stripe") -> PaymentAttempt:
    """Start paying an approved obligation through a provider; a job sends it after the commit.

    Raises Refused `payment.not_approved`, `payment.not_gateway`, `payment.in_progress` (double click, or an earlier
    attempt without an answer yet), `provider.off`, `segregation`, `wrong_role`; Purchase.DoesNotExist.
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
    obligation = PaymentObligation.objects.get(purchase=purchase)
    if obligation.profile != PaymentObligation.Profile.GATEWAY:
        raise Refused(
            "payment.not_gateway",
            "Pesanan ini dibayar melalui LS; catat SP2D-nya.",
            rule=obligation.profile_basis,
        )
    if PaymentAttempt.objects.filter(obligation=obligation, state__in=OPEN).exists():
        raise _in_progress()
    purchase.treasurer_id, purchase.treasurer_user_id = actor.appointment_id, actor.user_id
    purchase.save(update_fields=["treasurer", "treasurer_user"])
    return obligation


def _within_limits(plugin: Provider, obligation: PaymentObligation) -> None:
    sen = obligation.gross * SEN_PER_RUPIAH
    if not plugin.capabilities.min_amount <= sen <= plugin.capabilities.max_amount:
        raise Refused(
            "payment.outside_limits",
            "Nilai pesanan di luar batas penyedia pembayaran ini.",
            fix="Minta PA/KPA menyetujui ulang melalui LS.",
        )


def _new_attempt(actor: Actor, obligation: PaymentObligation, plugin: Provider) -> PaymentAttempt:
    assert actor.user_id is not None  # held by `require`
    return PaymentAttempt(
        obligation=obligation,
        region_id=obligation.region_id,
        provider=plugin.name,
        reference=f"BYR-{obligation.pk}-{token_hex(6)}",
        instrument=Instrument.STRIPE_CARD,
        amount=obligation.gross,
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
    if _advance(attempt_id, "send", {"provider": attempt.provider}):
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
    event_id = _keep_answer(attempt, result)
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
    _advance(
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


def _advance(
    attempt_id: int, move: str, facts: Mapping[str, object], *, provider_ref: str = "", reason: str = ""
) -> bool:
    """Take a move that only records; False when the attempt is already further."""
    try:
        with passing(PaymentAttempt, attempt_id, move, actor=CASHIER) as passage:
            attempt = passage.thing
            attempt.provider_ref = provider_ref or attempt.provider_ref
            attempt.reason = reason or attempt.reason
            passage.facts.update({"reference": attempt.reference, **facts})
    except Refused as refusal:
        if refusal.code != "wrong_state":
            raise
        return False
    return True


# ── notifications ────────────────────────────────────────────────────────────────────────────────────────────────
def receive_notification(provider_name: str, raw: bytes, headers: Mapping[str, str]) -> ProviderEvent.Verdict:
    """Check and store a notification, and leave its meaning to a job. The same event again stores nothing.

    Raises Refused `provider.off`, `event.too_long`.
    """
    if len(raw) > MAX_EVENT_BYTES:
        raise Refused("event.too_long", "Kabar terlalu panjang.")
    notice = provider(provider_name).check_notification(raw, headers, now=clock.now())
    verdict = ProviderEvent.Verdict(notice.verdict)
    with doing(actor=CASHIER) as deed:
        event_id = _keep(deed, provider_name, notice.event_id, notice.kind, raw, headers, verdict)
        if event_id is not None and notice.facts:
            enqueue("settlement.provider_event", {"event": event_id}, key=str(event_id))
    return verdict


def _keep(
    deed: Deed,
    provider_name: str,
    event_id: str | None,
    kind: str,
    raw: bytes,
    headers: Mapping[str, str],
    verdict: ProviderEvent.Verdict,
) -> int | None:
    """Store an event once; its row id, or None when it was there."""
    digest = sha256(raw).hexdigest()
    kept = {name: headers[name][:500] for name in KEPT_HEADERS if name in headers}
    row = (provider_name, event_id, kind, raw, json.dumps(kept), digest, verdict.value, deed.at)
    with connection.cursor() as cursor:
        cursor.execute(_KEEP_EVENT, row)
        stored = cursor.fetchone()
    if stored is None:
        return None
    if verdict == ProviderEvent.Verdict.VERIFIED:
        told = {"provider": provider_name, "kind": kind, "sha256": digest}
        deed.record("provider_event.receive", ("provider_event", str(stored[0])), told)
    return int(stored[0])


def _keep_answer(attempt: PaymentAttempt, result: Result) -> int:
    """Store the provider's answer to our question as an event of its own: it proves as much as a notification."""
    fact = Fact(attempt.reference, result.provider_ref, result.outcome, result.amount, result.reason)
    raw = json.dumps(asdict(fact), sort_keys=True).encode()
    event_id = f"sync:{attempt.reference}:{result.outcome}"
    with doing(actor=CASHIER) as deed:
        kept = _keep(deed, attempt.provider, event_id, "sync", raw, {}, ProviderEvent.Verdict.VERIFIED)
    return kept or ProviderEvent.objects.get(provider=attempt.provider, event_id=event_id).pk


def process_event(event_id: int) -> None:
    """Do what a verified event says; running it again, or after later events, ends in the same books."""
    event = ProviderEvent.objects.get(pk=event_id)
    if event.verdict != ProviderEvent.Verdict.VERIFIED:
        return
    raw = bytes(event.raw)
    facts = [_answer_in(raw)] if event.kind == "sync" else provider(event.provider).read(raw)
    for fact in facts:
        _apply(event, fact)


def _answer_in(raw: bytes) -> Fact:
    stored = json.loads(raw)
    return Fact(**{**stored, "outcome": Outcome(stored["outcome"])})


def _apply(event: ProviderEvent, fact: Fact) -> None:
    attempt = PaymentAttempt.objects.filter(provider=event.provider, reference=fact.reference).first()
    if attempt is None:
        if fact.outcome == Outcome.CAPTURED:
            _unmatched(event, UnmatchedMoney.Kind.UNIDENTIFIED, None, fact.amount)
        return
    if fact.outcome != Outcome.CAPTURED:
        _advance(
            attempt.pk,
            MOVE_OF_OUTCOME[fact.outcome],
            {"reason": fact.reason},
            provider_ref=fact.provider_ref,
            reason=fact.reason,
        )
        return
    if _capture(attempt.pk, event, fact):
        pay_from_escrow(attempt.pk)
        return
    attempt.refresh_from_db()
    if attempt.state == "EXPIRED":
        _book_late(attempt, event, fact)
    elif attempt.received != fact.amount:
        _unmatched(event, UnmatchedMoney.Kind.CONTRADICTED, attempt, fact.amount)
    else:
        pay_from_escrow(attempt.pk)


def _capture(attempt_id: int, event: ProviderEvent, fact: Fact) -> bool:
    """Book money that came for an open attempt; False when the attempt can take none any more."""
    try:
        with passing(PaymentAttempt, attempt_id, "capture", actor=CASHIER) as passage:
            attempt = passage.thing
            number = attempt.obligation.purchase.number
            attempt.received, attempt.provider_ref = fact.amount, fact.provider_ref
            booking.captured(passage, attempt, number, fact.amount, event)
            difference = fact.amount - attempt.amount * SEN_PER_RUPIAH
            if difference:
                kind = UnmatchedMoney.Kind.OVER if difference > 0 else UnmatchedMoney.Kind.UNDER
                _record_unmatched(passage, event, kind, attempt, abs(difference))
            enqueue("settlement.settle", {"attempt": attempt.pk}, key=attempt.reference)
            enqueue("settlement.fee", {"attempt": attempt.pk, "event": event.pk}, key=attempt.reference)
            passage.facts.update(
                reference=attempt.reference,
                amount_rupiah=fact.amount // SEN_PER_RUPIAH,
                sen=fact.amount,
                provider_event=event.pk,
                sha256=event.sha256,
            )
    except Refused as refusal:
        if refusal.code != "wrong_state":
            raise
        return False
    return True


def _book_late(attempt: PaymentAttempt, event: ProviderEvent, fact: Fact) -> None:
    if UnmatchedMoney.objects.filter(attempt=attempt, kind=UnmatchedMoney.Kind.LATE).exists():
        return
    with doing(actor=CASHIER) as deed:
        locked = PaymentAttempt.objects.select_for_update(of=("self",)).get(pk=attempt.pk)
        number = locked.obligation.purchase.number
        if booking.captured_late(deed, locked, number, fact.amount, event).is_new:
            _record_unmatched(deed, event, UnmatchedMoney.Kind.LATE, locked, fact.amount)


def _unmatched(
    event: ProviderEvent, kind: UnmatchedMoney.Kind, attempt: PaymentAttempt | None, amount: int
) -> None:
    if UnmatchedMoney.objects.filter(provider_event=event).exists():
        return
    with doing(actor=CASHIER) as deed:
        _record_unmatched(deed, event, kind, attempt, amount)


def _record_unmatched(
    deed: Deed, event: ProviderEvent, kind: UnmatchedMoney.Kind, attempt: PaymentAttempt | None, amount: int
) -> None:
    found = UnmatchedMoney.objects.create(
        kind=kind, provider_event=event, attempt=attempt, amount=amount, found_at=deed.at
    )
    facts = {
        "kind": kind.value,
        "amount_rupiah": amount // SEN_PER_RUPIAH,
        "sen": amount,
        "reference": attempt.reference if attempt else "",
        "provider_event": event.pk,
    }
    deed.record("money.unmatched", found, facts)


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
    return _advance(attempt_id, "expire", {})


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
            process_event(_keep_answer(attempt, result))
        elif result.outcome != Outcome.UNKNOWN and _withdrawn(plugin, attempt, result):
            given_up += expire_attempt(attempt.pk)
    return given_up


def _withdrawn(plugin: Provider, attempt: PaymentAttempt, result: Result) -> bool:
    """Whether the provider will take no money for the attempt any more."""
    if result.outcome == Outcome.NOT_FOUND:
        return True
    cancelled = plugin.cancel(result.provider_ref, idempotency_key=f"cancel:{attempt.reference}")
    return cancelled.outcome == Outcome.CANCELLED
