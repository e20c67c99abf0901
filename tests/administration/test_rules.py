"""Dated rules by two persons: who proposes, who approves, what happens to the value before."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import APPOINTABLE, Role
from marketplace.administration import actions, queries
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.regulation.models import Holiday, Parameter
from marketplace.regulation.queries import forget_rules, is_working_day, parameter
from tests import people

pytestmark = pytest.mark.django_db
CODE = "timer.awaiting_ppk"


@pytest.fixture
def operators() -> tuple[Actor, Actor]:
    desk = people.organisation("OPERATOR")
    return people.actor(Role.OPERATOR, desk), people.actor(Role.OPERATOR, desk)


def day(offset: int) -> date:
    return clock.today() + timedelta(days=offset)


def propose(actor: Actor, **changes: Any) -> Parameter:
    arguments: dict[str, Any] = {
        "code": CODE,
        "value": 5,
        "valid_from": day(1),
        "legal_basis": "Pergub 1/2026",
    }
    return actions.propose_parameter(actor=actor, **{**arguments, **changes})


def value_on(offset: int, region_id: int | None) -> Any:
    forget_rules()
    return parameter(CODE, on=day(offset), region_id=region_id).value


def test_two_persons_change_a_rule_for_their_region_alone(operators) -> None:
    one, other = operators
    proposed = propose(one)
    assert value_on(1, one.region_id) == 3
    actions.approve_parameter(actor=other, parameter_id=proposed.pk)
    elsewhere = people.region("D107", "Provinsi Contoh")
    assert [
        value_on(0, one.region_id),
        value_on(1, one.region_id),
        value_on(1, elsewhere.pk),
        value_on(1, None),
    ] == [
        3,
        5,
        3,
        3,
    ]
    acts = Entry.objects.order_by("id").values_list("act", "aggregate_id", "region_id")
    assert list(acts) == [
        ("parameter.propose", str(proposed.pk), one.region_id),
        ("parameter.approve", str(proposed.pk), one.region_id),
    ]


def test_a_new_value_ends_the_one_before_on_the_day_before(operators) -> None:
    one, other = operators
    first = actions.approve_parameter(actor=other, parameter_id=propose(one).pk)
    actions.approve_parameter(actor=other, parameter_id=propose(one, value=7, valid_from=day(10)).pk)
    first.refresh_from_db()
    assert first.valid_to == day(9)
    assert [value_on(9, one.region_id), value_on(10, one.region_id)] == [5, 7]
    assert Entry.objects.get(act="parameter.supersede").facts["valid_to"] == day(9).isoformat()


def test_a_passing_value_interrupts_the_one_before(operators) -> None:
    one, other = operators
    actions.approve_parameter(actor=other, parameter_id=propose(one).pk)
    passing = propose(one, value=9, valid_from=day(10), valid_to=day(12))
    actions.approve_parameter(actor=other, parameter_id=passing.pk)
    assert [value_on(n, one.region_id) for n in (9, 10, 12, 13, 400)] == [5, 9, 9, 5, 5]


def test_an_older_start_does_not_slip_under_a_newer_value(operators) -> None:
    one, other = operators
    actions.approve_parameter(actor=other, parameter_id=propose(one, valid_from=day(20)).pk)
    late = propose(one, valid_from=day(10))
    with pytest.raises(Refused) as refused:
        actions.approve_parameter(actor=other, parameter_id=late.pk)
    assert refused.value.code == "newer_value"
    late.refresh_from_db()
    assert late.state == "PROPOSED"
    assert Entry.objects.filter(act="parameter.approve").count() == 1


def test_the_proposer_never_approves_and_the_database_knows_it_too(operators) -> None:
    one, _other = operators
    proposed = propose(one)
    with pytest.raises(Refused) as refused:
        actions.approve_parameter(actor=one, parameter_id=proposed.pk)
    assert refused.value.code == "same_person"
    proposed.refresh_from_db()
    assert (proposed.state, proposed.approved_by) == ("PROPOSED", None)
    assert not Entry.objects.filter(act="parameter.approve").exists()
    with pytest.raises(IntegrityError, match="parameter_two_persons"), transaction.atomic():
        Parameter.objects.filter(pk=proposed.pk).update(approved_by=one.user_id)


def test_a_decision_is_made_once(operators) -> None:
    one, other = operators
    proposed = propose(one)
    actions.reject_parameter(actor=other, parameter_id=proposed.pk, reason="Belum ada pergub")
    for decide in (
        lambda: actions.approve_parameter(actor=other, parameter_id=proposed.pk),
        lambda: actions.reject_parameter(actor=other, parameter_id=proposed.pk, reason="x"),
    ):
        with pytest.raises(Refused) as refused:
            decide()
        assert refused.value.code == "decided_already"
    assert value_on(5, one.region_id) == 3
    assert Entry.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"code": "no.such"}, "unknown_parameter"),
        ({"value": "5"}, "value_kind"),
        ({"value": True}, "value_kind"),
        ({"value": -1}, "value_kind"),
        ({"legal_basis": " "}, "basis_missing"),
        ({"valid_from": date(2020, 1, 1)}, "in_the_past"),
        ({"valid_to": date(2020, 1, 1)}, "days_reversed"),
    ],
)
def test_a_wrong_proposal_is_refused(operators, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        propose(operators[0], **changes)
    assert refused.value.code == code
    assert not Parameter.objects.exclude(state="ACTIVE").exists()
    assert not Entry.objects.exists()


def test_a_proposal_that_waited_too_long_is_not_approved(operators) -> None:
    one, other = operators
    proposed = propose(one)
    Parameter.objects.filter(pk=proposed.pk).update(valid_from=day(-1))
    with pytest.raises(Refused) as refused:
        actions.approve_parameter(actor=other, parameter_id=proposed.pk)
    assert refused.value.code == "in_the_past"


def test_nobody_decides_for_another_region(operators) -> None:
    proposed = propose(operators[0])
    elsewhere = people.organisation("OPERATOR", in_region=people.region("D107", "Provinsi Contoh"))
    stranger = people.actor(Role.OPERATOR, elsewhere)
    assert queries.waiting_for(stranger) == []
    with pytest.raises(Parameter.DoesNotExist):
        actions.approve_parameter(actor=stranger, parameter_id=proposed.pk)
    with pytest.raises(Parameter.DoesNotExist):
        actions.reject_parameter(actor=stranger, parameter_id=proposed.pk, reason="x")


@pytest.mark.parametrize("role", sorted(APPOINTABLE - {Role.OPERATOR}))
def test_only_operators_change_rules(role: Role) -> None:
    actor = people.actor(role)
    for call in (
        lambda: propose(actor),
        lambda: actions.propose_holiday(actor=actor, day=day(3), name="x", kind="LIBUR", legal_basis="y"),
    ):
        with pytest.raises(Refused) as refused:
            call()
        assert refused.value.code == "wrong_role"
    assert not Entry.objects.exists()


def test_the_desk_shows_what_waits_for_whom(operators) -> None:
    one, other = operators
    propose(one)
    assert [item.mine for item in queries.waiting_for(one)] == [False]
    assert [item.mine for item in queries.waiting_for(other)] == [True]
    assert queries.waiting_for(people.actor(Role.PPK)) == []


def test_the_database_holds_one_value_a_day() -> None:
    there = Parameter.objects.filter(code=CODE, region=None).get()
    with pytest.raises(IntegrityError, match="parameter_one_value_a_day"), transaction.atomic():
        Parameter.objects.create(
            code=CODE, value=1, unit="x", valid_from=there.valid_from, legal_basis="x", state="ACTIVE"
        )


def test_a_new_holiday_stops_the_clock_of_deadlines(operators) -> None:
    coming = next(day(n) for n in range(1, 20) if is_working_day(day(n)))
    arguments: dict[str, Any] = {
        "day": coming,
        "name": "Cuti bersama",
        "kind": "CUTI_BERSAMA",
        "legal_basis": "SKB 3 Menteri",
    }
    one, other = operators
    proposed = actions.propose_holiday(actor=one, **arguments)
    forget_rules()
    assert is_working_day(coming)
    with pytest.raises(Refused) as refused:
        actions.propose_holiday(actor=other, **arguments)
    assert refused.value.code == "proposed_already"
    with pytest.raises(Refused) as refused:
        actions.approve_holiday(actor=one, proposal_id=proposed.pk)
    assert refused.value.code == "same_person"
    assert not Holiday.objects.filter(day=coming).exists()
    assert [item.mine for item in queries.waiting_for(other)] == [True]
    actions.approve_holiday(actor=other, proposal_id=proposed.pk)
    forget_rules()
    assert not is_working_day(coming)
    attempts: list[tuple[Any, str]] = [
        (lambda: actions.propose_holiday(actor=other, **arguments), "holiday_there"),
        (lambda: actions.propose_holiday(actor=one, **{**arguments, "day": day(-1)}), "in_the_past"),
        (lambda: actions.approve_holiday(actor=other, proposal_id=proposed.pk), "decided_already"),
    ]
    for again, code in attempts:
        with pytest.raises(Refused) as refused:
            again()
        assert refused.value.code == code
    assert Holiday.objects.filter(day=coming).count() == 1
    assert Entry.objects.filter(act="holiday.add").count() == 1


def test_a_proposed_holiday_can_be_turned_down_and_proposed_again(operators) -> None:
    coming = next(day(n) for n in range(1, 20) if is_working_day(day(n)))
    arguments: dict[str, Any] = {"day": coming, "name": "Cuti", "kind": "LIBUR", "legal_basis": "SKB"}
    proposed = actions.propose_holiday(actor=operators[0], **arguments)
    actions.reject_holiday(actor=operators[1], proposal_id=proposed.pk, reason="SKB belum terbit")
    actions.propose_holiday(actor=operators[0], **arguments)
    assert not Holiday.objects.filter(day=coming).exists()
    assert Entry.objects.filter(act="holiday.reject").count() == 1


def test_the_desk_leads_each_role_to_its_pages() -> None:
    def links(role: Role) -> list[str]:
        return [link.url for link in queries.desk_links(people.actor(role))]

    assert links(Role.OPERATOR) == ["/kelola/penunjukan/", "/kelola/npwp/", "/kelola/parameter/", "/audit/"]
    assert links(Role.AUDITOR) == ["/audit/"]
    assert links(Role.PA) == ["/kelola/penunjukan/", "/kelola/npwp/"]
    assert links(Role.PPK) == []
