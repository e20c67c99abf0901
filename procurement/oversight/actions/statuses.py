"""From an answer to its status: APIP verifies, one auditor proposes, another settles; and reopening."""

from __future__ import annotations

from django.db.models import Sum

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.workflow.door import Passage, passing
from procurement.oversight import codes
from procurement.oversight.actions.findings import facts_about
from procurement.oversight.guards import FOLLOW_UP_BASIS, amounts_recovered, insist, not_own_work, said
from procurement.oversight.models import CaseFile, Recommendation
from procurement.oversight.queries.access import get_recommendation_for, orders_of, orders_worked_on
from procurement.oversight.workflow import PROPOSABLE, RECOMMENDATION, STATUS_OF


def verify_answer(
    *, actor: Actor, recommendation_id: int, note: str, revision: int | None = None
) -> Recommendation:
    """State as APIP that the evidence is sufficient, competent and relevant; the deposits in it count from now on.

    Raises Refused `reason`, `recommendation.not_apip`, `audit.own_work`, the door's; Recommendation.DoesNotExist.
    """
    found = _to_judge(actor, recommendation_id)
    note = said(note, field="note")
    with passing(Recommendation, found.pk, "verify", actor=actor, revision=revision) as passage:
        thing = passage.thing
        _judge_deposits(passage, accepted=True)
        thing.recovered = thing.recoveries.filter(accepted=True).aggregate(sum=Sum("amount"))["sum"] or 0
        thing.verified_by_id, thing.verified_at, thing.verification_note = actor.user_id, passage.at, note
        passage.facts.update(facts_about(found), recovered_rupiah=thing.recovered)
    return passage.thing


def return_answer(
    *, actor: Actor, recommendation_id: int, reason: str, revision: int | None = None
) -> Recommendation:
    """Send an answer back as APIP and say what is missing; its deposits are not counted.

    Raises as `verify_answer` does.
    """
    found = _to_judge(actor, recommendation_id)
    reason = said(reason)
    with passing(Recommendation, found.pk, "return_answer", actor=actor, revision=revision) as passage:
        _judge_deposits(passage, accepted=False)
        passage.thing.owed_since, passage.thing.last_reason = clock.today(), reason
        passage.facts.update(facts_about(found), reason=reason)
    return passage.thing


def propose_status(
    *,
    actor: Actor,
    recommendation_id: int,
    status: str,
    reason: str,
    ground: str = "",
    revision: int | None = None,
) -> Recommendation:
    """Propose FITTING, NOT_FITTING or UNACTIONABLE; nothing changes until another auditor settles it.

    Raises Refused `status.unknown`, `status.unverified` (only UNACTIONABLE goes without verified evidence),
    `recovery.short`, `code_unknown` (the ground), `reason`, `audit.own_work`, `case.other_body`, the door's.
    """
    found = _to_judge(actor, recommendation_id)
    reason = said(reason)
    if status not in PROPOSABLE:
        raise Refused("status.unknown", "Status itu tidak dikenal.", fix="Pilih dari daftar.")
    if status == "UNACTIONABLE":
        codes.words_of(codes.GROUNDS, ground, found.region_id)
    with passing(Recommendation, found.pk, "propose", actor=actor, revision=revision) as passage:
        thing = passage.thing
        if status != "UNACTIONABLE" and thing.state != "VERIFIED":
            raise Refused(
                "status.unverified",
                "Status ini baru dapat diusulkan setelah bukti diverifikasi APIP.",
                rule=FOLLOW_UP_BASIS,
                fix="Tunggu jawaban unit dan verifikasinya.",
            )
        _must_be_paid(thing, status)
        thing.proposed_by_id, thing.proposed_at = actor.user_id, passage.at
        thing.proposed_state, thing.proposed_from, thing.proposed_reason = status, thing.state, reason
        thing.ground = ground if status == "UNACTIONABLE" else ""
        label = RECOMMENDATION.state(status).label
        passage.facts.update(facts_about(found), status=label, reason=reason, ground=thing.ground)
    return passage.thing


def confirm_status(*, actor: Actor, recommendation_id: int, revision: int | None = None) -> Recommendation:
    """Settle a proposed status as another auditor; every check is made again.

    Raises Refused `recommendation.same_person`, `recovery.short`, `audit.own_work`, `case.other_body`, the door's.
    """
    found = _to_judge(actor, recommendation_id)
    with passing(Recommendation, found.pk, "confirm", actor=actor, revision=revision) as passage:
        thing = passage.thing
        status = thing.proposed_state
        _must_be_paid(thing, status)
        thing.decided_by_id, thing.decided_at, thing.last_reason = (
            actor.user_id,
            passage.at,
            thing.proposed_reason,
        )
        if status == "NOT_FITTING":
            thing.owed_since = clock.today()
        passage.arrive(status)
        passage.facts.update(
            facts_about(found),
            status=RECOMMENDATION.state(status).label,
            bpk_status=int(STATUS_OF[status]),
            recovered_rupiah=thing.recovered,
        )
    return passage.thing


def decline_status(
    *, actor: Actor, recommendation_id: int, reason: str, revision: int | None = None
) -> Recommendation:
    """Decline a proposed status; the proposer may take it back so, too. All stands as before the proposal."""
    found = get_recommendation_for(actor, recommendation_id)
    reason = said(reason)
    with passing(Recommendation, found.pk, "decline", actor=actor, revision=revision) as passage:
        passage.arrive(passage.thing.proposed_from)
        passage.thing.last_reason, passage.thing.ground = reason, ""
        passage.facts.update(facts_about(found), reason=reason)
    return passage.thing


def reopen(
    *, actor: Actor, recommendation_id: int, reason: str, revision: int | None = None
) -> Recommendation:
    """Open a settled recommendation again, since something new became known; the unit must answer anew.

    Raises Refused `reason`, `case.finished` (resume the case file first), `case.other_body`, the door's.
    """
    found = _to_judge(actor, recommendation_id)
    reason = said(reason)
    with passing(Recommendation, found.pk, "reopen", actor=actor, revision=revision) as passage:
        case = CaseFile.objects.select_for_update(of=("self",)).get(pk=found.finding.case_id)
        if case.state == "FINISHED":
            raise Refused(
                "case.finished",
                "Berkas pemeriksaan ini sudah dinyatakan selesai.",
                fix="Buka kembali pemantauannya lebih dahulu.",
            )
        passage.thing.owed_since, passage.thing.last_reason = clock.today(), reason
        passage.thing.ground = ""
        passage.facts.update(facts_about(found), reason=reason)
    return passage.thing


# ── insides ──────────────────────────────────────────────────────────────────────────────────────────────────────
def _to_judge(actor: Actor, recommendation_id: int) -> Recommendation:
    """The recommendation, if the actor did not work on the orders it is about."""
    found = get_recommendation_for(actor, recommendation_id)
    insist(not_own_work(orders_worked_on(actor, orders_of(found.finding))))
    return found


def _must_be_paid(thing: Recommendation, status: str) -> None:
    if status == "FITTING":
        insist(amounts_recovered(due=thing.amount_due, recovered=thing.recovered))


def _judge_deposits(passage: Passage[Recommendation], *, accepted: bool) -> None:
    """Say of every deposit not yet looked at whether it counts."""
    for each in passage.thing.recoveries.filter(accepted=None).select_for_update():
        each.judged_by_id, each.judged_at, each.accepted = passage.actor.user_id, passage.at, accepted
        each.save(update_fields=["judged_by", "judged_at", "accepted"])
        told = {"sts": each.sts_number, "amount_rupiah": each.amount, "accepted": accepted}
        passage.record("recovery.judge", each, {**facts_about(passage.thing), **told})
