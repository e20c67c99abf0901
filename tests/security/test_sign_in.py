"""Guessing, keeping and stealing sessions."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.test import Client

from marketplace.accounts.roles import Role
from tests import people

pytestmark = pytest.mark.django_db

PASSWORD = "rahasia-sekali"
LOCKED = 429


@pytest.fixture
def counting(settings: LazySettings) -> None:
    settings.AXES_ENABLED = True


def tries(email: str, password: str = "salah", **request: Any) -> Any:
    return Client().post("/masuk/", {"login": email, "password": password}, **request)


def guess(email: str, times: int, **request: Any) -> None:
    for _time in range(times):
        tries(email, **request)


def test_guessing_ends_after_eight_tries_whatever_address_is_claimed(counting: None) -> None:
    victim = people.user()
    for number in range(settings.AXES_FAILURE_LIMIT):
        tries(victim.email, HTTP_X_FORWARDED_FOR=f"10.0.0.{number}")

    assert tries(victim.email, PASSWORD, HTTP_X_FORWARDED_FOR="10.9.9.9").status_code == LOCKED


def test_behind_a_proxy_only_the_one_who_guesses_is_locked_out(
    counting: None, settings: LazySettings
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    victim = people.user()
    for number in range(settings.AXES_FAILURE_LIMIT):
        tries(victim.email, HTTP_X_FORWARDED_FOR=f"10.0.0.{number}, 203.0.113.9")

    assert tries(victim.email, PASSWORD, HTTP_X_FORWARDED_FOR="1.1.1.1, 203.0.113.9").status_code == LOCKED
    assert tries(victim.email, PASSWORD, HTTP_X_FORWARDED_FOR="203.0.113.10").status_code == 302


def test_nothing_tells_whether_an_address_has_an_account() -> None:
    known, unknown = people.user().email, "tidak-ada@contoh.test"

    for path, field in (("/masuk/", "login"), ("/sandi/lupa/", "email")):
        answers = [Client().post(path, {field: email, "password": "x"}) for email in (known, unknown)]
        assert len({answer.status_code for answer in answers}) == 1
        assert len({answer.get("Location") for answer in answers}) == 1
    assert_same_words(known, unknown)


def assert_same_words(known: str, unknown: str) -> None:
    pages = [tries(email).content.decode().replace(email, "") for email in (known, unknown)]
    errors = [page.split('role="alert"', 1)[1].split("</", 1)[0] for page in pages]
    assert errors[0] == errors[1]


def test_signing_in_changes_the_session() -> None:
    client, person = Client(), people.appointment(Role.PPK).user
    session = client.session
    session["anything"] = 1
    session.save()
    planted = session.session_key or ""
    client.cookies[settings.SESSION_COOKIE_NAME] = planted

    assert client.post("/masuk/", {"login": person.email, "password": PASSWORD}).status_code == 302
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != planted


@pytest.mark.parametrize("change", ["password", "is_active"])
def test_other_sessions_end_with_the_password_and_with_the_account(change: str) -> None:
    who = people.appointment(Role.PPK)
    thief = people.signed_in(who)
    assert thief.get("/meja/").status_code == 200

    if change == "password":
        who.user.set_password("lain-sama-sekali")
    else:
        who.user.is_active = False
    who.user.save()

    assert thief.get("/meja/").status_code == 302


def test_an_absurd_rule_is_a_form_error(client_for: Any) -> None:
    answer = client_for(Role.OPERATOR).post(
        "/kelola/parameter/usul/",
        {
            "code": "timer.awaiting_ppk",
            "value": "9" * 200,
            "valid_from": "2027-01-01",
            "legal_basis": "SK 1/2026",
        },
    )
    assert answer.status_code == 422
    assert "terlalu besar" in answer.content.decode()
