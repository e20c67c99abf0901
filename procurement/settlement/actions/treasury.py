"""What the treasurer records and another person verifies: SP2D and transfers to vendors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from django.core.files.base import ContentFile
from django.db import IntegrityError

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.events.actions import enqueue
from marketplace.workflow.door import Deed, doing
from procurement.purchasing.models import Purchase
from procurement.settlement import guards
from procurement.settlement.actions.paying import complete, pay_by_sp2d, pay_outside
from procurement.settlement.actions.payouts import settle_by_evidence
from procurement.settlement.models import Evidence, OutsidePayment, PaymentObligation
from procurement.settlement.outside import STANDING
from procurement.settlement.payout_workflow import AWAY

MAX_FILE_BYTES = 5 * 1024 * 1024
_MAGIC = (b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


@dataclass(frozen=True, slots=True)
class Proof:
    """What a person copies from an SP2D or a transfer slip, and the scanned file. `amount` in rupiah."""

    number: str
    dated: date
    amount: int
    file: bytes


def record_evidence(*, actor: Actor, purchase_id: int, kind: Evidence.Kind, proof: Proof) -> Evidence:
    """Record an SP2D (pays an LS order) or a bank transfer (pays a vendor out of escrow) as treasurer.

    Nothing is paid by this: another person verifies first. Raises Refused `evidence.not_due`, `evidence.amount`
    (both figures), `evidence.number_used`, `evidence.file`, `evidence.date`, `segregation`; Purchase.DoesNotExist.
    """
    actor.require(Role.TREASURER)
    try:
        with doing(actor=actor) as deed:
            evidence = keep_evidence(deed, purchase_id=purchase_id, kind=kind, proof=proof)
    except IntegrityError as broken:
        raise evidence_refusal(broken, proof.number) from broken
    return evidence


def keep_evidence(deed: Deed, *, purchase_id: int, kind: Evidence.Kind, proof: Proof) -> Evidence:
    """What `record_evidence` does, inside a deed of the treasurer: for one document that pays several orders.

    Each order has a proof of its own, so the further ones add to the document's number, as in `0123 (2/3)`.

    Raises Refused as `record_evidence` does, but IntegrityError where the database refuses: see `evidence_refusal`.
    """
    check_proof(proof)
    actor = deed.actor
    purchase = _locked(actor, purchase_id)
    check_not_before(proof.dated, clock.day_of(purchase.submitted_at))
    expected = _expected(purchase, kind)
    guards.insist(guards.amount_as_expected(stated=proof.amount, expected=expected, document=str(kind.label)))
    evidence = _keep(deed, actor, purchase, kind, proof)
    purchase.treasurer_id, purchase.treasurer_user_id = actor.appointment_id, actor.user_id
    purchase.save(update_fields=["treasurer", "treasurer_user"])
    deed.record("evidence.record", evidence, _facts(evidence))
    return evidence


def verify_evidence(*, actor: Actor, evidence_id: int) -> Evidence:
    """Verify a recorded proof as another person (PPK-SKPD); an SP2D pays the order, a transfer settles the payout.

    Verifying twice is refused (`evidence.verified`); one's own record `evidence.same_person`. Raises
    Evidence.DoesNotExist for another region's.
    """
    actor.require(Role.PPK_SKPD)
    with doing(actor=actor) as deed:
        evidence = confirm_evidence(deed, evidence_id=evidence_id)
    act_on_evidence(evidence.pk)
    return evidence


def confirm_evidence(deed: Deed, *, evidence_id: int) -> Evidence:
    """What `verify_evidence` does, inside a deed of the verifier; afterwards call `act_on_evidence`, which may wait."""
    actor = deed.actor
    number = Evidence.objects.get(pk=evidence_id, region_id=actor.region_id or 0).purchase_number
    purchase = Purchase.objects.select_for_update(of=("self",)).get(
        number=number, organisation_id=actor.organisation_id or 0
    )
    evidence = Evidence.objects.select_for_update(of=("self",)).get(pk=evidence_id)
    if evidence.verified_at is not None:
        raise Refused("evidence.verified", f"{evidence} sudah diverifikasi.")
    guards.insist(guards.second_person(recorded_by=evidence.recorded_by_id, verifying=actor.user_id))
    expected = _expected(purchase, Evidence.Kind(evidence.kind))
    guards.insist(
        guards.amount_as_expected(stated=evidence.amount, expected=expected, document=str(evidence))
    )
    evidence.verified_by_id, evidence.verified_at = actor.user_id, deed.at
    evidence.save(update_fields=["verified_by", "verified_at"])
    if evidence.kind == Evidence.Kind.BANK_TRANSFER:
        settle_by_evidence(deed, purchase, evidence)
    deed.record("evidence.verify", evidence, _facts(evidence))
    # The row survives a crash between this commit and the next step; the job then takes that step.
    enqueue("settlement.evidence", {"evidence": evidence.pk}, key=str(evidence.pk))
    return evidence


def act_on_evidence(evidence_id: int) -> None:
    """Do what a verified proof brings about; running it again changes nothing."""
    evidence = Evidence.objects.get(pk=evidence_id)
    if OutsidePayment.objects.filter(evidence=evidence, state="APPROVED").exists():
        pay_outside(evidence.pk)
    elif evidence.kind == Evidence.Kind.SP2D:
        pay_by_sp2d(evidence.pk)
    complete(Purchase.objects.get(number=evidence.purchase_number).pk)


# ── insides ──────────────────────────────────────────────────────────────────────────────────────────────────────
def _locked(actor: Actor, purchase_id: int) -> Purchase:
    return Purchase.objects.select_for_update(of=("self",)).get(
        pk=purchase_id, organisation_id=actor.organisation_id or 0
    )


def _expected(purchase: Purchase, kind: Evidence.Kind) -> int:
    """The amount a proof of this kind must state now. Raises Refused `evidence.not_due`."""
    obligation = PaymentObligation.objects.filter(purchase=purchase).first()
    if obligation is not None and kind == Evidence.Kind.SP2D:
        is_ls = obligation.profile == PaymentObligation.Profile.LS and purchase.state == "PAYMENT_APPROVED"
        if is_ls and not _outside_stands(obligation):
            return obligation.net
    elif obligation is not None:
        payout = obligation.payouts.filter(state__in=AWAY).first()
        if payout is not None:
            return int(payout.amount)
    raise Refused(
        "evidence.not_due",
        f"{kind.label} belum atau tidak lagi dapat dicatat untuk pesanan {purchase.number}.",
        fix="SP2D untuk pesanan LS yang sudah disetujui; bukti transfer untuk transfer yang sudah dikirim ke bank.",
    )


def _outside_stands(obligation: PaymentObligation) -> bool:
    return OutsidePayment.objects.filter(obligation=obligation, state__in=STANDING).exists()


def _keep(deed: Deed, actor: Actor, purchase: Purchase, kind: Evidence.Kind, proof: Proof) -> Evidence:
    digest = sha256(proof.file).hexdigest()
    evidence = Evidence(
        region_id=purchase.region_id,
        kind=kind,
        number=proof.number.strip(),
        dated=proof.dated,
        amount=proof.amount,
        purchase_number=purchase.number,
        file_sha256=digest,
        recorded_by_id=actor.user_id or 0,
        recorded_at=deed.at,
    )
    evidence.file.save(digest, ContentFile(proof.file), save=False)
    evidence.save()
    return evidence


def check_document(number: str, dated: date) -> None:
    """Raise Refused `evidence.number` or `evidence.date` when no document has such a number or date."""
    if not number.strip():
        raise Refused("evidence.number", "Nomor dokumen belum diisi.")
    if dated > clock.today():
        raise Refused(
            "evidence.date",
            "Tanggal dokumen berada di masa depan.",
            fix="Salin tanggal dari dokumen.",
            field="dated",
        )


def check_not_before(dated: date, first: date) -> None:
    """Raise Refused `evidence.date` for a document that is older than what it pays, asked for on the day `first`."""
    if dated < first:
        raise Refused(
            "evidence.date",
            f"Tanggal dokumen mendahului pengajuan yang dibayarnya, {first:%d-%m-%Y}.",
            fix="Salin tanggal dari dokumen.",
            field="dated",
        )


def check_proof(proof: Proof) -> None:
    """Raise Refused `evidence.number`, `evidence.date` or `evidence.file` when a document cannot be what it says."""
    check_document(proof.number, proof.dated)
    if not proof.file.startswith(_MAGIC) or len(proof.file) > MAX_FILE_BYTES:
        raise Refused(
            "evidence.file",
            "Berkas bukti harus PDF, PNG atau JPEG, paling besar 5 MB.",
            fix="Unggah hasil pindai dokumen aslinya.",
        )


def _facts(evidence: Evidence) -> dict[str, object]:
    return {
        "kind": evidence.get_kind_display(),
        "evidence_number": evidence.number,
        "amount_rupiah": evidence.amount,
        "number": evidence.purchase_number,
        "sha256": evidence.file_sha256,
    }


def evidence_refusal(broken: IntegrityError, number: str) -> Refused:
    """What to say when the database refused a document; re-raises what is no rule of ours."""
    said = str(broken)
    if "settlement_evidence_number_once" in said:
        return Refused(
            "evidence.number_used",
            f"Nomor {number} sudah dicatat untuk pembayaran lain.",
            fix="Satu dokumen membayar satu pesanan; periksa nomornya.",
        )
    guards.insist(guards.other_duty(said, "mencatat pembayarannya"))
    raise broken
