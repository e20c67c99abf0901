"""The steps of a request after it was made: SPP, verification, SPM, SP2D, and the account of a TU."""

from __future__ import annotations

from contextlib import AbstractContextManager
from hashlib import sha256

from django.db import IntegrityError

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.workflow.door import Passage, passing
from procurement.documents.actions import void
from procurement.documents.queries import current_papers_of
from procurement.settlement.actions import (
    Proof,
    act_on_evidence,
    check_not_before,
    check_proof,
    confirm_evidence,
    evidence_refusal,
    insist_on_authority,
    keep_evidence,
)
from procurement.settlement.models import Evidence
from procurement.treasury import guards
from procurement.treasury.actions.requesting import issued, told
from procurement.treasury.models import PaymentRequest

Step = AbstractContextManager[Passage[PaymentRequest]]


def make_spp(*, actor: Actor, request_id: int, revision: int | None = None) -> PaymentRequest:
    """As treasurer turn an NPD into an SPP. Raises Refused with the door's reasons."""
    with _own(actor, request_id, "spp", revision) as passage:
        request = passage.thing
        request.treasurer_id = actor.appointment_id
        request.spp_number = issued(passage, request, "spp", npd=request.npd_number)
        orders = list(request.items.values_list("obligation__purchase__number", flat=True))
        passage.facts.update(told(request), orders=orders)
    return request


def verify(*, actor: Actor, request_id: int, revision: int | None = None) -> PaymentRequest:
    """As PPK-SKPD state that the SPP is complete and its orders are still owed as it says.

    Raises Refused `request.changed` besides the door's reasons.
    """
    with _own(actor, request_id, "verify", revision) as passage:
        request = passage.thing
        _still_owed(request)
        request.verifier_id = actor.appointment_id
        passage.facts.update(told(request))
    return request


def sign(*, actor: Actor, request_id: int, revision: int | None = None) -> PaymentRequest:
    """As PA/KPA order the treasury to pay: the SPM. Raises Refused `authority.kpa` above what a KPA may sign."""
    with _own(actor, request_id, "sign", revision) as passage:
        request = passage.thing
        insist_on_authority(actor, request.gross)
        request.signer_id = actor.appointment_id
        request.spm_number = issued(
            passage, request, "spm", caption=actor.role_label, spp=request.spp_number, npd=request.npd_number
        )
        passage.facts.update(told(request))
    return request


def return_request(
    *, actor: Actor, request_id: int, move: str, reason: str, revision: int | None = None
) -> PaymentRequest:
    """Send a request back by `return_npd`, `return_spp` or `return_spm`: its papers are void, its orders free again.

    Raises Refused `reason.missing` besides the door's reasons.
    """
    if len(reason.strip()) < 10:
        raise Refused(
            "reason.missing",
            "Alasan pengembalian belum jelas.",
            fix="Tulis apa yang harus diperbaiki.",
            field="reason",
        )
    with _own(actor, request_id, move, revision) as passage:
        request = passage.thing
        request.return_reason = reason.strip()[:300]
        request.items.update(standing=False)
        for paper in current_papers_of(request):
            void(passage, paper, reason=request.return_reason)
        passage.facts.update(number=request.number, kind=request.kind, reason=request.return_reason)
    return request


def record_sp2d(
    *, actor: Actor, request_id: int, proof: Proof, revision: int | None = None
) -> PaymentRequest:
    """As treasurer copy the SP2D once: for an LS it becomes the recorded proof of every order of the request.

    Nothing is paid before another person verifies. Raises Refused `sp2d.amount`, `evidence.*`, `segregation`.
    """
    check_proof(proof)
    try:
        with _own(actor, request_id, "record_sp2d", revision) as passage:
            request = passage.thing
            check_not_before(proof.dated, clock.day_of(request.created_at))
            guards.insist(guards.net_as_ordered(stated=proof.amount, net=request.net))
            request.sp2d_number, request.sp2d_dated = proof.number.strip()[:70], proof.dated
            request.sp2d_sha256 = sha256(proof.file).hexdigest()
            request.recorder_id = actor.user_id
            _take_over(passage, proof)
            passage.facts.update(
                told(request),
                sp2d=request.sp2d_number,
                dated=proof.dated.isoformat(),
                sha256=request.sp2d_sha256,
            )
    except IntegrityError as broken:
        raise _explained(broken, proof.number) from broken
    return request


def verify_sp2d(*, actor: Actor, request_id: int, revision: int | None = None) -> PaymentRequest:
    """As PPK-SKPD confirm the recorded SP2D as another person: every order of an LS request is paid by it.

    Raises Refused `sp2d.same_person`, `evidence.amount`.
    """
    with _own(actor, request_id, "verify_sp2d", revision) as passage:
        request = passage.thing
        guards.insist(guards.second_person(recorded_by=request.recorder_id, verifying=actor.user_id))
        request.checker_id, request.sp2d_verified_at = actor.user_id, passage.at
        proofs = [confirm_evidence(passage, evidence_id=each.pk) for each in _unverified(request)]
        if request.kind == PaymentRequest.Kind.TU:
            passage.arrive("TU_OPEN")
        passage.facts.update(told(request), sp2d=request.sp2d_number)
    for proof in proofs:
        act_on_evidence(proof.pk)
    return request


def account(
    *, actor: Actor, request_id: int, spent: int, number: str, sts: str = "", revision: int | None = None
) -> PaymentRequest:
    """As treasurer account for a TU: `spent` rupiah by the LPJ of that number; the rest went back under an STS.

    Raises Refused `tu.overspent`, `tu.remainder`, `tu.number`.
    """
    if not number.strip():
        raise Refused("tu.number", "Nomor LPJ-TU belum diisi.", fix="Salin dari LPJ-TU.")
    with _own(actor, request_id, "account", revision) as passage:
        request = passage.thing
        guards.insist(guards.spending_within(spent=spent, gross=request.gross, sts=sts.strip()))
        request.spent, request.account_number = spent, number.strip()[:80]
        request.sts_number, request.accounted_on = sts.strip()[:80], clock.day_of(passage.at)
        passage.facts.update(
            number=request.number,
            spent_rupiah=spent,
            returned_rupiah=request.returned,
            account=request.account_number,
            sts=request.sts_number,
        )
    return request


# ── insides ──────────────────────────────────────────────────────────────────────────────────────────────────────
def _own(actor: Actor, request_id: int, move: str, revision: int | None) -> Step:
    """The door for a request of the actor's own unit. Raises PaymentRequest.DoesNotExist for another's."""
    PaymentRequest.objects.only("pk").get(pk=request_id, organisation_id=actor.organisation_id or 0)
    return passing(PaymentRequest, request_id, move, actor=actor, revision=revision)


def _still_owed(request: PaymentRequest) -> None:
    """Every order must be owed (LS) or paid (GU) with the sums that were frozen."""
    for item in request.items.select_related("obligation__purchase"):
        owed = item.obligation
        ready = owed.purchase.state == "PAYMENT_APPROVED" or request.kind == PaymentRequest.Kind.GU
        if not ready or owed.gross != item.gross:
            raise Refused(
                "request.changed",
                f"Pesanan {owed.purchase.number} sudah berubah sejak permintaan ini dibuat.",
                fix="Kembalikan SPP ini, lalu buat permintaan baru.",
            )


def _take_over(passage: Passage[PaymentRequest], proof: Proof) -> None:
    """Record the SP2D for each order of an LS request, in the order of their keys; further ones say which they are."""
    request = passage.thing
    if request.kind != PaymentRequest.Kind.LS:
        return
    items = list(request.items.select_related("obligation").order_by("obligation__purchase_id"))
    for part, item in enumerate(items, 1):
        number = request.sp2d_number if part == 1 else f"{request.sp2d_number} ({part}/{len(items)})"
        told_once = Proof(number, proof.dated, item.net, proof.file)
        keep_evidence(
            passage, purchase_id=item.obligation.purchase_id, kind=Evidence.Kind.SP2D, proof=told_once
        )


def _unverified(request: PaymentRequest) -> list[Evidence]:
    numbers = request.items.values("obligation__purchase__number")
    found = Evidence.objects.filter(
        region_id=request.region_id,
        kind=Evidence.Kind.SP2D,
        purchase_number__in=numbers,
        verified_at__isnull=True,
    )
    return list(found.order_by("pk"))


def _explained(broken: IntegrityError, number: str) -> Refused:
    if "treasury_request_sp2d_once" in str(broken):
        return Refused(
            "sp2d.number_used",
            f"Nomor SP2D {number} sudah dicatat untuk permintaan lain.",
            fix="Satu SP2D menjawab satu SPM; periksa nomornya.",
        )
    return evidence_refusal(broken, number)
