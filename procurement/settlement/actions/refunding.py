"""Jobs that carry approved refunds out: send, ask again. Network calls happen between transactions, never inside one.

An answer of ours is no proof: a refund is done when the provider's signed word, or its answer to a later question by
our reference, says so.
"""

from __future__ import annotations

from django.db import transaction

from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.events.actions import enqueue
from marketplace.workflow.door import UnlessFurther, passing
from procurement.settlement.actions.gateway import ASK_AGAIN_AFTER, StillUnknown
from procurement.settlement.actions.misfits import told_of
from procurement.settlement.actions.notifications import keep_refund_answer, process_event
from procurement.settlement.actions.paying import CASHIER
from procurement.settlement.models import Refund
from procurement.settlement.money_workflow import UNDER_WAY
from procurement.settlement.providers import provider
from procurement.settlement.providers.base import Outcome, Provider, Refunding, Result


def send_refund(refund_id: int) -> None:
    """Send an approved refund; when it was sent before, ask how it went first. Raises StillUnknown."""
    refund = Refund.objects.get(pk=refund_id)
    if refund.state not in UNDER_WAY:
        return
    plugin = provider(refund.provider)
    if _advance(refund_id, "send"):
        result = _ask_for(plugin, refund)
    else:
        result = _stands(plugin, refund)
        if result.outcome == Outcome.NOT_FOUND:
            result = _ask_for(plugin, refund)
    _note(refund, result)


def _ask_for(plugin: Provider, refund: Refund) -> Result:
    return plugin.refund(refund.payment_ref, amount=refund.amount, idempotency_key=refund.reference)


def _stands(plugin: Provider, refund: Refund) -> Result:
    if not isinstance(plugin, Refunding):
        raise Refused(
            "provider.cannot_tell", "Penyedia pembayaran ini tidak dapat ditanyai tentang pengembalian."
        )
    return plugin.sync_refund(refund.payment_ref, refund.reference)


def _note(refund: Refund, result: Result) -> None:
    if result.outcome == Outcome.UNKNOWN:
        _advance(refund.pk, "lose")
        raise StillUnknown(refund.reference)
    if result.outcome in {Outcome.FAILED, Outcome.CANCELLED}:
        process_event(keep_refund_answer(refund, result))
        return
    _advance(refund.pk, "accept", provider_ref=result.provider_ref)
    with transaction.atomic():
        later = clock.now() + ASK_AGAIN_AFTER
        enqueue("settlement.ask_refund", {"refund": refund.pk}, key=refund.reference, run_at=later)


def ask_refund(refund_id: int) -> None:
    """Ask the provider how a refund stands, when no notification told. Raises StillUnknown."""
    refund = Refund.objects.get(pk=refund_id)
    if refund.state not in UNDER_WAY:
        return
    result = _stands(provider(refund.provider), refund)
    if result.outcome in {Outcome.UNKNOWN, Outcome.NOT_FOUND, Outcome.PENDING}:
        raise StillUnknown(refund.reference)
    process_event(keep_refund_answer(refund, result))


def _advance(refund_id: int, move: str, *, provider_ref: str = "") -> bool:
    """Take a move that only records; False when the refund is already further."""
    with UnlessFurther(), passing(Refund, refund_id, move, actor=CASHIER) as passage:
        passage.thing.provider_ref = passage.thing.provider_ref or provider_ref
        passage.facts.update(told_of(passage.thing))
        return True
    return False
