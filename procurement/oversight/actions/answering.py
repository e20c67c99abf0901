"""The unit's answer: text, evidence files, and what it brought back to the treasury."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final

from django.db import IntegrityError
from django.db.models import Max

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.core.uploads import Upload
from marketplace.workflow.door import Passage, passing
from procurement.oversight import answer_files
from procurement.oversight.actions.findings import facts_about
from procurement.oversight.guards import FOLLOW_UP_BASIS, said
from procurement.oversight.models import Answer, AnswerFile, Recommendation, Recovery
from procurement.oversight.queries.access import get_recommendation_for

MOST_FILES: Final = 10
"""Files with one answer."""


@dataclass(frozen=True, slots=True)
class Deposit:
    """An STS as it stands on paper: number, date, `amount` in rupiah, and its scan."""

    number: str
    dated: date
    amount: int
    file: bytes


def answer(
    *,
    actor: Actor,
    recommendation_id: int,
    text: str,
    files: Sequence[bytes],
    deposit: Deposit | None = None,
    revision: int | None = None,
) -> Answer:
    """Answer a recommendation as PA, KPA or PPK of its unit; at least one file proves it.

    Raises Refused `reason`, `answer.no_evidence`, `answer.too_many_files`, `deposit.date`, `deposit.amount`,
    `deposit.sts_used`, `document_*` for a file, `recommendation.other_unit`, the door's; Recommendation.DoesNotExist.
    """
    found = get_recommendation_for(actor, recommendation_id)
    Recommendation.moves.decide(found.state, "answer", actor.role, found.standing(actor))
    text = said(text, field="text")
    _check(files, deposit)
    kept = {upload.sha256: upload for upload in map(answer_files.keep, files)}
    slip = answer_files.keep(deposit.file) if deposit else None
    try:
        with passing(Recommendation, found.pk, "answer", actor=actor, revision=revision) as passage:
            made = _answered(passage, text, list(kept.values()))
            if deposit is not None and slip is not None:
                _deposited(passage, made, deposit, slip)
    except IntegrityError as broken:
        if "oversight_recovery_sts_once" not in str(broken):
            raise
        raise Refused(
            "deposit.sts_used",
            "Nomor STS itu sudah dipakai untuk setoran lain.",
            fix="Periksa nomor pada STS; satu setoran hanya dihitung sekali.",
        ) from broken
    return made


def _answered(passage: Passage[Recommendation], text: str, uploads: Sequence[Upload]) -> Answer:
    thing = passage.thing
    last = thing.answers.aggregate(last=Max("number"))["last"] or 0
    made = Answer.objects.create(
        recommendation=thing,
        number=last + 1,
        text=text,
        given_by_id=passage.actor.appointment_id or 0,
        at=passage.at,
    )
    AnswerFile.objects.bulk_create(
        AnswerFile(answer=made, sha256=each.sha256, media_type=each.media_type, size=len(each.content))
        for each in uploads
    )
    thing.answered_at = passage.at
    thing.verified_by_id, thing.verified_at, thing.verification_note = None, None, ""
    passage.facts.update(
        facts_about(thing),
        files=len(uploads),
        sha256=[each.sha256 for each in uploads],
        text_sha256=sha256(text.encode()).hexdigest(),
    )
    return made


def _deposited(passage: Passage[Recommendation], made: Answer, deposit: Deposit, slip: Upload) -> None:
    thing = passage.thing
    reported = thing.finding.case.lhp_date
    if reported is not None and deposit.dated < reported:
        raise Refused(
            "deposit.date",
            f"Tanggal STS mendahului tanggal LHP, {reported:%d-%m-%Y}.",
            rule=FOLLOW_UP_BASIS,
            fix="Setoran sebelum LHP sudah diperhitungkan di dalamnya. Catat setoran sesudahnya.",
            field="sts_date",
        )
    if deposit.amount > thing.still_due:
        raise Refused(
            "deposit.amount",
            "Setoran melebihi yang masih harus disetor pada rekomendasi ini.",
            fix="Catat kelebihannya pada rekomendasi lain yang dimaksud STS itu.",
        )
    kept = Recovery.objects.create(
        region_id=thing.region_id,
        recommendation=thing,
        answer=made,
        sts_number=deposit.number.strip(),
        dated=deposit.dated,
        amount=deposit.amount,
        sha256=slip.sha256,
        recorded_by_id=passage.actor.user_id or 0,
    )
    AnswerFile.objects.get_or_create(
        answer=made,
        sha256=slip.sha256,
        defaults={"media_type": slip.media_type, "size": len(slip.content)},
    )
    told = {"sts": kept.sts_number, "dated": kept.dated.isoformat(), "amount_rupiah": kept.amount}
    passage.record("recovery.record", kept, {**facts_about(thing), **told, "sha256": slip.sha256})


def _check(files: Sequence[bytes], deposit: Deposit | None) -> None:
    if not files:
        raise Refused(
            "answer.no_evidence",
            "Jawaban harus disertai dokumen pendukung.",
            rule=FOLLOW_UP_BASIS,
            fix="Unggah paling sedikit satu bukti.",
        )
    if len(files) > MOST_FILES:
        raise Refused(
            "answer.too_many_files",
            f"Paling banyak {MOST_FILES} berkas untuk satu jawaban.",
            fix="Gabungkan menjadi satu PDF.",
        )
    if deposit is None:
        return
    if not deposit.number.strip() or deposit.amount <= 0:
        raise Refused(
            "deposit.amount", "Nomor STS dan nilainya belum lengkap.", fix="Salin keduanya dari STS."
        )
    if deposit.dated > clock.today():
        raise Refused(
            "deposit.date",
            "Tanggal STS tidak boleh di masa depan.",
            fix="Salin tanggal pada STS.",
            field="sts_date",
        )
