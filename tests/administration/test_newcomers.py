"""An officer's account comes with the first appointment, and opens by a link that only the mailbox sees."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from marketplace.accounts.models import Appointment, User
from marketplace.accounts.roles import Role
from marketplace.administration.tasks import welcome
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.events.models import Job
from marketplace.events.runner import drain
from tests import people

PAGE = "/kelola/penunjukan/baru/"
ADDRESS, NAME = "siti.aminah@dinas.example", "Siti Aminah, S.E."
PASSWORD = "kuda-laut-menari-7"


def typed(**changes: Any) -> dict[str, Any]:
    today = clock.today().isoformat()
    return {
        "email": ADDRESS,
        "name": NAME,
        "organisation": people.organisation().pk,
        "role": "PPK",
        "decree_number": "SK-7/2026",
        "decree_date": today,
        "valid_from": today,
        "certificate_number": "S-1",
        **changes,
    }


def traces() -> tuple[int, ...]:
    return User.objects.count(), Appointment.objects.count(), Entry.objects.count(), Job.objects.count()


@pytest.mark.django_db(transaction=True)
def test_a_newcomer_is_appointed_gets_a_letter_and_signs_in(mailoutbox: list[Any]) -> None:
    client = people.signed_in(people.appointment(Role.OPERATOR))
    assert client.post(PAGE, typed(email=ADDRESS.upper())).status_code == 302
    person = User.objects.get(email=ADDRESS)
    assert (person.name, person.has_usable_password()) == (NAME, False)
    assert person.appointments.get().role == Role.PPK
    told = [(entry.act, entry.aggregate_id) for entry in Entry.objects.order_by("pk")][-2:]
    assert told == [("user.open", str(person.pk)), ("appointment.give", str(person.appointments.get().pk))]
    assert len({entry.deed for entry in Entry.objects.order_by("-pk")[:2]}) == 1
    for payload in Entry.objects.values_list("payload", flat=True):
        assert b"Aminah" not in bytes(payload)
        assert b"aminah" not in bytes(payload)

    drain()
    (letter,) = mailoutbox
    assert letter.to == [ADDRESS]
    link = re.search(r"https?://[^/\s]+(/sandi/ganti/\S+)", letter.body)
    assert link is not None
    visitor = Client()
    form = visitor.get(link[1], follow=True)
    assert form.status_code == 200
    done = visitor.post(
        form.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD}, follow=True
    )
    assert done.status_code == 200
    assert (
        visitor.login(email=ADDRESS, password=PASSWORD)
        or Client().post("/masuk/", {"login": ADDRESS, "password": PASSWORD}).headers["Location"]
    )
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert "tidak berlaku" in Client().get(link[1], follow=True).text, "a link works once"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"name": ""}, 422, "Belum ada akun dengan surel ini"),
        ({"name": "  a "}, 409, "Nama lengkap"),
        ({"certificate_number": ""}, 409, "bersertifikat"),
        ({"decree_number": ""}, 422, "Nomor SK"),
        ({"role": "AUDITOR"}, 409, "hanya ada di organisasi jenis"),
    ],
)
def test_a_refused_appointment_leaves_no_account_and_sends_no_letter(
    changes: dict[str, str], status: int, words: str
) -> None:
    client, asked = people.signed_in(people.appointment(Role.OPERATOR)), typed(**changes)
    before = traces()
    answer = client.post(PAGE, asked)
    assert answer.status_code == status
    assert words in answer.text
    assert traces() == before


@pytest.mark.django_db
def test_who_has_an_account_keeps_its_name_and_gets_no_letter(mailoutbox: list[Any]) -> None:
    person = people.user()
    client = people.signed_in(people.appointment(Role.OPERATOR))
    assert client.post(PAGE, typed(email=person.email, name="Orang Lain")).status_code == 302
    assert User.objects.get(pk=person.pk).name == person.name
    assert not Job.objects.filter(kind="administration.welcome").exists()


@pytest.mark.django_db
def test_a_closed_account_is_not_appointed() -> None:
    person = people.user()
    User.objects.filter(pk=person.pk).update(is_active=False)
    client, asked = people.signed_in(people.appointment(Role.OPERATOR)), typed(email=person.email)
    before = traces()
    answer = client.post(PAGE, asked)
    assert answer.status_code == 422
    assert "sudah ditutup" in answer.text
    assert traces() == before


@pytest.mark.django_db
def test_a_letter_is_not_sent_to_who_has_a_password(mailoutbox: list[Any]) -> None:
    welcome({"user": people.user().pk})
    welcome({"user": 0})
    assert not mailoutbox


@pytest.mark.django_db(transaction=True)
def test_two_operators_at_once_make_one_account() -> None:
    operators = [people.signed_in(people.appointment(Role.OPERATOR)) for _ in range(2)]
    asked = [typed(), typed(role="PP")]
    both = Barrier(2)

    def send(number: int) -> int:
        both.wait()
        try:
            return operators[number].post(PAGE, asked[number]).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        statuses = sorted(pool.map(send, range(2)))
    assert User.objects.filter(email=ADDRESS).count() == 1
    assert Appointment.objects.filter(user__email=ADDRESS).count() == statuses.count(302) >= 1
    assert set(statuses) <= {302, 409}
