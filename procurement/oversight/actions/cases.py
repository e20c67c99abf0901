"""Opening case files, naming the team, issuing the report (LHP), and closing a case whose follow-up is done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment, Organisation
from marketplace.accounts.queries import appointments_in_force
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.workflow.door import Passage, begin, beginning, doing, move_along, passing
from procurement.oversight.actions.findings import facts_about
from procurement.oversight.guards import (
    FOLLOW_UP_BASIS,
    Standing,
    all_settled,
    insist,
    of_examiner,
    on_the_team,
    period_examined,
    reportable,
    said,
)
from procurement.oversight.models import CaseFile, CaseMember, Recommendation
from procurement.oversight.queries.access import get_case_for
from procurement.oversight.workflow import SETTLED


def open_case(
    *,
    actor: Actor,
    body: str,
    number: str,
    title: str,
    period_from: date,
    period_to: date,
    units: Sequence[int],
) -> CaseFile:
    """Open a case file for an assignment letter; who opens it leads the team. Asked the same again, it is that one.

    Raises Refused `case.body`, `case.period` (it ends before it begins, has not begun, or ends after this budget year),
    `case.units` (none, or of another region), `case.number_used`, `reason`
    when number or title say too little, `wrong_role`.
    """
    actor.require(Role.AUDITOR)
    if body not in CaseFile.Body.values:
        raise Refused("case.body", "Jenis pemeriksa tidak dikenal.", fix="Pilih dari daftar.")
    insist(period_examined(period_from, period_to, clock.today()))
    chosen = list(
        Organisation.objects.filter(
            pk__in=units, region_id=actor.region_id or 0, kind=Organisation.Kind.AGENCY_UNIT
        ).order_by("pk")
    )
    if not chosen or len(chosen) != len(set(units)):
        raise Refused(
            "case.units",
            "Perangkat daerah yang diperiksa belum dipilih, atau bukan dari daerah ini.",
            fix="Pilih paling sedikit satu dari daftar.",
        )
    case = CaseFile(
        region_id=actor.region_id or 0,
        examiner_id=actor.organisation_id or 0,
        body=body,
        number=said(number, least=3, field="number")[:80],
        title=said(title, field="title")[:200],
        period_from=period_from,
        period_to=period_to,
    )
    try:
        with beginning(CaseFile, act="case_file.open", actor=actor) as passage:
            passage.thing = begin(case, at=passage.at)
            case.units.set(chosen)
            CaseMember.objects.create(
                case=case,
                appointment_id=actor.appointment_id or 0,
                user_id=actor.user_id or 0,
                duty=CaseMember.Duty.LEADER,
                joined_at=passage.at,
            )
            passage.facts.update(
                number=case.number, body=body, units=[each.pk for each in chosen], team=[actor.user_id]
            )
    except IntegrityError as broken:
        if known := _opened_before(actor, case, chosen):
            return known
        raise _explained(broken) from broken
    return case


def _opened_before(actor: Actor, case: CaseFile, units: Sequence[Organisation]) -> CaseFile | None:
    """The case file that this very person opened with these very words: the form was sent twice."""
    same = {name: getattr(case, name) for name in ("number", "body", "title", "period_from", "period_to")}
    led = {"members__user_id": actor.user_id or 0, "members__duty": CaseMember.Duty.LEADER}
    known = CaseFile.objects.filter(examiner_id=case.examiner_id, **same, **led).first()
    return known if known and set(known.units.all()) == set(units) else None


def add_member(*, actor: Actor, case_id: int, appointment_id: int, duty: str) -> CaseMember:
    """Add an auditor of the own body to the team; with the same duty again, it is that membership.

    Raises Refused `case.not_on_team`, `case.member` (not an auditor of this body today), `case.member_known` (with
    another duty), `case.duty`; CaseFile.DoesNotExist.
    """
    case = get_case_for(actor, case_id)
    insist(on_the_team(case.standing(actor)))
    if duty not in {CaseMember.Duty.MEMBER, CaseMember.Duty.REVIEWER}:
        raise Refused("case.duty", "Ketua tim hanya satu, yang membuka berkas ini.", fix="Pilih tugas lain.")
    chosen = colleagues(case).filter(pk=appointment_id).first()
    if chosen is None:
        raise Refused(
            "case.member",
            "Orang itu bukan auditor lembaga Anda pada hari ini.",
            fix="Pilih dari daftar auditor lembaga Anda.",
        )
    try:
        with doing(actor=actor) as deed:
            locked = CaseFile.objects.select_for_update(of=("self",)).get(pk=case.pk)
            if known := locked.members.filter(appointment=chosen, duty=duty).first():
                return known
            member = CaseMember.objects.create(
                case=locked, appointment=chosen, user_id=chosen.user_id, duty=duty, joined_at=deed.at
            )
            deed.record("case_file.join", locked, {"number": locked.number, "user": chosen.user_id})
    except IntegrityError as broken:
        raise _explained(broken) from broken
    return member


def colleagues(case: CaseFile) -> Any:
    """The auditors of the examining body today, as appointments."""
    return appointments_in_force().filter(organisation_id=case.examiner_id, role=Role.AUDITOR)


def issue_report(
    *,
    actor: Actor,
    case_id: int,
    lhp_number: str,
    lhp_date: date,
    received_on: date,
    receipt_number: str,
    revision: int | None = None,
) -> CaseFile:
    """Issue the report: its recommendations go to their units, whose 60 days run from its receipt.

    Raises Refused `report.dates`, `report.nothing`, `report.unreviewed` (a finding is still a draft),
    `report.no_recommendation` (names the finding), `report.number_used`, `case.not_on_team`, the door's.
    """
    found = get_case_for(actor, case_id)
    insist(of_examiner({"organisation": actor.organisation_id, "examiner": found.examiner_id}))
    if not lhp_date <= received_on <= clock.today():
        raise Refused(
            "report.dates",
            "Tanggal LHP, tanggal terima, dan hari ini harus berurutan.",
            rule=FOLLOW_UP_BASIS,
            fix="Isi tanggal pada LHP dan tanggal pada tanda terimanya.",
            field="received_on",
        )
    try:
        with passing(CaseFile, case_id, "issue_report", actor=actor, revision=revision) as passage:
            case = passage.thing
            if lhp_date < case.period_from:
                raise Refused(
                    "report.dates",
                    f"Tanggal LHP mendahului masa yang diperiksa, yang mulai {case.period_from:%d-%m-%Y}.",
                    rule=FOLLOW_UP_BASIS,
                    fix="Salin tanggal dari LHP.",
                    field="lhp_date",
                )
            case.lhp_number, case.lhp_date = said(lhp_number, least=3, field="lhp_number")[:80], lhp_date
            case.received_on = received_on
            case.receipt_number = said(receipt_number, least=1, field="receipt_number")[:80]
            _publish(passage, case)
    except IntegrityError as broken:
        raise _explained(broken) from broken
    return passage.thing


def _publish(passage: Passage[CaseFile], case: CaseFile) -> None:
    """Check that everything is reviewed, and give each recommendation to its unit."""
    standing = list(case.findings.exclude(state="WITHDRAWN"))
    drafted = Recommendation.objects.filter(finding__in=standing, state="DRAFT").order_by("pk")
    owed = list(drafted.select_related("finding__case"))
    answered_for = {each.finding_id for each in owed}
    insist(reportable([Standing(each.number, each.reviewed, each.pk in answered_for) for each in standing]))
    received = case.received_on
    assert received is not None, "set just now"
    for each in owed:
        Recommendation.objects.filter(pk=each.pk).update(received_on=received, owed_since=received)
        told = {
            **facts_about(each),
            "lhp": case.lhp_number,
            "received": received.isoformat(),
            "due_rupiah": each.amount_due,
        }
        move_along(passage, Recommendation, each.pk, "issue", facts=told)
    passage.facts.update(
        number=case.number,
        lhp=case.lhp_number,
        dated=str(case.lhp_date),
        received=received.isoformat(),
        findings=len(standing),
        recommendations=len(owed),
        amount_rupiah=sum(each.amount for each in standing),
    )


def finish_case(*, actor: Actor, case_id: int, revision: int | None = None) -> CaseFile:
    """Say that the follow-up of a report is done. Raises Refused `case.unsettled`, `case.not_on_team`, the door's."""
    get_case_for(actor, case_id)
    with passing(CaseFile, case_id, "finish", actor=actor, revision=revision) as passage:
        left = Recommendation.objects.filter(finding__case_id=case_id).exclude(
            state__in=[*SETTLED, "WITHDRAWN"]
        )
        insist(all_settled(left.count()))
        passage.facts.update(number=passage.thing.number)
    return passage.thing


def resume_case(*, actor: Actor, case_id: int, reason: str, revision: int | None = None) -> CaseFile:
    """Watch a finished report again, and say why. Raises Refused `reason`, `case.not_on_team`, the door's."""
    get_case_for(actor, case_id)
    reason = said(reason)
    with passing(CaseFile, case_id, "resume", actor=actor, revision=revision) as passage:
        passage.facts.update(number=passage.thing.number, reason=reason)
    return passage.thing


def auditor_appointments(case: CaseFile) -> list[Appointment]:
    """Whom the team may still be joined by, with their names: one query."""
    taken = case.members.values("user_id")
    return list(colleagues(case).exclude(user_id__in=taken).select_related("user").order_by("user__name"))


_SAID_BY_CONSTRAINT = {
    "oversight_case_number_once": Refused(
        "case.number_used", "Nomor surat tugas itu sudah dipakai.", fix="Periksa nomornya."
    ),
    "oversight_case_lhp_once": Refused(
        "report.number_used", "Nomor LHP itu sudah dipakai.", fix="Periksa nomornya."
    ),
    "oversight_member_once": Refused("case.member_known", "Orang itu sudah ada dalam tim."),
}


def _explained(broken: IntegrityError) -> Exception:
    """What the database refused, as a sentence; the error itself when it is none of ours."""
    return next((said for name, said in _SAID_BY_CONSTRAINT.items() if name in str(broken)), broken)
