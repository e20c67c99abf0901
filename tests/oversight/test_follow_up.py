"""A finding goes from its draft to the end of its follow-up: two persons everywhere, 60 and 30 days, four statuses."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.deadlines.sources import all_sources
from marketplace.events import runner
from marketplace.events.models import Notice
from marketplace.regulation.models import Parameter
from marketplace.regulation.queries import forget_rules
from marketplace.workflow import door
from procurement.oversight import actions
from procurement.oversight.actions import Deposit, findings, statuses
from procurement.oversight.models import Answer, Finding, Recommendation, Recovery
from procurement.oversight.queries.access import orders_worked_on
from procurement.oversight.queries.desk import waiting_for
from procurement.oversight.queries.follow_up import band_of, fitting_bp, follow_up
from procurement.oversight.workflow import RECOMMENDATION, STATUS_OF, BpkStatus
from tests import people
from tests.oversight.audits import TEXT, WHY, Audit, scan
from tests.settlement.orders import accepted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def audit() -> Audit:
    return Audit.of()


@contextmanager
def refused(code: str, thing: Any = None) -> Any:
    """What is refused changes no state and writes no entry."""
    before, entries = thing and type(thing).objects.get(pk=thing.pk), Entry.objects.count()
    with pytest.raises(Refused) as caught:
        yield caught
    assert caught.value.code == code, caught.value
    assert Entry.objects.count() == entries
    if before is not None:
        after = type(thing).objects.get(pk=thing.pk)
        assert (after.state, after.revision) == (before.state, before.revision)


def fresh(thing: Recommendation) -> Recommendation:
    return Recommendation.objects.get(pk=thing.pk)


def due_day(thing: Recommendation) -> date:
    due = fresh(thing).due_at
    assert due is not None
    return clock.day_of(due)


def acts_of(thing: Any) -> list[str]:
    told = Entry.objects.filter(aggregate_type=thing.aggregate, aggregate_id=str(thing.pk))
    return list(told.order_by("event_no").values_list("act", flat=True))


def test_from_the_finding_to_telah_sesuai(audit: Audit) -> None:
    order = accepted(at=audit.unit).purchase
    thing = audit.recommended(order)
    assert (thing.state, thing.status) == ("NOT_FOLLOWED", BpkStatus.NOT_FOLLOWED)
    audit.answer(thing)
    assert fresh(thing).status == BpkStatus.NOT_FITTING  # under way
    settled = audit.settle(thing)
    assert (settled.state, settled.status, settled.recovered) == ("FITTING", BpkStatus.FITTING, 3_500_000)
    assert acts_of(thing) == [
        f"recommendation.{act}" for act in ("draft", "issue", "answer", "verify", "propose", "confirm")
    ]
    last = Entry.objects.get(act="recommendation.confirm")
    assert last.facts["bpk_status"] == 1 and last.facts["recovered_rupiah"] == 3_500_000
    assert Recovery.objects.get().accepted is True
    actions.finish_case(actor=audit["LEADER"], case_id=thing.finding.case_id)


def test_the_law_counts_calendar_days_from_the_receipt_of_the_report(audit: Audit) -> None:
    received = date(2026, 11, 2)
    with clock.frozen(datetime(2026, 11, 10, 2, tzinfo=UTC)) as move_to:
        thing = audit.recommended(received=received)
        assert thing.due_at == datetime.combine(date(2027, 1, 1), time(23, 59, 59), tzinfo=clock.JAKARTA)
        audit.answer(thing)
        assert due_day(thing) == date(2026, 11, 24)  # APIP: 14 days
        move_to(datetime(2026, 11, 12, 2, tzinfo=UTC))
        actions.verify_answer(actor=audit["LEADER"], recommendation_id=thing.pk, note=WHY)
        assert due_day(thing) == date(2026, 12, 12)  # 30 days
        move_to(datetime(2026, 11, 20, 2, tzinfo=UTC))
        actions.propose_status(
            actor=audit["LEADER"], recommendation_id=thing.pk, status="NOT_FITTING", reason=WHY
        )
        assert due_day(thing) == date(2026, 12, 12)  # the same 30 days
        actions.confirm_status(actor=audit["SECOND"], recommendation_id=thing.pk)
        assert due_day(thing) == date(2026, 11, 20) + timedelta(days=60)


def test_a_region_may_set_its_own_days(audit: Audit) -> None:
    Parameter.objects.create(
        code="oversight.answer_days",
        region=audit.unit.region,
        value=45,
        unit="hari",
        valid_from=date(2026, 1, 1),
        legal_basis="Peraturan kepala daerah, contoh",
        state=Parameter.State.ACTIVE,
    )
    forget_rules()
    try:
        thing = audit.recommended()
        assert due_day(thing) == clock.today() + timedelta(days=45)
    finally:
        forget_rules()


# ── two persons, and nobody judges his own work ──────────────────────────────────────────────────────────────────
def test_a_finding_is_reviewed_by_another_auditor(audit: Audit) -> None:
    case = audit.case()
    finding = actions.draft_finding(actor=audit["LEADER"], case_id=case.pk, text=TEXT)
    with refused("finding.same_person", finding):
        actions.confirm_finding(actor=audit["LEADER"], finding_id=finding.pk)
    with refused("report.unreviewed", case):
        audit.issue(case)
    actions.confirm_finding(actor=audit["SECOND"], finding_id=finding.pk)
    with refused("report.no_recommendation", case):
        audit.issue(case)


def test_a_finding_is_sent_back_to_who_wrote_it_and_comes_again(audit: Audit) -> None:
    case = audit.case()
    finding = actions.draft_finding(actor=audit["LEADER"], case_id=case.pk, text=TEXT)
    with refused("finding.same_person", finding):
        actions.return_finding(actor=audit["LEADER"], finding_id=finding.pk, reason=WHY)
    with refused("reason", finding):
        actions.return_finding(actor=audit["SECOND"], finding_id=finding.pk, reason="kurang")
    returned = actions.return_finding(actor=audit["SECOND"], finding_id=finding.pk, reason=WHY)
    assert (returned.state, returned.remark) == ("RETURNED", WHY)
    with refused("report.unreviewed", case):
        audit.issue(case)
    with refused("wrong_state", finding):
        actions.confirm_finding(actor=audit["SECOND"], finding_id=finding.pk)
    written = actions.revise_finding(actor=audit["LEADER"], finding_id=finding.pk, text=TEXT)
    assert (written.state, written.remark) == ("DRAFT", WHY)
    assert actions.confirm_finding(actor=audit["SECOND"], finding_id=finding.pk).state == "CONFIRMED"
    with refused("wrong_state", finding):
        actions.return_finding(actor=audit["SECOND"], finding_id=finding.pk, reason=WHY)
    assert acts_of(finding) == [f"finding.{act}" for act in ("draft", "return_draft", "revise", "confirm")]


def test_a_colleague_beside_the_team_takes_no_recommendation_back(audit: Audit) -> None:
    case = audit.case()
    drafted = Recommendation.objects.get(finding=audit.finding(case))
    with refused("case.not_on_team", drafted):
        actions.withdraw_recommendation(actor=audit["THIRD"], recommendation_id=drafted.pk)
    withdrawn = actions.withdraw_recommendation(actor=audit["LEADER"], recommendation_id=drafted.pk)
    assert withdrawn.state == "WITHDRAWN"


def test_what_a_report_tells_is_not_taken_back_while_it_is_issued(
    audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = audit.case()
    finding = audit.finding(case)
    _before_its_lock(monkeypatch, findings, lambda: audit.issue(case))
    with pytest.raises(Refused) as caught:
        actions.withdraw_finding(actor=audit["LEADER"], finding_id=finding.pk, reason=WHY)
    assert caught.value.code == "case.reported"
    assert Finding.objects.get(pk=finding.pk).state == "CONFIRMED"
    assert "finding.withdraw" not in acts_of(finding)


def test_nothing_is_opened_again_while_its_case_is_finished(
    audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    thing = audit.recommended()
    audit.answer(thing)
    audit.settle(thing)
    case_id = thing.finding.case_id
    _before_its_lock(
        monkeypatch, statuses, lambda: actions.finish_case(actor=audit["LEADER"], case_id=case_id)
    )
    with pytest.raises(Refused) as caught:
        actions.reopen(actor=audit["LEADER"], recommendation_id=thing.pk, reason=WHY)
    assert caught.value.code == "case.finished"
    assert fresh(thing).state == "FITTING" and "recommendation.reopen" not in acts_of(thing)


def _before_its_lock(monkeypatch: pytest.MonkeyPatch, verbs: Any, first: Callable[[], object]) -> None:
    """What `first` does comes between the look at a thing and its lock, as a colleague's act may."""

    def passing(*told: Any, **named: Any) -> Any:
        first()
        return door.passing(*told, **named)

    monkeypatch.setattr(verbs, "passing", passing)


def test_a_status_is_settled_by_another_than_who_proposed_or_verified(audit: Audit) -> None:
    thing = audit.recommended()
    audit.answer(thing)
    actions.verify_answer(actor=audit["LEADER"], recommendation_id=thing.pk, note=WHY)
    actions.propose_status(actor=audit["SECOND"], recommendation_id=thing.pk, status="FITTING", reason=WHY)
    for who in ("LEADER", "SECOND"):
        with refused("recommendation.same_person", thing):
            actions.confirm_status(actor=audit[who], recommendation_id=thing.pk)
    assert actions.confirm_status(actor=audit["THIRD"], recommendation_id=thing.pk).state == "FITTING"


def test_evidence_for_an_external_examiner_is_verified_by_apip_first(audit: Audit) -> None:
    thing = audit.recommended(body="BPK")
    audit.answer(thing)
    with refused("recommendation.not_apip", thing):
        actions.verify_answer(actor=audit["LEADER"], recommendation_id=thing.pk, note=WHY)
    apip = people.actor(Role.AUDITOR, people.organisation(Organisation.Kind.AUDITOR_BODY))
    with refused("wrong_state", thing):
        actions.propose_status(
            actor=audit["LEADER"], recommendation_id=thing.pk, status="FITTING", reason=WHY
        )
    actions.verify_answer(actor=apip, recommendation_id=thing.pk, note=WHY)
    with refused("case.other_body", thing):
        actions.propose_status(actor=apip, recommendation_id=thing.pk, status="FITTING", reason=WHY)
    actions.propose_status(actor=audit["LEADER"], recommendation_id=thing.pk, status="FITTING", reason=WHY)
    assert actions.confirm_status(actor=audit["SECOND"], recommendation_id=thing.pk).state == "FITTING"


def test_nobody_examines_orders_on_which_he_acted_himself(audit: Audit) -> None:
    case_of_order = accepted(at=audit.unit)
    ppk = case_of_order.appointments[Role.PPK]
    later = people.appointment(Role.AUDITOR, audit.body, person=people.user())
    former = Actor(
        user_id=ppk.user_id,
        name=ppk.user.name,
        role=Role.AUDITOR,
        organisation_id=audit.body.pk,
        region_id=audit.unit.region_id,
        appointment_id=later.pk,
    )
    assert orders_worked_on(former, [case_of_order.purchase.pk]) == [case_of_order.purchase.number]
    case = audit.case()
    finding = actions.draft_finding(
        actor=audit["LEADER"], case_id=case.pk, text=TEXT, orders=[case_of_order.purchase.number]
    )
    with refused("audit.own_work", finding):
        actions.confirm_finding(actor=former, finding_id=finding.pk)
    assert orders_worked_on(audit["SECOND"], [case_of_order.purchase.pk]) == []


def test_only_the_unit_answers_and_only_with_evidence(audit: Audit) -> None:
    thing = audit.recommended()
    stranger = people.actor(Role.PPK)
    with pytest.raises(Recommendation.DoesNotExist):
        actions.answer(actor=stranger, recommendation_id=thing.pk, text=WHY, files=[scan()])
    with pytest.raises(Recommendation.DoesNotExist):
        actions.answer(actor=audit["TREASURER"], recommendation_id=thing.pk, text=WHY, files=[scan()])
    ppk = audit["PPK"]
    with refused("answer.no_evidence", thing):
        actions.answer(actor=ppk, recommendation_id=thing.pk, text=WHY, files=[])
    with refused("document_type", thing):
        actions.answer(actor=ppk, recommendation_id=thing.pk, text=WHY, files=[b"MZ not a paper"])
    future = Deposit("STS-9", clock.today() + timedelta(days=1), 10, scan())
    with refused("deposit.date", thing):
        actions.answer(actor=ppk, recommendation_id=thing.pk, text=WHY, files=[scan()], deposit=future)
    much = Deposit("STS-9", clock.today(), 3_500_001, scan())
    with refused("deposit.amount", thing):
        actions.answer(actor=ppk, recommendation_id=thing.pk, text=WHY, files=[scan()], deposit=much)
    assert not Answer.objects.exists() and not Recovery.objects.exists()


# ── money ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_telah_sesuai_needs_the_whole_sum_back(audit: Audit) -> None:
    thing = audit.recommended()
    audit.answer(thing, amount=1_000_000)
    actions.verify_answer(actor=audit["LEADER"], recommendation_id=thing.pk, note=WHY)
    with refused("recovery.short", thing):
        actions.propose_status(
            actor=audit["LEADER"], recommendation_id=thing.pk, status="FITTING", reason=WHY
        )
    actions.propose_status(
        actor=audit["LEADER"], recommendation_id=thing.pk, status="NOT_FITTING", reason=WHY
    )
    actions.confirm_status(actor=audit["SECOND"], recommendation_id=thing.pk)
    audit.answer(thing, amount=2_500_000)
    assert audit.settle(thing).recovered == 3_500_000


def test_a_deposit_sent_back_does_not_count_and_its_number_may_come_again(audit: Audit) -> None:
    thing = audit.recommended()
    slip = Deposit("STS-77", clock.today(), 3_500_000, scan())
    told: dict[str, Any] = {
        "recommendation_id": thing.pk,
        "text": WHY,
        "files": [scan()],
        "deposit": slip,
    }
    actions.answer(actor=audit["PPK"], **told)
    actions.return_answer(actor=audit["LEADER"], recommendation_id=thing.pk, reason=WHY)
    assert (fresh(thing).state, fresh(thing).recovered) == ("NOT_FITTING", 0)
    actions.answer(actor=audit["PPK"], **told)
    other = audit.recommended()
    with refused("deposit.sts_used", other):
        actions.answer(actor=audit["PPK"], **{**told, "recommendation_id": other.pk})
    assert audit.settle(thing).state == "FITTING"


def test_unactionable_needs_a_listed_ground_and_no_answer(audit: Audit) -> None:
    thing = audit.recommended()
    told: dict[str, Any] = {"actor": audit["LEADER"], "recommendation_id": thing.pk, "reason": WHY}
    told["status"] = "UNACTIONABLE"
    with refused("code_unknown", thing):
        actions.propose_status(**told, ground="MALAS")
    actions.propose_status(**told, ground="PROSES_HUKUM")
    actions.decline_status(actor=audit["SECOND"], recommendation_id=thing.pk, reason=WHY)
    assert fresh(thing).state == "NOT_FOLLOWED" and fresh(thing).due_at == thing.due_at
    actions.propose_status(**told, ground="PROSES_HUKUM")
    settled = actions.confirm_status(actor=audit["SECOND"], recommendation_id=thing.pk)
    assert settled.status == BpkStatus.UNACTIONABLE
    reopened = actions.reopen(actor=audit["LEADER"], recommendation_id=thing.pk, reason=WHY)
    assert reopened.state == "NOT_FITTING"
    assert due_day(reopened) == clock.today() + timedelta(days=60)


# ── figures ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_percentage_and_its_denominator() -> None:
    counts = {
        BpkStatus.FITTING: 60,
        BpkStatus.NOT_FITTING: 20,
        BpkStatus.NOT_FOLLOWED: 10,
        BpkStatus.UNACTIONABLE: 10,
    }
    assert fitting_bp(counts, "tanpa_status_4") == 6_666
    assert fitting_bp(counts, "semua") == 6_000
    assert fitting_bp(dict.fromkeys(BpkStatus, 0), "semua") is None
    assert fitting_bp({**dict.fromkeys(BpkStatus, 0), BpkStatus.UNACTIONABLE: 3}, "tanpa_status_4") is None


def test_follow_up_counts_what_each_may_see(audit: Audit) -> None:
    old = audit.recommended(received=clock.today() - timedelta(days=70))
    audit.answer(old)
    audit.settle(old)
    audit.recommended(received=clock.today() - timedelta(days=45), due=1_000_000)
    foreign = Audit(people.organisation(), audit.body, {"LEADER": audit.appointed("LEADER")})
    foreign.people["SECOND"] = audit.appointed("SECOND")
    foreign.recommended(received=clock.today())
    of_region, of_unit = follow_up(audit["LEADER"]), follow_up(audit["PPK"])
    assert of_region.whole.tally.by_status == [1, 0, 2, 0] and of_region.whole.percent_bp == 3_333
    assert of_unit.whole.tally.by_status == [1, 0, 1, 0] and of_unit.whole.percent_bp == 5_000
    assert len(of_unit.units) == 1 and of_unit.whole.tally.left == 1_000_000
    assert [(band.count, band.due) for band in of_unit.ageing] == [
        (0, 0), (1, 1_000_000), (0, 0), (0, 0), (0, 0)
    ]  # fmt: skip
    assert [band_of(days, [30, 60]) for days in (0, 30, 31, 60, 61)] == [0, 0, 1, 1, 2]


def test_every_state_the_unit_sees_has_a_status() -> None:
    assert set(STATUS_OF) == {state.code for state in RECOMMENDATION.states} - {"DRAFT", "WITHDRAWN"}


# ── who sees what ────────────────────────────────────────────────────────────────────────────────────────────────
def test_drafts_stay_with_the_body_and_reports_are_for_all_auditors_of_the_region(audit: Audit) -> None:
    case = audit.case()
    audit.finding(case)
    colleague = people.actor(Role.AUDITOR, people.organisation(Organisation.Kind.AUDITOR_BODY))
    elsewhere = people.actor(
        Role.AUDITOR,
        people.organisation(Organisation.Kind.AUDITOR_BODY, in_region=people.region("D001", "Lain")),
    )
    seen: Callable[[Actor], int] = lambda actor: follow_up(actor).whole.tally.total  # noqa: E731
    assert [seen(each) for each in (audit["LEADER"], colleague, audit["PPK"])] == [0, 0, 0]
    audit.issue(case)
    assert [seen(each) for each in (audit["LEADER"], colleague, audit["PPK"])] == [1, 1, 1]
    assert seen(elsewhere) == 0 and seen(audit["TREASURER"]) == 0


def test_officers_and_auditors_hear_what_is_theirs_to_do(audit: Audit) -> None:
    thing = audit.recommended()
    runner.drain()
    told = Notice.objects.filter(organisation_id=audit.unit.pk, sentence__contains="Giliran Anda")
    assert sorted(told.values_list("role", flat=True)) == ["KPA", "PA", "PPK"]
    audit.answer(thing)
    runner.drain()
    assert Notice.objects.filter(organisation_id=audit.body.pk, role="AUDITOR", url=thing.get_absolute_url())
    source = all_sources()["recommendation"]
    standing = source.standing(source.things().get(pk=thing.pk))
    assert [each.tray.organisation_id for each in standing.holders] == [audit.body.pk]


def test_a_desk_shows_the_steps_of_its_owner_alone(audit: Audit) -> None:
    thing = audit.recommended()
    steps = lambda who: [item.action for item in waiting_for(audit[who])]  # noqa: E731
    assert steps("PPK") == ["Jawab rekomendasi"] and steps("LEADER") == []
    audit.answer(thing)
    assert steps("PPK") == [] and steps("LEADER") == ["Nyatakan bukti cukup"]
    actions.verify_answer(actor=audit["LEADER"], recommendation_id=thing.pk, note=WHY)
    actions.propose_status(actor=audit["LEADER"], recommendation_id=thing.pk, status="FITTING", reason=WHY)
    assert steps("LEADER") == [] and steps("SECOND") == ["Tetapkan status"]


def test_the_log_holds_no_text_of_people(audit: Audit) -> None:
    thing = audit.recommended()
    audit.answer(thing)
    spoken = [TEXT.condition, TEXT.title, "sudah disetor penyedia", "Setorkan kelebihan"]
    payloads = [bytes(each.payload).decode() for each in Entry.objects.all()]
    assert not [word for word in spoken for payload in payloads if word in payload]
    assert TEXT.sha256 in "".join(payloads)


# ── what the database guarantees ─────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE oversight_finding SET amount = 1",
        "DELETE FROM oversight_finding",
        "UPDATE oversight_recommendation SET amount_due = 0",
        "UPDATE oversight_answer SET text = 'lain'",
        "DELETE FROM oversight_answerfile",
        "UPDATE oversight_recovery SET amount = 1",
        "UPDATE oversight_recovery SET accepted = NULL, judged_by_id = NULL, judged_at = NULL",
        "UPDATE oversight_recommendation SET decided_by_id = proposed_by_id",
        "UPDATE oversight_recommendation SET recovered = 0",
        "DELETE FROM oversight_casemember",
    ],
)
def test_the_database_refuses(audit: Audit, statement: str) -> None:
    thing = audit.recommended()
    audit.answer(thing)
    audit.settle(thing)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Finding.objects.get().amount == 3_500_000
