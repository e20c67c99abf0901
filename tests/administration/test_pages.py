"""Administration's pages: forms do what the actions do, for those who may, within the own region."""

from __future__ import annotations

import pytest

from marketplace.accounts.models import Appointment
from marketplace.accounts.roles import APPOINTABLE, Role
from marketplace.core import clock
from marketplace.regulation.models import Parameter
from tests import people

pytestmark = pytest.mark.django_db
PAGES = (
    "/kelola/penunjukan/",
    "/kelola/penunjukan/baru/",
    "/kelola/parameter/",
    "/kelola/parameter/usul/",
    "/aturan/kalender/",
    "/aturan/kalender/usul/",
)


@pytest.fixture
def operator():
    return people.appointment(Role.OPERATOR)


@pytest.mark.parametrize("url", PAGES)
def test_operators_enter_and_others_do_not(client, operator, url: str, assert_max_queries) -> None:
    mine = people.signed_in(operator)
    assert mine.get(url).status_code == 200
    with assert_max_queries(12):
        mine.get(url)
    assert client.get(url).status_code == 302
    allowed = {Role.OPERATOR, Role.PA} if "penunjukan" in url else {Role.OPERATOR}
    for role in sorted(APPOINTABLE - allowed):
        assert people.signed_in(people.appointment(role)).get(url).status_code == 403


def test_an_appointment_by_form(operator) -> None:
    unit, person = people.organisation(), people.user()
    client, today = people.signed_in(operator), clock.today().isoformat()
    typed = {
        "email": person.email.upper(),
        "organisation": unit.pk,
        "role": "PPK",
        "decree_number": "SK-7/2026",
        "decree_date": today,
        "valid_from": today,
    }
    refused = client.post("/kelola/penunjukan/baru/", typed)
    assert refused.status_code == 409
    assert "sertifikat" in refused.text
    assert not person.appointments.exists()
    assert client.post("/kelola/penunjukan/baru/", {**typed, "certificate_number": "S-1"}).status_code == 302
    given = person.appointments.get()
    assert person.name in client.get("/kelola/penunjukan/").text
    assert "Belum ada akun" in client.post("/kelola/penunjukan/baru/", {**typed, "email": "x@y.test"}).text
    ended = client.post(f"/kelola/penunjukan/{given.pk}/akhiri/", {"last_day": today, "reason": "Mutasi"})
    assert ended.status_code == 302
    given.refresh_from_db()
    assert given.valid_to == clock.today()


def test_foreign_appointments_are_neither_listed_nor_found(operator) -> None:
    elsewhere = people.organisation(in_region=people.region("D107", "Provinsi Contoh"))
    foreign = people.appointment(Role.PPK, elsewhere)
    client = people.signed_in(operator)
    assert foreign.user.name not in client.get("/kelola/penunjukan/?semua=ya").text
    assert client.get(f"/kelola/penunjukan/{foreign.pk}/akhiri/").status_code == 404
    assert elsewhere.name not in client.get("/kelola/penunjukan/baru/").text


def test_a_rule_changes_by_two_forms_and_two_people(operator) -> None:
    one, two = people.signed_in(operator), people.signed_in(people.appointment(Role.OPERATOR))
    today = clock.today().isoformat()
    typed = {
        "code": "authority.pp_max.goods",
        "value": "150.000.000",
        "valid_from": today,
        "legal_basis": "Pergub 5/2026",
    }
    assert one.post("/kelola/parameter/usul/", typed).status_code == 302
    proposed = Parameter.objects.get(state="PROPOSED")
    assert proposed.value == 150_000_000
    url = f"/kelola/parameter/{proposed.pk}/"
    assert url in two.get("/kelola/parameter/").text
    assert one.post(url, {"decision": "approve"}).status_code == 409
    assert two.post(url, {"decision": "reject", "reason": ""}).status_code == 409
    assert two.post(url, {"decision": "approve"}).status_code == 302
    proposed.refresh_from_db()
    assert proposed.state == "ACTIVE"
    assert two.get(url).status_code == 404
    assert "Pergub 5/2026" in one.get("/kelola/parameter/").text


@pytest.mark.parametrize(("value", "answer"), [("lima", 422), ("ya", 409), ("[1", 422), ("-5", 409)])
def test_values_of_the_wrong_kind_are_told_apart(operator, value: str, answer: int) -> None:
    typed = {
        "code": "timer.awaiting_ppk",
        "value": value,
        "valid_from": clock.today().isoformat(),
        "legal_basis": "x",
    }
    assert people.signed_in(operator).post("/kelola/parameter/usul/", typed).status_code == answer
    assert not Parameter.objects.filter(state="PROPOSED").exists()


def test_lists_are_flat_in_rows(operator, assert_flat_in_rows) -> None:
    client = people.signed_in(operator)
    assert_flat_in_rows(
        lambda: client.get("/kelola/penunjukan/"), lambda: [people.appointment(Role.PPK) for _ in range(60)]
    )
    assert Appointment.objects.count() > 50
    assert "setelah=" in client.get("/kelola/penunjukan/").text
