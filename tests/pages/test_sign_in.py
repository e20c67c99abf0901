"""Signing in and out by e-mail, the lock-out after wrong passwords, and a new password by mail."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.core import mail
from django.core.cache import cache
from django.test import Client

from marketplace.accounts.models import User
from tests.pages.conftest import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_hung_in")]


@pytest.fixture(autouse=True)
def _no_earlier_attempts() -> None:
    cache.clear()


def sign_in(client: Client, user: User, password: str = PASSWORD) -> Any:
    return client.post("/masuk/", {"login": user.email, "password": password})


def test_the_right_password_leads_to_the_desk(client: Client, officer: User) -> None:
    response = sign_in(client, officer)
    assert (response.status_code, response["Location"]) == (302, "/meja/")
    assert client.get("/meja/").status_code == 200


def test_a_page_asked_for_before_is_shown_after(client: Client, officer: User) -> None:
    asked = client.get("/peran/")
    assert asked["Location"] == "/masuk/?next=/peran/"
    form = client.get(asked["Location"]).content.decode()
    assert '<input type="hidden" name="next" value="/peran/">' in form
    response = client.post(
        asked["Location"], {"login": officer.email.upper(), "password": PASSWORD, "next": "/peran/"}
    )
    assert response["Location"] == "/peran/"


def test_a_wrong_password_says_so_and_signs_nobody_in(client: Client, officer: User) -> None:
    page = sign_in(client, officer, "salah-sama-sekali").content.decode()
    assert "Alamat surel atau kata sandi tidak cocok" in page
    assert 'role="alert"' in page
    assert client.get("/meja/").status_code == 302


def test_an_unknown_address_is_answered_like_a_wrong_password(client: Client, officer: User) -> None:
    known = sign_in(client, officer, "salah-sama-sekali").content.decode()
    answer = client.post("/masuk/", {"login": "tiada@uji.invalid", "password": "salah-sama-sekali"})
    unknown = answer.content.decode().replace("tiada@uji.invalid", officer.email)
    hidden = re.compile(r'value="[A-Za-z0-9]{64}"|nonce="[^"]+"')
    assert hidden.sub("", unknown) == hidden.sub("", known)


def test_eight_wrong_passwords_hold_the_account_back(client: Client, officer: User, settings: Any) -> None:
    settings.AXES_ENABLED = True
    for _attempt in range(settings.AXES_FAILURE_LIMIT - 1):
        assert sign_in(client, officer, "salah-sama-sekali").status_code == 200
    locked = sign_in(client, officer, "salah-sama-sekali")
    assert locked.status_code == 429
    assert "Masuk ditahan sementara" in locked.content.decode()
    assert sign_in(client, officer).status_code == 429, "the right password comes too late"
    assert client.get("/meja/").status_code == 302
    other = User.objects.create_user("lain@uji.invalid", PASSWORD, name="Lain")
    assert sign_in(client, other).status_code == 302, "others are not held back"


def test_signing_out_needs_a_post(client: Client, officer: User) -> None:
    client.force_login(officer)
    assert "Keluar dari e-Order?" in client.get("/keluar/").content.decode()
    assert client.get("/meja/").status_code == 200
    assert client.post("/keluar/")["Location"] == "/"
    assert client.get("/meja/").status_code == 302


def test_a_new_password_comes_by_mail_and_the_link_works_once(client: Client, officer: User) -> None:
    assert client.post("/sandi/lupa/", {"email": officer.email})["Location"] == "/sandi/lupa/terkirim/"
    (letter,) = mail.outbox
    assert letter.to == [officer.email]
    assert letter.subject == "[e-Order] Buat kata sandi baru"
    link = re.search(r"http://testserver(/sandi/ganti/\S+)", str(letter.body))
    assert link
    new = {"password1": "perahu-kertas-hanyut", "password2": "perahu-kertas-hanyut"}
    form = client.get(link[1], follow=True)
    assert "Buat kata sandi baru" in form.content.decode()
    assert client.post(form.redirect_chain[-1][0], new)["Location"] == "/sandi/ganti/selesai/"
    assert sign_in(client, officer, new["password1"]).status_code == 302
    again = Client().get(link[1], follow=True).content.decode()
    assert "Tautan tidak berlaku lagi" in again


def test_a_weak_new_password_is_refused_at_the_field(client: Client, officer: User) -> None:
    client.force_login(officer)
    weak = {"oldpassword": PASSWORD, "password1": "12345", "password2": "12345"}
    page = client.post("/akun/sandi/", weak).content.decode()
    assert 'aria-invalid="true"' in page
    officer.refresh_from_db()
    assert officer.check_password(PASSWORD)


def test_nobody_signs_up_bare(client: Client) -> None:
    before = User.objects.count()
    page = client.post(
        "/akun/daftar/", {"email": "x@uji.invalid", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert "Pendaftaran tidak dibuka di sini" in page.content.decode()
    assert User.objects.count() == before


def test_an_authenticator_guards_the_next_sign_in(client: Client, officer: User) -> None:
    assert sign_in(client, officer).status_code == 302
    asked = client.get("/akun/keamanan/aplikasi/")
    assert asked["Location"].startswith("/akun/konfirmasi/?next=")
    again = client.post(asked["Location"], {"password": PASSWORD, "next": "/akun/keamanan/aplikasi/"})
    page = client.get(again["Location"]).content.decode()
    assert "Kode QR untuk aplikasi autentikator" in page
    secret = re.search(r"<code>([A-Z2-7]{16,})</code>", page)
    assert secret
    response = client.post("/akun/keamanan/aplikasi/", {"code": code_now(secret[1])}, follow=True)
    assert response.status_code == 200
    assert "Aktif" in client.get("/akun/keamanan/").content.decode()
    stored = Authenticator.objects.get(user=officer, type=Authenticator.Type.TOTP).data["secret"]
    assert secret[1] not in stored, "the secret does not lie in the clear"
    second = Client()
    assert sign_in(second, officer)["Location"] == "/masuk/kode/"
    assert "Masukkan kode" in second.get("/masuk/kode/").content.decode()
    assert second.get("/meja/").status_code == 302, "the password alone opens nothing"


def code_now(secret: str) -> str:
    """The six digits an authenticator shows, by allauth's own arithmetic."""
    counters = sorted(auth.yield_hotp_counters_from_time())
    return auth.format_hotp_value(auth.hotp_value(secret, counters[len(counters) // 2]))
