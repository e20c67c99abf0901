"""Paying through a provider: start, send, ask again, give up.

Network calls happen between transactions, never inside one. Every step may run twice and leaves the same result.
What the provider tells us by itself is in `actions.notifications`.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime, timedelta
from secrets import randbelow

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.money import SEN_PER_RUPIAH
from marketplace.core.transitions import Refused
from marketplace.events.actions import enqueue
from marketplace.workflow.door import begin, doing, stale
from procurement.purchasing.models import Purchase
from procurement.settlement.actions import booking
from procurement.settlement.actions.misfits import missing, to_ask
from procurement.settlement.actions.notifications import advance, keep_answer, process_event
from procurement.settlement.actions.paying import CASHIER
from procurement.settlement.guards import insist, other_duty
from procurement.settlement.models import (
    Instrument,
    OutsidePayment,
    PaymentAttempt,
    PaymentObligation,
    ProviderEvent,
)
from procurement.settlement.outside import STANDING
from procurement.settlement.providers import provider
from procurement.settlement.providers.base import Outcome, Provider, Result
from procurement.settlement.providers.offers import why_not
from procurement.settlement.workflow import MOVE_OF_OUTCOME, OPEN

ASK_AGAIN_AFTER = timedelta(minutes=2)
"""How long a notification may take before the provider is asked by our reference."""
GIVE_UP_AFTER = timedelta(days=1)
"""How long an attempt may stay without a result before it is given up and the order can be paid anew."""
WHILE_A_CODE_WAITS = timedelta(hours=1)
"""How often the provider is asked about a code that waits for its payer."""
BATCH = 50
WITHDRAWN = "Dibatalkan bendahara sebelum dibayar"


class StillUnknown(Exception):
    """The provider has not answered; the job shall come back later."""


# ── the treasurer starts ─────────────────────────────────────────────────────────────────────────────────────────
def start_payment(
    *, actor: Actor, purchase_id: int, provider_name: str = "stripe", revision: int | None = None
) -> PaymentAttempt:
    """Start paying an approved obligation through a provider; a job sends it after the commit.

    `revision` is the order's as the person saw it, where a page was checked before. What rooms above object to
    (`settings.PAYMENT_CHECKS`, such as an imprest that is used up) stops it, too.

    Raises Refused `stale`, `payment.not_approved`, `payment.not_gateway`, `payment.in_progress` (double click, or
    an earlier attempt without an answer yet), `payment.received` (money came, the order is not marked paid yet),
    `provider.off`, `payment.outside_limits`, `segregation`, `wrong_role`; Purchase.DoesNotExist.
    """
    actor.require(Role.TREASURER)
    plugin = provider(provider_name)
    try:
        with doing(actor=actor) as deed:
            obligation = _payable(actor, purchase_id, revision)
            insist(why_not(plugin, to_ask(obligation) * SEN_PER_RUPIAH, region_id=obligation.region_id))
            attempt = begin(_new_attempt(actor, obligation, plugin, deed.at), at=deed.at)
            number = obligation.purchase.number
            facts = {"reference": attempt.reference, "amount_rupiah": attempt.amount, "number": number}
            deed.record("payment.start", attempt, facts)
            enqueue("settlement.send_attempt", {"attempt": attempt.pk}, key=attempt.reference)
    except IntegrityError as broken:
        raise _explained(broken) from broken
    return attempt


def _payable(actor: Actor, purchase_id: int, revision: int | None) -> PaymentObligation:
    """The obligation of the order, its row locked and its treasurer set."""
    purchase = Purchase.objects.select_for_update(of=("self",)).get(
        pk=purchase_id, organisation_id=actor.organisation_id or 0
    )
    if revision is not None and purchase.revision != revision:
        raise stale()
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
    if OutsidePayment.objects.filter(obligation=obligation, state__in=STANDING).exists():
        raise Refused(
            "payment.outside",
            "Pembayaran di luar sistem sudah diusulkan untuk pesanan ini.",
            fix="Selesaikan atau tarik usulan itu, agar penyedia tidak dibayar dua kali.",
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
    for path in settings.PAYMENT_CHECKS:
        import_string(path)(purchase, obligation)
    purchase.treasurer_id, purchase.treasurer_user_id = actor.appointment_id, actor.user_id
    purchase.save(update_fields=["treasurer", "treasurer_user"])
    return obligation


def _new_attempt(
    actor: Actor, obligation: PaymentObligation, plugin: Provider, at: datetime
) -> PaymentAttempt:
    assert actor.user_id is not None  # held by `require`
    shortest, longest = plugin.capabilities.expiry
    wait = max(shortest, min(longest, int(GIVE_UP_AFTER.total_seconds())))
    return PaymentAttempt(
        obligation=obligation,
        region_id=obligation.region_id,
        provider=plugin.name,
        reference=f"BYR-{obligation.pk}-{randbelow(10**8):08d}",
        instrument=Instrument(plugin.capabilities.instrument),
        expires_at=at + timedelta(seconds=wait) if wait else None,
        amount=to_ask(obligation),
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
    insist(other_duty(str(broken), "membayarnya"))
    raise broken


def withdraw_payment(*, actor: Actor, purchase_id: int) -> PaymentAttempt:
    """Give up a payment whose number or code nobody has paid, so that another way can be chosen.

    The provider is asked first, and takes no money for it any more before anything is noted. Raises Refused
    `payment.nothing_waits`, `payment.received` (it was paid meanwhile), `payment.unknown`, `wrong_role`;
    Purchase.DoesNotExist.
    """
    actor.require(Role.TREASURER)
    purchase = Purchase.objects.get(pk=purchase_id, organisation_id=actor.organisation_id or 0)
    waiting = PaymentAttempt.objects.filter(obligation__purchase=purchase, state__in=OPEN).exclude(
        pay_code=""
    )
    attempt = waiting.first()
    if attempt is None:
        raise Refused(
            "payment.nothing_waits",
            "Tidak ada pembayaran yang menunggu dibayar.",
            fix="Muat ulang halaman untuk melihat statusnya.",
        )
    plugin = provider(attempt.provider)
    result = plugin.sync(attempt.reference)
    if result.outcome == Outcome.CAPTURED:
        process_event(keep_answer(attempt, result))
        raise Refused("payment.received", "Pembayaran ini sudah dibayar, jadi tidak dapat dibatalkan.")
    if result.outcome == Outcome.UNKNOWN or not _withdrawn(plugin, attempt, result):
        raise Refused(
            "payment.unknown",
            "Bank belum memastikan bahwa kode ini dicabut.",
            fix="Jangan membayar lewat jalan lain dahulu; ulangi beberapa saat lagi.",
        )
    with doing(actor=actor) as deed:
        deed.record("payment.withdraw", attempt, {"reference": attempt.reference})
    advance(attempt.pk, "cancel", {"reason": WITHDRAWN}, reason=WITHDRAWN)
    return attempt


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
        elif result.outcome == Outcome.PENDING and plugin.capabilities.shows_code:
            result = _without_code(plugin, attempt, result)
    _note(attempt, result)
    if result.outcome == Outcome.UNKNOWN:
        raise StillUnknown(attempt.reference)


def sync_attempt(attempt_id: int) -> None:
    """Ask the provider by our reference, when no notification settled an attempt. Raises StillUnknown."""
    attempt = PaymentAttempt.objects.select_related("obligation__purchase").get(pk=attempt_id)
    if attempt.state not in OPEN:
        return
    plugin = provider(attempt.provider)
    result = plugin.sync(attempt.reference)
    if result.outcome == Outcome.PENDING and plugin.capabilities.shows_code:
        _ask_later(attempt)
        return
    if result.outcome in {Outcome.UNKNOWN, Outcome.NOT_FOUND, Outcome.PENDING}:
        raise StillUnknown(attempt.reference)
    event_id = keep_answer(attempt, result)
    process_event(event_id)


def _ask_later(attempt: PaymentAttempt) -> None:
    """A person has yet to pay the code: look again in an hour, in case the notice of it gets lost."""
    now = clock.now()
    with transaction.atomic():
        enqueue(
            "settlement.sync_attempt",
            {"attempt": attempt.pk},
            key=f"{attempt.reference}:{now:%Y%m%d%H}",
            run_at=now + WHILE_A_CODE_WAITS,
        )


def _create(plugin: Provider, attempt: PaymentAttempt) -> Result:
    return plugin.create(
        reference=attempt.reference,
        amount=attempt.amount * SEN_PER_RUPIAH,
        description=f"Pesanan {attempt.obligation.purchase.number}",
        idempotency_key=attempt.reference,
        expires_at=attempt.expires_at,
    )


def _without_code(plugin: Provider, attempt: PaymentAttempt, result: Result) -> Result:
    """The answer that held the payer's code was lost and it is not told again: the payment is withdrawn."""
    if attempt.pay_code or result.pay_code:
        return result
    cancelled = _cancelled(plugin, attempt, result)
    reason = "Kode bayar hilang di perjalanan; mulai pembayaran lagi."
    if cancelled.outcome == Outcome.CANCELLED:
        return replace(cancelled, reason=reason)
    return Result(Outcome.UNKNOWN, reason=reason)


def _note(attempt: PaymentAttempt, result: Result) -> None:
    """Keep what an answer tells. Money counts only by a stored event: a captured answer waits for its notification."""
    outcome = Outcome.PENDING if result.outcome == Outcome.CAPTURED else result.outcome
    advance(
        attempt.pk,
        MOVE_OF_OUTCOME[outcome],
        {"reason": result.reason},
        provider_ref=result.provider_ref,
        reason=result.reason,
        pay_code=result.pay_code,
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
    return _cancelled(plugin, attempt, result).outcome == Outcome.CANCELLED


def _cancelled(plugin: Provider, attempt: PaymentAttempt, result: Result) -> Result:
    """What the provider answers when told to take no money for the attempt any more; asked twice is as once."""
    return plugin.cancel(
        result.provider_ref or attempt.provider_ref,
        idempotency_key=f"cancel:{attempt.reference}",
        reference=attempt.reference,
    )
