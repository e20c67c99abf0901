"""Appointments: which roles exclude each other, in the service, in the database, and between two writers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import combinations
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment, Organisation
from marketplace.accounts.roles import APPOINTABLE, BUYING, NEVER_TOGETHER, Role, side_of
from marketplace.administration import actions
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from tests import people

pytestmark = pytest.mark.django_db
FORBIDDEN = [(one, other) for one, other, _reason in NEVER_TOGETHER]
SIDES = [Role.PPK, Role.VENDOR, Role.AUDITOR, Role.OPERATOR]
ALLOWED = [
    pair
    for pair in combinations(sorted(BUYING), 2)
    if pair not in FORBIDDEN and tuple(reversed(pair)) not in FORBIDDEN
]


@pytest.fixture
def operator() -> Actor:
    return people.actor(Role.OPERATOR)


def appoint(operator: Actor, role: Role, **changes: Any) -> Appointment:
    arguments: dict[str, Any] = {
        "actor": operator,
        "role": role,
        "decree_number": "SK-1/2026",
        "decree_date": date(2026, 1, 2),
        "valid_from": date(2026, 1, 2),
        "certificate_number": "SERT-9",
        **changes,
    }
    if "user_id" not in arguments:
        arguments["user_id"] = people.user().pk
    if "organisation_id" not in arguments:
        arguments["organisation_id"] = people.organisation(people.KIND_OF_ROLE[role]).pk
    return actions.appoint(**arguments)


def refuses(code: str, operator: Actor, role: Role, **changes: Any) -> Refused:
    before, entries = Appointment.objects.count(), Entry.objects.count()
    with pytest.raises(Refused) as refused:
        appoint(operator, role, **changes)
    assert refused.value.code == code
    assert (Appointment.objects.count(), Entry.objects.count()) == (before, entries)
    return refused.value


@pytest.mark.parametrize("role", sorted(APPOINTABLE))
def test_every_role_can_be_given_by_decree_and_is_logged(operator: Actor, role: Role) -> None:
    given = appoint(operator, role, acting="PLT", valid_to=date(2026, 12, 31))
    entry = Entry.objects.get(act="appointment.give")
    assert (entry.aggregate_type, entry.aggregate_id) == ("appointment", str(given.pk))
    assert entry.region_id == operator.region_id
    assert entry.facts["given_role"] == role
    assert entry.facts["valid_to"] == "2026-12-31"
    assert given.user.name not in str(entry.content)


@pytest.mark.parametrize(("one", "other"), [*FORBIDDEN, *[(b, a) for a, b in FORBIDDEN]])
def test_no_person_holds_a_forbidden_pair_even_in_two_units(operator: Actor, one: Role, other: Role) -> None:
    person = people.user()
    appoint(operator, one, user_id=person.pk)
    refusal = refuses("never_together", operator, other, user_id=person.pk)
    assert refusal.rule
    assert refusal.fix


@pytest.mark.parametrize(("one", "other"), FORBIDDEN)
def test_the_database_refuses_the_same_pairs(one: Role, other: Role) -> None:
    first = people.appointment(one)
    with (
        pytest.raises(IntegrityError, match=f"appointment_never_{one.lower()}_{other.lower()}"),
        transaction.atomic(),
    ):
        people.appointment(other, person=first.user)


@pytest.mark.parametrize(("one", "other"), ALLOWED)
def test_the_other_pairs_of_an_agency_may_be_held_together(operator: Actor, one: str, other: str) -> None:
    person = people.user()
    appoint(operator, Role(one), user_id=person.pk)
    appoint(operator, Role(other), user_id=person.pk)
    assert person.appointments.count() == 2


@pytest.mark.parametrize(("one", "other"), [(a, b) for a in SIDES for b in SIDES if a != b])
def test_nobody_stands_on_two_sides(operator: Actor, one: Role, other: Role) -> None:
    person = people.user()
    appoint(operator, one, user_id=person.pk)
    refuses("two_sides", operator, other, user_id=person.pk)


@pytest.mark.parametrize(
    ("one", "other"), [(a, b) for a, b in combinations(sorted(APPOINTABLE), 2) if side_of(a) != side_of(b)]
)
def test_the_database_keeps_the_sides_apart(one: Role, other: Role) -> None:
    first = people.appointment(one)
    with pytest.raises(IntegrityError, match="appointment_one_side_a_day"), transaction.atomic():
        people.appointment(other, person=first.user)


def test_the_same_nik_is_the_same_person(operator: Actor) -> None:
    one, other = people.user(), people.user()
    for account in (one, other):
        account.nik_hash = "a" * 64
        account.save()
    appoint(operator, Role.VENDOR, user_id=one.pk)
    refuses("two_sides", operator, Role.PPK, user_id=other.pk)


def test_pairs_are_allowed_one_after_the_other(operator: Actor) -> None:
    person = people.user()
    appoint(operator, Role.PPK, user_id=person.pk, valid_to=date(2026, 6, 30))
    refuses("never_together", operator, Role.TREASURER, user_id=person.pk, valid_from=date(2026, 6, 30))
    appoint(operator, Role.TREASURER, user_id=person.pk, valid_from=date(2026, 7, 1))


def test_one_role_once_a_day_in_one_unit(operator: Actor) -> None:
    person, unit = people.user(), people.organisation()
    appoint(operator, Role.PPTK, user_id=person.pk, organisation_id=unit.pk)
    refuses("appointed_already", operator, Role.PPTK, user_id=person.pk, organisation_id=unit.pk)
    appoint(operator, Role.PPTK, user_id=person.pk)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"decree_number": "  "}, "decree_missing"),
        ({"decree_date": date(2999, 1, 1)}, "decree_in_future"),
        ({"decree_date": date(2000, 1, 1)}, "decree_far_away"),
        ({"valid_from": date(2024, 12, 31)}, "decree_far_away"),
        ({"valid_from": date(2199, 12, 31)}, "decree_far_away"),
        ({"valid_to": date(2026, 1, 1)}, "days_reversed"),
        ({"certificate_valid_to": date(2026, 1, 1)}, "certificate_lapsed"),
        ({"certificate_number": ""}, "certificate_missing"),
    ],
)
def test_an_incomplete_decree_gives_nothing(operator: Actor, changes: dict[str, Any], code: str) -> None:
    refuses(code, operator, Role.PPK, **changes)
    refuses(code, operator, Role.PP, **changes)


@pytest.mark.parametrize("role", sorted(APPOINTABLE))
def test_a_role_is_held_only_where_it_exists(operator: Actor, role: Role) -> None:
    for kind in Organisation.Kind:
        if kind != people.KIND_OF_ROLE[role]:
            refuses("role_elsewhere", operator, role, organisation_id=people.organisation(kind).pk)


@pytest.mark.parametrize("role", [Role.PUBLIC, Role.SYSTEM])
def test_public_and_system_are_never_appointed(operator: Actor, role: Role) -> None:
    refuses("role_not_given", operator, role, organisation_id=people.organisation().pk)
    with pytest.raises(IntegrityError, match="appointment_role_can_be_given"), transaction.atomic():
        people.appointment(role, people.organisation())


def test_nobody_appoints_oneself_and_nobody_below_an_operator_or_pa_appoints(operator: Actor) -> None:
    refuses("own_appointment", operator, Role.OPERATOR, user_id=operator.user_id)
    for role in sorted(APPOINTABLE - {Role.OPERATOR, Role.PA}):
        refuses("wrong_role", people.actor(role), Role.PPTK)


def test_no_operator_reaches_into_another_region(operator: Actor) -> None:
    elsewhere = people.organisation(in_region=people.region("D107", "Provinsi Contoh"))
    foreign = people.appointment(Role.PPTK, elsewhere)
    with pytest.raises(Organisation.DoesNotExist):
        appoint(operator, Role.PPTK, organisation_id=elsewhere.pk)
    with pytest.raises(Appointment.DoesNotExist):
        actions.end_appointment(actor=operator, appointment_id=foreign.pk, last_day=clock.today(), reason="x")
    assert not Entry.objects.exists()


def test_a_pa_appoints_officers_of_the_own_unit_alone() -> None:
    unit = people.organisation()
    pa = people.actor(Role.PA, unit)
    assert appoint(pa, Role.PPK, organisation_id=unit.pk).role == Role.PPK
    refuses("not_given_by_pa", pa, Role.PA, organisation_id=unit.pk)
    with pytest.raises(Organisation.DoesNotExist):
        appoint(pa, Role.PPK)


def test_an_appointment_ends_but_not_in_the_past(operator: Actor) -> None:
    given, today = appoint(operator, Role.PPTK), clock.today()

    def end(**changes: Any) -> Appointment:
        return actions.end_appointment(
            **{"actor": operator, "appointment_id": given.pk, "last_day": today, "reason": "SK-2", **changes}
        )

    for changes, code in (
        ({"last_day": date(2025, 12, 31)}, "before_first_day"),
        ({"last_day": today - timedelta(days=1)}, "in_the_past"),
        ({"reason": " "}, "reason_missing"),
    ):
        with pytest.raises(Refused) as refused:
            end(**changes)
        assert refused.value.code == code
    given.refresh_from_db()
    assert given.valid_to is None
    assert not Entry.objects.filter(act="appointment.end").exists()
    assert end().valid_to == today
    assert Entry.objects.get(act="appointment.end").event_no == 2
    with pytest.raises(Refused) as refused:
        end()
    assert refused.value.code == "not_earlier"


# -- two writers at once --


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_operators_at_once_cannot_give_one_person_a_forbidden_pair() -> None:
    person, start = people.user(), Barrier(2)
    jobs = [(people.actor(Role.OPERATOR), role, people.organisation()) for role in (Role.PPK, Role.TREASURER)]

    def give(job: tuple[Actor, Role, Organisation]) -> str:
        operator, role, unit = job
        try:
            connection.ensure_connection()
            start.wait(30)
            appoint(operator, role, user_id=person.pk, organisation_id=unit.pk)
        except Refused as refused:
            return refused.code
        finally:
            connection.close()
        return "given"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(give, jobs)) == ["given", "never_together"]
    assert person.appointments.count() == 1
    assert Entry.objects.filter(act="appointment.give").count() == 1


@pytest.mark.parametrize(
    ("held", "wanted", "code"),
    [
        (Role.PPK, Role.TREASURER, "never_together"),
        (Role.VENDOR, Role.PPTK, "two_sides"),
        (Role.PPTK, Role.PPTK, "appointed_already"),
    ],
)
def test_what_only_the_database_sees_is_refused_in_the_same_words(
    operator: Actor, monkeypatch: pytest.MonkeyPatch, held: Role, wanted: Role, code: str
) -> None:
    """The service's own look is blindfolded, as it would be by a writer that takes no lock."""
    first = people.appointment(held)
    monkeypatch.setattr("marketplace.administration.segregation.clash", lambda new, others: None)
    place = {"organisation_id": first.organisation_id} if held == wanted else {}
    refuses(code, operator, wanted, user_id=first.user_id, **place)
