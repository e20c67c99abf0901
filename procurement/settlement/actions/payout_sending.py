"""Transfers through a provider that can pay out: sent by a job outside transactions, then asked about.

A transfer is given to the provider once. When no answer came it is UNKNOWN, and only asking by our reference resolves
it; it is never sent anew. A provider that never heard of it leaves it UNKNOWN for people to decide.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.money import SEN_PER_RUPIAH
from marketplace.core.transitions import Refused
from marketplace.events.actions import enqueue
from marketplace.workflow.door import UnlessFurther, doing, passing
from procurement.settlement.actions.gateway import StillUnknown
from procurement.settlement.actions.paying import CASHIER
from procurement.settlement.actions.payouts import leave, payout_for, return_payout
from procurement.settlement.models import Payout
from procurement.settlement.payout_workflow import AWAY
from procurement.settlement.providers import provider
from procurement.settlement.providers.base import Beneficiary, PayoutOutcome, PayoutResult

ASK_AGAIN_AFTER = timedelta(minutes=2)


def send_by_provider(*, actor: Actor, payout_id: int, provider_name: str) -> Payout:
    """Have an approved transfer sent through a provider, as treasurer; a job sends it after the commit.

    Raises Refused `provider.no_payout`, `provider.off`, `payout.in_batch`, `payout.held`, `payout.wrong_state`;
    Payout.DoesNotExist for another unit's.
    """
    actor.require(Role.TREASURER)
    plugin = provider(provider_name)
    if not plugin.capabilities.payout:
        raise Refused(
            "provider.no_payout",
            f"Penyedia pembayaran “{provider_name}” tidak dapat mengirim transfer ke penyedia.",
            fix="Kirim transfer melalui portal bank, sendiri atau dalam kelompok.",
        )
    payout_for(actor, payout_id)
    with doing(actor=actor) as deed:
        payout = Payout.objects.select_for_update(of=("self",)).get(pk=payout_id)
        _sendable(payout)
        if payout.provider == provider_name:
            return payout
        payout.provider = provider_name
        payout.save(update_fields=["provider"])
        facts = {"reference": payout.reference, "provider": provider_name, "amount_rupiah": payout.amount}
        deed.record("payout.entrust", payout, facts)
        enqueue(
            "settlement.send_payout", {"payout": payout.pk}, key=f"{payout.reference}:{deed.at.timestamp()}"
        )
    return payout


def send_to_provider(payout_id: int) -> None:
    """The job: leave our hands in one transaction, then call the provider; later runs only ask.

    Raises StillUnknown so that the job comes back.
    """
    payout = Payout.objects.select_related("obligation__purchase", "bank_account").get(pk=payout_id)
    if payout.state != "APPROVED":
        ask_provider(payout_id)
        return
    if not _left(payout):
        return
    account = payout.bank_account
    result = provider(payout.provider).payout(
        reference=payout.reference,
        amount=payout.amount * SEN_PER_RUPIAH,
        to=Beneficiary(account.bank_code, account.number, account.holder_name),
        description=payout.obligation.purchase.number,
        idempotency_key=payout.reference,
    )
    _note(payout, result)


def ask_provider(payout_id: int) -> None:
    """Ask by our reference where a transfer stands. Raises StillUnknown while nobody knows."""
    payout = Payout.objects.get(pk=payout_id)
    if payout.state not in AWAY or not payout.provider:
        return
    _note(payout, provider(payout.provider).payout_status(payout.reference))


def _sendable(payout: Payout) -> None:
    if payout.batch_id is not None:
        raise Refused(
            "payout.in_batch", "Transfer ini ada dalam sebuah kelompok dan dikirim bersama kelompoknya."
        )
    if payout.held_at is not None:
        raise Refused("payout.held", f"Transfer ini ditahan auditor: {payout.hold_reason}")
    if payout.state != "APPROVED":
        raise Refused(
            "payout.wrong_state",
            f"Transfer {payout.reference} berstatus “{payout.get_state_display()}”, jadi tidak dapat dikirim.",
            fix="Hanya transfer yang disetujui dan belum dikirim yang dapat dikirim.",
        )


def _left(payout: Payout) -> bool:
    """Take the move to SENT with its booking; False when another worker took it, or an auditor holds it.

    A held one is taken back from the provider: once it is let go, the treasurer sends it again.
    """
    try:
        with passing(Payout, payout.pk, "send", actor=CASHIER) as passage:
            leave(passage, payout.obligation.purchase.number)
    except Refused as refusal:
        if refusal.code == "payout.held":
            Payout.objects.filter(pk=payout.pk, state="APPROVED").update(provider="")
        elif refusal.code != "wrong_state":
            raise
        return False
    return True


def _note(payout: Payout, result: PayoutResult) -> None:
    """Do what an answer says. None of them settles: that the money arrived, only a proof of it says."""
    if result.outcome == PayoutOutcome.FAILED:
        return_payout(actor=CASHIER, payout_id=payout.pk, reason=result.reason or "ditolak bank")
    elif result.outcome in {PayoutOutcome.ACCEPTED, PayoutOutcome.PENDING}:
        _moved(payout, "accept", result)
        if result.outcome == PayoutOutcome.PENDING:
            _ask_again(payout)
    else:
        _moved(payout, "lose", result)
        raise StillUnknown(payout.reference)


def _ask_again(payout: Payout) -> None:
    with transaction.atomic():
        key = f"{payout.reference}:{clock.now():%Y%m%d%H%M}"
        later = clock.now() + ASK_AGAIN_AFTER
        enqueue("settlement.ask_payout", {"payout": payout.pk}, key=key, run_at=later)


def _moved(payout: Payout, move: str, result: PayoutResult) -> None:
    """Take a move that only records; nothing when the transfer is there or further already."""
    with UnlessFurther(), passing(Payout, payout.pk, move, actor=CASHIER) as passage:
        passage.thing.provider_ref = result.provider_ref or passage.thing.provider_ref
        passage.facts.update(reference=payout.reference)
