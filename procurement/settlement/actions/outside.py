"""Payments made outside the system: a listed reason, exactly what is owed, three persons, and a proof that is kept.

Only the approved proof pays the order, by the same action as any other (`actions.paying`). A receipt for notes and
coins is no proof (SE Mendagri 910/1866/SJ).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from django.core.files.base import ContentFile
from django.db import IntegrityError

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import SEGREGATION_BASIS, Role
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.core.uploads import checked_document
from marketplace.events.actions import enqueue
from marketplace.regulation.queries import parameter
from marketplace.workflow.door import Deed, begin, doing, move_along
from procurement.purchasing.models import Purchase
from procurement.settlement import guards
from procurement.settlement.actions.treasury import act_on_evidence, check_document, check_not_before
from procurement.settlement.models import (
    Evidence,
    Journal,
    OutsidePayment,
    PaymentAttempt,
    PaymentObligation,
)
from procurement.settlement.outside import STANDING
from procurement.settlement.workflow import OPEN

CASHLESS_BASIS = "SE Mendagri 910/1866/SJ: pembayaran daerah nontunai"


@dataclass(frozen=True, slots=True)
class OutsideProof:
    """What the treasurer copies from the document: its kind, number, day, `amount` in rupiah, and the scan."""

    kind: str
    number: str
    dated: date
    amount: int
    file: bytes


def outside_reasons(region_id: int | None) -> dict[str, tuple[str, str]]:
    """Code → (words, legal basis) of the reasons in force today for paying outside the system."""
    rule = parameter("payment.outside_reasons", region_id=region_id)
    return {code: (words, basis) for code, (words, basis) in rule.value.items()}


def propose_outside(*, actor: Actor, purchase_id: int, reason: str, proof: OutsideProof) -> OutsidePayment:
    """Propose, as treasurer, that an approved order was paid outside the system. Nothing is paid by this.

    Raises Refused `outside.reason`, `outside.proof_kind` (no receipt for notes and coins), `outside.not_due`,
    `outside.in_progress`, `outside.money_came`, `outside.standing`, `evidence.amount`, `evidence.number_used`,
    `evidence.number`, `evidence.date`, `document_*` for the file, `segregation`; Purchase.DoesNotExist.
    """
    actor.require(Role.TREASURER)
    _check(proof)
    clean = checked_document(proof.file)
    try:
        with doing(actor=actor) as deed:
            purchase = Purchase.objects.select_for_update(of=("self",)).get(
                pk=purchase_id, organisation_id=actor.organisation_id or 0
            )
            check_not_before(proof.dated, clock.day_of(purchase.submitted_at))
            obligation = _free_obligation(purchase)
            guards.insist(
                guards.amount_as_expected(
                    stated=proof.amount, expected=obligation.net, document="Dokumen itu"
                )
            )
            words, basis = _reason(reason, purchase.region_id)
            _number_unused(purchase.region_id, proof)
            outside = OutsidePayment(
                obligation=obligation,
                region_id=purchase.region_id,
                reason=reason,
                reason_text=words,
                legal_basis=basis,
                kind=proof.kind,
                number=proof.number.strip(),
                dated=proof.dated,
                amount=proof.amount,
                file_sha256=sha256(clean.content).hexdigest(),
                proposed_by_id=actor.user_id or 0,
            )
            outside.file.save(outside.file_sha256, ContentFile(clean.content), save=False)
            begin(outside, at=deed.at)
            purchase.treasurer_id, purchase.treasurer_user_id = actor.appointment_id, actor.user_id
            purchase.save(update_fields=["treasurer", "treasurer_user"])
            deed.record("outside.propose", outside, {**_facts(purchase, outside), "state": outside.state})
    except IntegrityError as broken:
        raise _explained(broken) from broken
    return outside


def examine_outside(*, actor: Actor, outside_id: int, revision: int | None = None) -> OutsidePayment:
    """State as PPK-SKPD that the proof agrees with the bank's or treasury's own record.

    Raises Refused `outside.same_person`, `outside.not_due` and its like, the door's; OutsidePayment.DoesNotExist.
    """
    with doing(actor=actor) as deed:
        purchase, outside = _locked(actor, outside_id)
        _free_obligation(purchase, besides=outside)
        _another(actor, outside)
        outside.examined_by_id, outside.examined_at = actor.user_id, deed.at
        outside.save(update_fields=["examined_by", "examined_at"])
        return move_along(
            deed, OutsidePayment, outside.pk, "examine", facts=_facts(purchase, outside), revision=revision
        )


def approve_outside(*, actor: Actor, outside_id: int, revision: int | None = None) -> OutsidePayment:
    """Approve as PA/KPA: the proof becomes verified evidence, and evidence pays the order. Twice is refused.

    Raises Refused `outside.same_person`, `outside.not_due` and its like, `evidence.number_used`, the door's;
    OutsidePayment.DoesNotExist.
    """
    try:
        with doing(actor=actor) as deed:
            purchase, outside = _locked(actor, outside_id)
            _free_obligation(purchase, besides=outside)
            _another(actor, outside)
            OutsidePayment.moves.decide(outside.state, "approve", actor.role, {})
            outside.evidence, outside.approved_by_id = _evidence(deed, purchase, outside), actor.user_id
            outside.save(update_fields=["evidence", "approved_by"])
            facts = _facts(purchase, outside)
            move_along(deed, OutsidePayment, outside.pk, "approve", facts=facts, revision=revision)
            enqueue("settlement.evidence", {"evidence": outside.evidence.pk}, key=str(outside.evidence.pk))
    except IntegrityError as broken:
        raise _explained(broken) from broken
    act_on_evidence(outside.evidence.pk)
    return OutsidePayment.objects.get(pk=outside.pk)


def reject_outside(*, actor: Actor, outside_id: int, reason: str, revision: int | None = None) -> None:
    """Refuse the proposal with a reason; the order is paid in the ordinary way. Raises Refused `reason.missing`."""
    _end(actor, outside_id, "reject", reason, revision)


def withdraw_outside(*, actor: Actor, outside_id: int, reason: str, revision: int | None = None) -> None:
    """Take back one's own proposal before it was examined. Raises Refused `reason.missing`."""
    _end(actor, outside_id, "withdraw", reason, revision)


# ── insides ──────────────────────────────────────────────────────────────────────────────────────────────────────
def _end(actor: Actor, outside_id: int, name: str, reason: str, revision: int | None) -> None:
    if len(reason.strip()) < 5:
        raise Refused(
            "reason.missing",
            "Alasan belum diisi.",
            fix="Tulis alasannya, paling sedikit 5 huruf.",
            field="reason",
        )
    with doing(actor=actor) as deed:
        purchase, outside = _locked(actor, outside_id)
        outside.refused_because = reason.strip()[:300]
        outside.save(update_fields=["refused_because"])
        facts = {**_facts(purchase, outside), "reason": outside.refused_because}
        move_along(deed, OutsidePayment, outside.pk, name, facts=facts, revision=revision)


def _locked(actor: Actor, outside_id: int) -> tuple[Purchase, OutsidePayment]:
    """The order, then the proposal, both locked; DoesNotExist for another unit's."""
    found = OutsidePayment.objects.select_related("obligation").get(
        pk=outside_id, obligation__purchase__organisation_id=actor.organisation_id or 0
    )
    purchase = Purchase.objects.select_for_update(of=("self",)).get(pk=found.obligation.purchase_id)
    return purchase, OutsidePayment.objects.select_for_update(of=("self",)).get(pk=outside_id)


def _free_obligation(purchase: Purchase, *, besides: OutsidePayment | None = None) -> PaymentObligation:
    """What is owed, when nothing else pays it or has paid it. Raises Refused `outside.*`."""
    obligation = PaymentObligation.objects.filter(purchase=purchase).first()
    if obligation is None or purchase.state != "PAYMENT_APPROVED":
        raise Refused(
            "outside.not_due",
            f"Pesanan {purchase.number} berstatus “{purchase.get_state_display()}”.",
            fix="Pembayaran di luar sistem dicatat setelah PA/KPA menyetujui pembayaran dan sebelum pesanan dibayar.",
        )
    attempts = PaymentAttempt.objects.filter(obligation=obligation)
    if attempts.filter(state__in=OPEN).exists():
        raise Refused(
            "outside.in_progress",
            "Pembayaran melalui penyedia pembayaran sedang berjalan.",
            fix="Tunggu hasilnya, agar penyedia tidak dibayar dua kali.",
        )
    received = attempts.filter(received__gt=0).exists() or attempts.filter(state="CAPTURED").exists()
    if received or Journal.objects.filter(purchase_number=purchase.number).exists():
        raise Refused(
            "outside.money_came",
            "Uang untuk pesanan ini sudah tercatat pada buku besar.",
            fix="Selesaikan pembayaran yang sudah tercatat itu.",
        )
    if Evidence.objects.filter(purchase_number=purchase.number, region_id=purchase.region_id).exists():
        raise Refused(
            "outside.evidence",
            "Bukti bayar pesanan ini sudah dicatat dan menunggu verifikasi.",
            fix="Minta PPK-SKPD memverifikasi bukti itu.",
        )
    others = OutsidePayment.objects.filter(obligation=obligation, state__in=STANDING)
    if any(other != besides for other in others):
        raise _standing()
    return obligation


def _standing() -> Refused:
    return Refused(
        "outside.standing",
        "Pembayaran di luar sistem sudah diusulkan untuk pesanan ini.",
        fix="Selesaikan atau tarik usulan itu lebih dahulu.",
    )


def _check(proof: OutsideProof) -> None:
    if proof.kind not in Evidence.Kind.values:
        raise Refused(
            "outside.proof_kind",
            "Hanya SP2D atau bukti transfer bank yang membuktikan pembayaran; kuitansi uang fisik tidak diterima.",
            rule=CASHLESS_BASIS,
            fix="Unggah SP2D atau bukti transfer dari bank.",
        )
    check_document(proof.number, proof.dated)


def _reason(code: str, region_id: int) -> tuple[str, str]:
    found = outside_reasons(region_id).get(code)
    if found is None:
        raise Refused(
            "outside.reason",
            "Alasan itu tidak ada dalam daftar alasan yang berlaku.",
            rule=parameter("payment.outside_reasons", region_id=region_id).legal_basis,
            fix="Pilih alasan dari daftar.",
        )
    return found


def _number_unused(region_id: int, proof: OutsideProof) -> None:
    if Evidence.objects.filter(
        region_id=region_id, kind=proof.kind, number__iexact=proof.number.strip()
    ).exists():
        raise _number_used()


def _number_used() -> Refused:
    return Refused(
        "evidence.number_used",
        "Nomor dokumen itu sudah dicatat untuk pembayaran lain.",
        fix="Satu dokumen membayar satu pesanan; periksa nomornya.",
    )


def _another(actor: Actor, outside: OutsidePayment) -> None:
    if actor.user_id in {outside.proposed_by_id, outside.examined_by_id}:
        raise Refused(
            "outside.same_person",
            "Anda sudah mengusulkan atau memeriksa pembayaran ini, jadi orang lain yang memutuskan.",
            rule=SEGREGATION_BASIS,
            fix="Minta pejabat lain melanjutkan.",
        )


def _evidence(deed: Deed, purchase: Purchase, outside: OutsidePayment) -> Evidence:
    evidence = Evidence(
        region_id=purchase.region_id,
        kind=outside.kind,
        number=outside.number,
        dated=outside.dated,
        amount=outside.amount,
        purchase_number=purchase.number,
        file_sha256=outside.file_sha256,
        file=outside.file.name,
        recorded_by_id=outside.proposed_by_id,
        recorded_at=outside.created_at,
        verified_by_id=outside.examined_by_id,
        verified_at=outside.examined_at,
    )
    evidence.save()
    return evidence


def _facts(purchase: Purchase, outside: OutsidePayment) -> dict[str, Any]:
    return {
        "number": purchase.number,
        "kind": outside.get_kind_display(),
        "evidence_number": outside.number,
        "amount_rupiah": outside.amount,
        "why": outside.reason_text,
        "legal_basis": outside.legal_basis,
        "sha256": outside.file_sha256,
    }


def _explained(broken: IntegrityError) -> Refused:
    said = str(broken)
    if "settlement_outside_one_standing" in said:
        return _standing()
    if "settlement_evidence_number_once" in said:
        return _number_used()
    guards.insist(guards.other_duty(said, fix="Minta pejabat lain melanjutkan."))
    raise broken
