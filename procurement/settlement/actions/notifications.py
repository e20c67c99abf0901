"""What a provider tells us, and what follows: stored first, understood later, harmless when it comes again.

The moves of an attempt are ranked (`settlement/workflow.py`) and bookings have keys: any order and any repetition of
events ends in the same books.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from hashlib import sha256

from django.db import connection

from marketplace.core import clock
from marketplace.core.money import SEN_PER_RUPIAH
from marketplace.core.transitions import Refused
from marketplace.events.actions import enqueue
from marketplace.events.failures import described
from marketplace.workflow.door import Deed, UnlessFurther, doing, passing
from procurement.settlement.actions import booking, inbox, misfits, told_refunds
from procurement.settlement.actions.paying import CASHIER, pay_from_escrow
from procurement.settlement.models import (
    EventHandling,
    PaymentAttempt,
    ProviderEvent,
    Refund,
    UnmatchedMoney,
)
from procurement.settlement.providers import provider
from procurement.settlement.providers.base import (
    DisputeFact,
    Fact,
    Notice,
    Outcome,
    RefundFact,
    Result,
    Told,
)
from procurement.settlement.workflow import MOVE_OF_OUTCOME

MAX_EVENT_BYTES = 256 * 1024
STRANGERS_AN_HOUR, STRANGERS_BYTES = 50, 4_096
"""How many notifications nobody vouches for are kept, and how much of each: enough to see what is going on."""
KEPT_HEADERS = (
    *("Content-Type", "Stripe-Signature", "User-Agent"),
    *("X-TIMESTAMP", "X-SIGNATURE", "X-PARTNER-ID", "X-EXTERNAL-ID", "CHANNEL-ID"),
)
"""What proves who spoke. Never `Authorization`: a token opens doors."""
NOTHING_FOLLOWS = ".noted"
"""How the kind of an event ends that is kept for the record and moves no money, whatever its bytes say."""

_KEEP_EVENT = """
INSERT INTO settlement_providerevent (provider, event_id, kind, raw, headers, sha256, verdict, received_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (provider, event_id) DO NOTHING
RETURNING id
"""


def receive_notification(provider_name: str, raw: bytes, headers: Mapping[str, str]) -> ProviderEvent.Verdict:
    """Check and store a notification, and leave its meaning to a job. The same event again stores nothing.

    Raises Refused `provider.off`, `event.too_long`.
    """
    if len(raw) > MAX_EVENT_BYTES:
        raise Refused("event.too_long", "Kabar terlalu panjang.")
    notice = provider(provider_name).check_notification(raw, headers, now=clock.now())
    verdict = ProviderEvent.Verdict(notice.verdict)
    if verdict != ProviderEvent.Verdict.VERIFIED:
        if enough_from_strangers(provider_name):
            return verdict
        raw = raw[:STRANGERS_BYTES]
    with doing(actor=CASHIER) as deed:
        event_id = keep(deed, provider_name, notice, raw, headers)
        if event_id is not None and notice.facts:
            enqueue("settlement.provider_event", {"event": event_id}, key=str(event_id))
    return verdict


def enough_from_strangers(provider_name: str) -> bool:
    """Whether the last hour brought as many unvouched notifications as are kept: anybody may send them, and what is
    kept is kept for ever.
    """
    since = clock.now() - timedelta(hours=1)
    found = ProviderEvent.objects.filter(
        provider=provider_name, event_id__isnull=True, received_at__gte=since
    )
    return found.count() >= STRANGERS_AN_HOUR


def keep(
    deed: Deed,
    provider_name: str,
    notice: Notice,
    raw: bytes,
    headers: Mapping[str, str],
) -> int | None:
    """Store an event once; its row id, or None when it was there."""
    digest = sha256(raw).hexdigest()
    kept = {name: headers[name][:500] for name in KEPT_HEADERS if name in headers}
    row = (
        provider_name,
        notice.event_id,
        notice.kind,
        raw,
        json.dumps(kept),
        digest,
        notice.verdict,
        deed.at,
    )
    with connection.cursor() as cursor:
        cursor.execute(_KEEP_EVENT, row)
        stored = cursor.fetchone()
    if stored is None:
        return None
    inbox.opened(stored[0], provider_name, notice)
    if notice.verdict == ProviderEvent.Verdict.VERIFIED:
        told = {"provider": provider_name, "kind": notice.kind, "sha256": digest}
        deed.record("provider_event.receive", ("provider_event", str(stored[0])), told)
    return int(stored[0])


def keep_answer(attempt: PaymentAttempt, result: Result) -> int:
    """Store the provider's answer to our question as an event of its own: it proves as much as a notification."""
    fact = Fact(attempt.reference, result.provider_ref, result.outcome, result.amount, result.reason)
    return _keep_fact(attempt.provider, "sync", f"sync:{attempt.reference}:{result.outcome}", fact)


def keep_refund_answer(refund: Refund, result: Result) -> int:
    """The same for the answer to a question about a refund, and for a refusal of our request."""
    name = result.provider_ref if result.provider_ref != refund.payment_ref else ""
    fact = RefundFact(
        refund.reference, name, refund.payment_ref, result.outcome, refund.amount, result.reason
    )
    event_id = f"sync:{refund.reference}:{result.outcome}"
    return _keep_fact(refund.provider, "sync.refund", event_id, fact)


def _keep_fact(provider_name: str, kind: str, event_id: str, fact: Fact | RefundFact) -> int:
    raw = json.dumps(asdict(fact), sort_keys=True).encode()
    with doing(actor=CASHIER) as deed:
        kept = keep(deed, provider_name, Notice("VERIFIED", event_id, kind, (fact,)), raw, {})
    return kept or ProviderEvent.objects.get(provider=provider_name, event_id=event_id).pk


def process_event(event_id: int) -> None:
    """Do what a verified event says; running it again, or after later events, ends in the same books."""
    event = ProviderEvent.objects.get(pk=event_id)
    if event.verdict != ProviderEvent.Verdict.VERIFIED or event.kind.endswith(NOTHING_FOLLOWS):
        return
    try:
        facts = _facts_in(event)
        why = "".join(_applied(event, fact) for fact in facts)
    except Exception as error:
        inbox.noted(event, EventHandling.Result.FAILED, described(error))
        raise
    if why:
        inbox.noted(event, EventHandling.Result.WAITING, why, facts[0].payment_ref)
    else:
        inbox.noted(event, EventHandling.Result.DONE if facts else EventHandling.Result.IGNORED)


def _facts_in(event: ProviderEvent) -> Sequence[Told]:
    raw = bytes(event.raw)
    if event.kind == "sync":
        return [_answer_in(raw)]
    if event.kind == "sync.refund":
        told = json.loads(raw)
        return [RefundFact(**{**told, "outcome": Outcome(told["outcome"])})]
    return provider(event.provider).read(raw)


def _applied(event: ProviderEvent, fact: Told) -> str:
    """Do what one fact asks for; why it must wait, empty when it need not."""
    if isinstance(fact, RefundFact):
        return told_refunds.apply_refund(event, fact)
    if isinstance(fact, DisputeFact):
        return told_refunds.apply_dispute(event, fact)
    _apply(event, fact)
    return ""


def _answer_in(raw: bytes) -> Fact:
    stored = json.loads(raw)
    return Fact(**{**stored, "outcome": Outcome(stored["outcome"])})


def _apply(event: ProviderEvent, fact: Fact) -> None:
    attempt = PaymentAttempt.objects.filter(provider=event.provider, reference=fact.reference).first()
    if attempt is None:
        if fact.outcome == Outcome.CAPTURED:
            misfits.unmatched(event, UnmatchedMoney.Kind.UNIDENTIFIED, None, fact)
            _take_up(event.provider, fact.payment_ref)
        return
    if fact.outcome != Outcome.CAPTURED:
        advance(
            attempt.pk,
            MOVE_OF_OUTCOME[fact.outcome],
            {"reason": fact.reason},
            provider_ref=fact.provider_ref,
            reason=fact.reason,
        )
        return
    if fact.currency != "idr":
        misfits.unmatched(event, UnmatchedMoney.Kind.CONTRADICTED, attempt, fact)
        return
    _came(attempt, event, fact)
    _take_up(event.provider, fact.payment_ref)


def _came(attempt: PaymentAttempt, event: ProviderEvent, fact: Fact) -> None:
    """Money came for an attempt: for the first time, again, too late, or differently from before."""
    if _capture(attempt.pk, event, fact):
        pay_from_escrow(attempt.pk)
        return
    attempt.refresh_from_db()
    if attempt.state == "EXPIRED":
        misfits.book_late(attempt, event, fact)
    elif attempt.received != fact.amount:
        misfits.unmatched(event, UnmatchedMoney.Kind.CONTRADICTED, attempt, fact)
    else:
        pay_from_escrow(attempt.pk)


def _take_up(provider_name: str, payment_ref: str) -> None:
    """Do now what had to wait for this money: word of refunds and disputes that came before it."""
    for event_id in told_refunds.waiting_about(provider_name, payment_ref):
        process_event(event_id)


def take_up_what_waited() -> int:
    """Do what waited for money that has come meanwhile, however that was missed; how many were taken up."""
    waiting = told_refunds.waiting_for_money()
    for event_id in waiting:
        process_event(event_id)
    return len(waiting)


def _capture(attempt_id: int, event: ProviderEvent, fact: Fact) -> bool:
    """Book money that came for an open attempt; False when the attempt can take none any more."""
    with UnlessFurther(), passing(PaymentAttempt, attempt_id, "capture", actor=CASHIER) as passage:
        attempt = passage.thing
        number = attempt.obligation.purchase.number
        attempt.received, attempt.provider_ref = fact.amount, fact.provider_ref
        owed = misfits.still_owed(attempt)
        booking.captured(passage, attempt, number, fact.amount, event, owed=owed)
        difference = fact.amount - owed
        if difference:
            kind = UnmatchedMoney.Kind.OVER if difference > 0 else UnmatchedMoney.Kind.UNDER
            misfits.record_unmatched(passage, event, kind, attempt, abs(difference), fact.provider_ref)
        enqueue("settlement.settle", {"attempt": attempt.pk}, key=attempt.reference)
        enqueue("settlement.fee", {"attempt": attempt.pk, "event": event.pk}, key=attempt.reference)
        passage.facts.update(
            reference=attempt.reference,
            amount_rupiah=fact.amount // SEN_PER_RUPIAH,
            sen=fact.amount,
            provider_event=event.pk,
            sha256=event.sha256,
        )
        return True
    return False


def advance(
    attempt_id: int,
    move: str,
    facts: Mapping[str, object],
    *,
    provider_ref: str = "",
    reason: str = "",
    pay_code: str = "",
) -> bool:
    """Take a move that only records; False when the attempt is already further."""
    with UnlessFurther(), passing(PaymentAttempt, attempt_id, move, actor=CASHIER) as passage:
        attempt = passage.thing
        attempt.provider_ref = provider_ref or attempt.provider_ref
        attempt.reason = reason or attempt.reason
        attempt.pay_code = pay_code or attempt.pay_code
        passage.facts.update({"reference": attempt.reference, **facts})
        return True
    return False
