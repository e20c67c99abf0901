"""People, appointments in force, actors, entrances, and personal data at rest."""

from __future__ import annotations

import base64
import hashlib
from datetime import date, timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from marketplace.accounts import personal_data
from marketplace.accounts.access import SESSION_KEY, choose_appointment, current_actor, roles
from marketplace.accounts.actors import PUBLIC, Actor
from marketplace.accounts.backends import PersonBackend
from marketplace.accounts.models import Appointment, User
from marketplace.accounts.queries import appointments_of, officers_of
from marketplace.accounts.roles import APPOINTABLE, LABELS, SIDES, Role, side_of
from marketplace.core import clock
from marketplace.core.transitions import Refused
from tests import people

pytestmark = pytest.mark.django_db


# -- roles and actors --


def test_every_role_has_a_name_and_every_given_role_one_side() -> None:
    assert LABELS.keys() == set(Role)
    for role in APPOINTABLE:
        assert sum(role in held for held in SIDES.values()) == 1
    for role in (Role.PUBLIC, Role.SYSTEM):
        with pytest.raises(StopIteration):
            side_of(role)


def test_an_actor_is_the_person_under_one_appointment() -> None:
    given = people.appointment(Role.PPK)
    actor = Actor.of(given)
    assert (actor.user_id, actor.role, actor.appointment_id) == (given.user_id, Role.PPK, given.pk)
    assert actor.region_id == given.organisation.region_id
    assert actor.signed_in
    assert not PUBLIC.signed_in
    assert Actor.system("Jam").role == Role.SYSTEM


def test_require_names_the_roles_that_may() -> None:
    actor = people.actor(Role.PP)
    actor.require(Role.PP, Role.PPK)
    with pytest.raises(Refused, match=r"Pejabat Pembuat Komitmen.*berwenang"):
        actor.require(Role.PPK)


# -- appointments in force --


def test_an_appointment_counts_on_its_first_and_last_day_and_on_no_other() -> None:
    today = clock.today()
    given = people.appointment(Role.PPTK)

    def counts(since: date, until: date | None) -> bool:
        Appointment.objects.filter(pk=given.pk).update(valid_from=since, valid_to=until)
        return appointments_of(given.user).exists()

    day = timedelta(days=1)
    assert counts(today, today)
    assert counts(today - day, None)
    assert not counts(today + day, None)
    assert not counts(today - 2 * day, today - day)


@pytest.mark.parametrize("switched_off", ["user", "organisation"])
def test_inactive_people_and_organisations_hold_no_office(switched_off: str) -> None:
    given = people.appointment(Role.PPK)
    thing = getattr(given, switched_off)
    thing.is_active = False
    thing.save()
    assert not appointments_of(given.user).exists()
    assert not officers_of(given.organisation_id, Role.PPK).exists()


def test_officers_of_a_unit_by_role() -> None:
    unit = people.organisation()
    ppk, pp = people.appointment(Role.PPK, unit), people.appointment(Role.PP, unit)
    people.appointment(Role.PPK)
    assert set(officers_of(unit.pk, Role.PPK)) == {ppk}
    assert set(officers_of(unit.pk)) == {ppk, pp}


# -- entrances --


def request_of(user: User | None, chosen: int | None = None) -> Any:
    request: Any = RequestFactory().get("/x/")
    request.user = user or type("Anonymous", (), {"is_authenticated": False})()
    request.session = {SESSION_KEY: chosen} if chosen else {}
    request.actor = current_actor(request)
    return request


def test_the_actor_of_a_request() -> None:
    assert request_of(None).actor is PUBLIC
    newcomer = people.user()
    assert request_of(newcomer).actor.role == Role.PUBLIC
    first = people.appointment(Role.PPTK, person=newcomer)
    second = people.appointment(Role.RECEIVER, person=newcomer)
    assert request_of(newcomer).actor.appointment_id == first.pk
    assert request_of(newcomer, second.pk).actor.role == Role.RECEIVER


def test_a_session_finds_its_person_and_the_appointments_by_one_query(assert_max_queries: Any) -> None:
    given, newcomer = people.appointment(Role.PPK), people.user()
    with assert_max_queries(1):
        person = PersonBackend().get_user(given.user_id)
        assert person == given.user
        assert request_of(person, given.pk).actor.appointment_id == given.pk
    with assert_max_queries(2):
        person = PersonBackend().get_user(newcomer.pk)
        assert person == newcomer
        assert request_of(person).actor.role == Role.PUBLIC


def test_every_request_reads_anew_what_its_person_may() -> None:
    given = people.appointment(Role.PPK)
    client = people.signed_in(given)
    actor: Any = client.get("/meja/").wsgi_request.actor  # type: ignore[attr-defined]
    assert actor.role == Role.PPK
    Appointment.objects.filter(pk=given.pk).update(valid_from=clock.today() + timedelta(days=1))
    actor = client.get("/meja/").wsgi_request.actor  # type: ignore[attr-defined]
    assert actor.role == Role.PUBLIC
    User.objects.filter(pk=given.user_id).update(is_active=False)
    assert client.get("/meja/").status_code == 302


def test_nobody_acts_under_anothers_appointment() -> None:
    me, other = people.appointment(Role.PPTK), people.appointment(Role.PA)
    request = request_of(me.user, other.pk)
    assert request.actor.appointment_id == me.pk
    with pytest.raises(Appointment.DoesNotExist):
        choose_appointment(request, other.pk)


def view(request) -> HttpResponse:
    return HttpResponse("masuk")


@pytest.mark.parametrize("role", sorted(APPOINTABLE))
def test_a_view_opens_for_its_roles_alone(role: Role) -> None:
    guarded: Any = roles(Role.PPK, Role.PP)(view)
    request = request_of(people.appointment(role).user)
    if role in {Role.PPK, Role.PP}:
        assert guarded(request).content == b"masuk"
    else:
        with pytest.raises(PermissionDenied):
            guarded(request)


def test_who_is_not_signed_in_is_led_to_the_door() -> None:
    for guarded in (roles(Role.PPK)(view), roles.signed_in(view)):
        answer: Any = guarded(request_of(None))
        assert answer.status_code == 302
        assert answer.url.endswith("?next=/x/")
    assert roles.everyone(view)(request_of(None)).status_code == 200
    assert roles.signed_in(view)(request_of(people.user())).status_code == 200


def test_views_say_who_may_enter() -> None:
    said: list[Any] = [roles(Role.PPK)(view), roles.everyone(view), roles.signed_in(view)]
    assert [each.may_enter for each in said] == [{Role.PPK}, None, APPOINTABLE | {Role.PUBLIC}]


# -- people --


def test_an_address_belongs_to_one_person_in_any_case() -> None:
    User.objects.create_user("Ani@Contoh.Test", "x", name="Ani")
    assert User.objects.get_by_natural_key("ANI@contoh.test").name == "Ani"
    with pytest.raises(IntegrityError), transaction.atomic():
        User(email="ANI@CONTOH.TEST", name="Ani lain").save()


# -- personal data --


def test_personal_data_stands_encrypted_in_the_database() -> None:
    person = people.user()
    person.phone, person.nip = "081234567890", "198508172010011001"
    person.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone, nip FROM accounts_user WHERE id = %s", [person.pk])
        stored = cursor.fetchone()
    assert all("0812" not in text and "1985" not in text for text in stored)
    again = User.objects.get(pk=person.pk)
    assert (again.phone, again.nip) == ("081234567890", "198508172010011001")
    assert people.user().phone == ""


def test_encrypted_columns_cannot_be_searched() -> None:
    with pytest.raises(TypeError, match="keyed_hash"):
        User.objects.filter(phone="0812").exists()


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_encryption_there_and_back(text: str) -> None:
    token = personal_data.encrypted(text)
    assert token.isascii()
    assert personal_data.decrypted(token) == text
    assert personal_data.encrypted(text) != token


def test_a_token_opens_only_in_the_column_it_was_made_for() -> None:
    token = personal_data.encrypted("rahasia", column="a.number")
    assert personal_data.decrypted(token, column="a.number") == "rahasia"
    with pytest.raises(InvalidToken):
        personal_data.decrypted(token, column="b.number")


def test_what_the_former_kind_of_token_holds_is_still_read(settings) -> None:
    secret = settings.FIELD_KEYS[0]
    old = (
        Fernet(base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()))
        .encrypt(b"rahasia")
        .decode()
    )
    assert personal_data.key_id_of(old) == ""
    assert personal_data.decrypted(old, column="a.number") == "rahasia"


def test_keys_are_changed_without_losing_what_was_written(settings) -> None:
    token = personal_data.encrypted("rahasia")
    settings.FIELD_KEYS = ["2:kunci baru", *settings.FIELD_KEYS]
    assert personal_data.decrypted(token) == "rahasia"
    fresh = personal_data.encrypted("rahasia")
    settings.FIELD_KEYS = ["2:kunci baru"]
    assert personal_data.decrypted(fresh) == "rahasia"
    with pytest.raises(InvalidToken):
        personal_data.decrypted(token)


def test_keyed_hashes_depend_on_purpose_and_key(settings) -> None:
    nik = "3171011708850001"
    first = personal_data.keyed_hash("nik", nik)
    assert (len(first), first) == (64, personal_data.keyed_hash("nik", nik))
    assert first != personal_data.keyed_hash("npwp", nik)
    settings.INDEX_KEY = "kunci lain"
    assert first != personal_data.keyed_hash("nik", nik)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("3171011708850001", "••••••••••••0001"), ("12345", "•2345"), ("1234", "••••"), ("", "")],
)
def test_masked(text: str, shown: str) -> None:
    assert personal_data.masked(text) == shown


def test_masked_whole() -> None:
    assert personal_data.masked("Sari Wulandari", keep=0) == "•" * 14
