"""Transfers to vendors: prepared by a treasurer, approved by another person, sent, settled by a proof or returned.

Lock order: order → transfer → ledger accounts.
"""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, models

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from marketplace.events.actions import enqueue
from marketplace.workflow.door import Deed, Passage, doing, move_along, passing
from procurement.purchasing.checks import SHORTEST_REASON
from procurement.purchasing.models import Purchase
from procurement.settlement.actions import booking
from procurement.settlement.actions.drawing_up import draw_up, no_account, nothing_owed
from procurement.settlement.guards import insist, other_duty
from procurement.settlement.models import Evidence, PaymentObligation, Payout
from procurement.settlement.payout_workflow import AWAY, BEFORE_SENT
from vendors.models import BankAccount
from vendors.queries.accounts import verified_account


def payout_for(actor: Actor, payout_id: int) -> Payout:
    """The transfer, when it is of the actor's unit (auditors: region). Raises Payout.DoesNotExist otherwise."""
    found = Payout.objects.select_related("obligation__purchase")
    if actor.role is Role.AUDITOR:
        return found.get(pk=payout_id, region_id=actor.region_id or 0)
    return found.get(pk=payout_id, obligation__purchase__organisation_id=actor.organisation_id or 0)


# ── before it is sent ────────────────────────────────────────────────────────────────────────────────────────────
def draw_up_payout(*, actor: Actor, purchase_id: int) -> Payout:
    """Draw up a transfer anew, after one was cancelled, to the account the vendor may be paid to now.

    Raises Refused as `draw_up` does; Purchase.DoesNotExist for another unit's.
    """
    actor.require(Role.TREASURER)
    with doing(actor=actor) as deed:
        purchase = _locked_order(purchase_id, organisation_id=actor.organisation_id or 0)
        obligation = PaymentObligation.objects.filter(purchase=purchase).first()
        if obligation is None:
            raise nothing_owed(purchase.number)
        last = obligation.payouts.filter(
            state__in=["RETURNED", "CANCELLED"], replaced_by__isnull=True
        ).first()
        return draw_up(deed, obligation, purchase.number, replaces=last)


def prepare_payout(*, actor: Actor, payout_id: int) -> Payout:
    """Answer for a drawn-up transfer as its maker; another person may approve it then. Doing it again is harmless.

    Raises Refused `payout.wrong_state`, `payout.held`, `segregation`; Payout.DoesNotExist for another unit's.
    """
    actor.require(Role.TREASURER)
    purchase_id = payout_for(actor, payout_id).obligation.purchase_id
    try:
        with doing(actor=actor) as deed:
            purchase = _locked_order(purchase_id)
            payout = _locked(payout_id)
            prepare_in(deed, purchase, payout)
    except IntegrityError as broken:
        insist(other_duty(str(broken), "menyiapkan transfernya"))
        raise
    return payout


def prepare_in(deed: Deed, purchase: Purchase, payout: Payout) -> None:
    """Set the maker of a locked transfer of a locked order, inside a deed."""
    if payout.state != "DRAFT":
        raise _not_a_draft(payout)
    if payout.held_at is not None:
        raise _held(payout)
    actor = deed.actor
    purchase.treasurer_id, purchase.treasurer_user_id = actor.appointment_id, actor.user_id
    purchase.save(update_fields=["treasurer", "treasurer_user"])
    if payout.prepared_by_id == actor.user_id:
        return
    payout.prepared_by_id, payout.prepared_at = actor.user_id, deed.at
    payout.save(update_fields=["prepared_by", "prepared_at"])
    deed.record("payout.prepare", payout, _facts(payout, purchase.number))


def approve_payout(*, actor: Actor, payout_id: int, revision: int | None = None) -> Payout:
    """Approve a prepared transfer as another person (PPK-SKPD). The account's version is fixed by this.

    Raises Refused `payout.not_prepared`, `payout.same_person`, `segregation`, `payout.held`, `payout.no_account`,
    `payout.account_changed`, `wrong_state`, `stale`; Payout.DoesNotExist for another unit's.
    """
    number = payout_for(actor, payout_id).obligation.purchase.number
    with passing(Payout, payout_id, "approve", actor=actor, revision=revision) as passage:
        payout = passage.thing
        account = _payable_account(payout)
        payout.approved_by_id, payout.approved_at = actor.user_id, passage.at
        payout.name_inquiry = _inquiry(account)
        passage.facts.update(_facts(payout, number))
    return payout


def cancel_payout(*, actor: Actor, payout_id: int, reason: str, revision: int | None = None) -> Payout:
    """Cancel a transfer before it is sent; the debt stands, another one is drawn up when it shall be paid.

    Raises Refused `payout.reason`, `payout.in_batch`, `wrong_state`; Payout.DoesNotExist for another unit's.
    """
    number = payout_for(actor, payout_id).obligation.purchase.number
    _said(reason)
    with passing(Payout, payout_id, "cancel", actor=actor, revision=revision) as passage:
        passage.thing.reason = reason.strip()
        passage.facts.update(_facts(passage.thing, number), reason=reason.strip())
    return passage.thing


def hold_payout(*, actor: Actor, payout_id: int, reason: str) -> Payout:
    """Stop a transfer that is not sent yet, as auditor, and say why. Only an auditor lets it go again.

    Raises Refused `payout.reason` (it says too little), `payout.held`, `payout.gone`; Payout.DoesNotExist for another
    region's.
    """
    actor.require(Role.AUDITOR)
    _said(reason, least=SHORTEST_REASON)
    payout_for(actor, payout_id)
    with doing(actor=actor) as deed:
        payout = _locked(payout_id)
        insist_holdable(payout)
        payout.held_at, payout.held_by_id, payout.hold_reason = deed.at, actor.user_id, reason.strip()
        payout.save(update_fields=["held_at", "held_by", "hold_reason"])
        facts = _facts(payout, payout.obligation.purchase.number)
        deed.record("payout.hold", payout, {**facts, "reason": reason.strip()})
    return payout


def let_go_payout(*, actor: Actor, payout_id: int, reason: str) -> Payout:
    """Let a held transfer go, as auditor, and say why. Raises Refused `payout.not_held`, `payout.reason`."""
    actor.require(Role.AUDITOR)
    _said(reason, least=SHORTEST_REASON)
    payout_for(actor, payout_id)
    with doing(actor=actor) as deed:
        payout = _locked(payout_id)
        insist_held(payout)
        payout.held_at, payout.held_by_id, payout.hold_reason = None, None, ""
        payout.save(update_fields=["held_at", "held_by", "hold_reason"])
        facts = _facts(payout, payout.obligation.purchase.number)
        deed.record("payout.let_go", payout, {**facts, "reason": reason.strip()})
    return payout


def insist_holdable(payout: Payout) -> None:
    """Raise Refused `payout.gone` or `payout.held` for a transfer that cannot be stopped."""
    if payout.state not in BEFORE_SENT:
        raise Refused(
            "payout.gone",
            f"Transfer {payout.reference} berstatus “{payout.get_state_display()}”, jadi tidak dapat ditahan.",
            fix="Penahanan hanya berlaku sebelum transfer dikirim ke bank; buat temuan untuk yang sudah terkirim.",
        )
    if payout.held_at is not None:
        raise _held(payout)


def insist_held(payout: Payout) -> None:
    """Raise Refused `payout.not_held` for a transfer that nobody stopped."""
    if payout.held_at is None:
        raise Refused("payout.not_held", "Transfer ini tidak sedang ditahan.")


def insist_returnable(payout: Payout) -> None:
    """Raise Refused `payout.return_needs_proof` for a transfer that arrived: a person's word does not undo a proof."""
    if payout.state == "SETTLED":
        raise Refused(
            "payout.return_needs_proof",
            f"Transfer {payout.reference} sudah terbukti sampai, jadi tidak dapat dinyatakan kembali begitu saja.",
            fix="Pengembalian setelah sampai dicatat dari mutasi rekening bank.",
        )


# ── sent, settled, returned ──────────────────────────────────────────────────────────────────────────────────────
def send_payout(*, actor: Actor, payout_id: int, revision: int | None = None) -> Payout:
    """Say that an approved transfer was given to the bank; the debt is on its way from now on.

    Raises Refused `payout.in_batch`, `payout.held`, `wrong_state`; Payout.DoesNotExist for another unit's.
    """
    found = payout_for(actor, payout_id)
    with passing(Payout, payout_id, "send", actor=actor, revision=revision) as passage:
        if passage.thing.batch_id is not None:
            raise Refused(
                "payout.in_batch",
                "Transfer ini ada dalam sebuah kelompok dan dikirim bersama kelompoknya.",
                fix="Tandai kelompoknya sebagai sudah diunggah ke bank.",
            )
        leave(passage, found.obligation.purchase.number)
    return passage.thing


def leave(passage: Passage[Payout], number: str) -> None:
    """What leaving for the bank changes, inside the move `send`."""
    passage.thing.sent_at = passage.at
    booking.payout_sent(passage, passage.thing, number)
    passage.facts.update(_facts(passage.thing, number))


def settle_in(deed: Deed, payout: Payout, purchase: Purchase, proof: models.Model) -> None:
    """Book the arrival of a transfer by its proof, before the move `settle` is complete.

    A statement line's amount was compared with the transfer's when the two were matched.
    """
    kind = str(getattr(proof, "aggregate", proof._meta.model_name))
    payout.proof, payout.settled_at = f"{kind}:{proof.pk}", deed.at
    if isinstance(proof, Evidence):
        if proof.verified_at is None or proof.amount != payout.amount:
            raise Refused(
                "payout.proof", "Bukti belum diverifikasi, atau nilainya berbeda dari transfer ini."
            )
        payout.evidence = proof
    named = {kind: proof.pk} if kind == "statement_line" else {kind: proof}
    booking.payout_settled(deed, payout, purchase.number, named)
    enqueue("settlement.complete", {"purchase": purchase.pk}, key=f"payout:{payout.pk}")


def settle_by_line(deed: Deed, payout_id: int, line: models.Model) -> Payout | None:
    """Settle a transfer by the bank's line that is matched with it. `line.aggregate` is `statement_line`.

    None, and nothing done, when it arrived or came back already, or while a slip of it waits for its second person.
    The order is completed by a job when nothing else is open.
    """
    purchase = _locked_order(Payout.objects.get(pk=payout_id).obligation.purchase_id)
    payout = _locked(payout_id)
    slips = Evidence.objects.filter(purchase_number=purchase.number, kind=Evidence.Kind.BANK_TRANSFER)
    if payout.state not in AWAY or slips.filter(verified_at=None).exists():
        return None
    settle_in(deed, payout, purchase, line)
    payout.save(update_fields=["proof", "settled_at"])
    return _arrived(deed, payout, purchase)


def settle_by_evidence(deed: Deed, purchase: Purchase, evidence: Evidence) -> Payout:
    """Settle the order's transfer by evidence that is being verified, in that same deed.

    Raises Refused `evidence.not_due` when none is on its way, or when the slip was recorded before it left.
    """
    payout = (
        Payout.objects.select_for_update(of=("self",))
        .filter(obligation__purchase=purchase, state__in=AWAY)
        .first()
    )
    if payout is None or payout.sent_at is None or evidence.recorded_at < payout.sent_at:
        raise Refused(
            "evidence.not_due",
            f"Bukti ini tidak cocok dengan transfer pesanan {purchase.number} yang sedang berjalan.",
            fix="Catat bukti transfer yang terakhir dikirim; yang terbukti oleh rekening koran tidak perlu bukti lain.",
        )
    settle_in(deed, payout, purchase, evidence)
    payout.save(update_fields=["proof", "settled_at", "evidence"])
    return _arrived(deed, payout, purchase)


def _arrived(deed: Deed, payout: Payout, purchase: Purchase) -> Payout:
    facts: dict[str, Any] = {**_facts(payout, purchase.number), "proof": payout.proof}
    return move_along(deed, Payout, payout.pk, "settle", facts=facts)


def return_payout(
    *,
    actor: Actor,
    payout_id: int,
    reason: str,
    revision: int | None = None,
    proof: models.Model | None = None,
) -> Payout:
    """The bank gave a transfer back: it stays as returned, the debt stands again, and a new one is drawn up.

    The new one needs its own maker and checker. One that arrived already is returned by a `proof` alone (a statement
    line), which people do not name here. Returns the new transfer. Raises Refused `payout.reason`,
    `payout.return_needs_proof`, `wrong_state`; Payout.DoesNotExist for another unit's.
    """
    found = (
        Payout.objects.select_related("obligation__purchase").get(pk=payout_id)
        if actor.role is Role.SYSTEM
        else payout_for(actor, payout_id)
    )
    _said(reason)
    with doing(actor=actor) as deed:
        purchase = _locked_order(found.obligation.purchase_id)
        payout = _locked(payout_id)
        if proof is None:
            insist_returnable(payout)
        payout.reason = reason.strip()[:200]
        payout.save(update_fields=["reason"])
        booking.payout_returned(deed, payout, payout.reason)
        if purchase.vendor_paid_at is not None:  # it had arrived, and is owed again
            purchase.vendor_paid_at = None
            purchase.save(update_fields=["vendor_paid_at"])
        facts = {**_facts(payout, purchase.number), "reason": payout.reason}
        returned = move_along(deed, Payout, payout_id, "return", facts=facts, revision=revision)
        account = verified_account(purchase.vendor_id) or payout.bank_account
        return draw_up(deed, payout.obligation, purchase.number, to=account, replaces=returned)


# ── insides ──────────────────────────────────────────────────────────────────────────────────────────────────────
def _locked_order(purchase_id: int, **of: int) -> Purchase:
    return Purchase.objects.select_for_update(of=("self",)).get(pk=purchase_id, **of)


def _locked(payout_id: int) -> Payout:
    found = Payout.objects.select_for_update(of=("self",)).select_related("obligation__purchase")
    return found.get(pk=payout_id)


def _payable_account(payout: Payout) -> BankAccount:
    """The account of the transfer, if it still is the one that the vendor is paid to."""
    usable = verified_account(payout.obligation.purchase.vendor_id)
    if usable is None:
        raise no_account()
    if usable.pk != payout.bank_account_id:
        raise Refused(
            "payout.account_changed",
            f"Rekening penyedia berubah sejak transfer ini disiapkan: versi {payout.bank_account.version} menjadi "
            f"versi {usable.version}.",
            rule="Transfer hanya ke versi rekening yang diperiksa saat disetujui",
            fix="Minta bendahara membatalkan transfer ini dan menyiapkannya lagi ke rekening yang baru.",
        )
    return usable


def _inquiry(account: BankAccount) -> dict[str, object]:
    assert account.verified_at is not None  # held by `verified_account`
    return {
        "match": account.name_match,
        "account_version": account.version,
        "number_hash": account.number_hash,
        "verified_at": account.verified_at.isoformat(),
        "verified_by": account.verified_by_id,
    }


def _facts(payout: Payout, number: str) -> dict[str, object]:
    return {
        "reference": payout.reference,
        "number": number,
        "amount_rupiah": payout.amount,
        "bank_account_version": payout.bank_account.version,
    }


def _said(reason: str, *, least: int = 1) -> None:
    if len(reason.strip()) < least:
        raise Refused(
            "payout.reason",
            f"Alasan paling sedikit {least} huruf." if reason.strip() else "Alasan belum diisi.",
            fix="Tulis alasannya dalam satu kalimat.",
            field="reason",
        )


def _held(payout: Payout) -> Refused:
    return Refused(
        "payout.held",
        f"Transfer ini ditahan auditor: {payout.hold_reason}",
        fix="Selesaikan pertanyaan auditor; hanya auditor yang dapat melepas penahanan.",
    )


def _not_a_draft(payout: Payout) -> Refused:
    return Refused(
        "payout.wrong_state",
        f"Transfer {payout.reference} berstatus “{payout.get_state_display()}”, jadi tidak dapat disiapkan lagi.",
        fix="Muat ulang halaman untuk melihat langkah yang tersedia sekarang.",
    )
