"""The shared pages over HTTP: what they say to whom, and what they refuse."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as project
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, resolve

from marketplace.accounts.models import User
from marketplace.pages import urls as frame
from marketplace.urls import urlpatterns as all_addresses
from marketplace.workflow.middleware import RefusalMiddleware
from tests.pages.conftest import PASSWORD

pytestmark = pytest.mark.django_db

PUBLIC = (
    *("/", "/masuk/", "/sandi/lupa/", "/sandi/lupa/terkirim/", "/sandi/ganti/selesai/"),
    *("/bahasa/", "/komponen/", "/akun/daftar/", "/akun/nonaktif/"),
)


@pytest.mark.usefixtures("nothing_hung_in")
@pytest.mark.parametrize("address", PUBLIC)
def test_public_page_answers_in_indonesian(client: Client, address: str) -> None:
    response = client.get(address, headers={"accept-language": "en-US,en;q=0.9"})
    page = response.content.decode()
    assert response.status_code == 200
    assert '<html lang="id"' in page
    assert page.count("<h1") == 1
    assert response["Content-Language"] == "id"


def test_language_is_english_for_those_who_chose_it(client: Client) -> None:
    response = client.post("/bahasa/pilih/", {"language": "en", "next": "/bahasa/"})
    assert response["Location"] == "/bahasa/"
    assert '<html lang="en"' in client.get("/bahasa/").content.decode()
    client.cookies[project.LANGUAGE_COOKIE_NAME] = "xx"
    assert '<html lang="id"' in client.get("/bahasa/").content.decode()


def test_safety_headers(client: Client) -> None:
    response = client.get("/bahasa/")
    policy = response["Content-Security-Policy"]
    for directive in (
        *("default-src 'none'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'"),
        *("connect-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"),
    ):
        assert directive in policy
    assert "unsafe" not in policy
    assert "camera=(self)" in response["Permissions-Policy"]
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"


@pytest.mark.usefixtures("hung_in")
@pytest.mark.parametrize("signed_in", [False, True])
def test_every_address_in_the_frame_exists(client: Client, officer: User, signed_in: bool) -> None:
    if signed_in:
        client.force_login(officer)
    page = client.get("/bahasa/").content.decode()
    addresses = set(re.findall(r'(?:href|action)="(/[^"?#]*)', page))
    ours = {each for each in addresses if not each.startswith(project.STATIC_URL)}
    assert {"/", "/katalog/", "/cari/", "/tlog/checkpoint"} <= ours
    assert ("/keluar/" in ours) is signed_in
    for address in ours:
        resolve(address)


def test_no_other_room_takes_a_name_of_ours() -> None:
    ours = {each.name for each in frame.urlpatterns}
    theirs = [
        each.name
        for room in all_addresses
        if isinstance(room, URLResolver) and room.urlconf_module is not frame
        for each in room.url_patterns
        if isinstance(each, URLPattern)
    ]
    assert theirs
    assert ours.isdisjoint(theirs)


# ── The front page ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("nothing_hung_in")
def test_home_stands_without_the_rooms_above(client: Client) -> None:
    page = client.get("/").content.decode()
    assert "Tiga janji" in page
    assert "Cari menurut kategori" not in page


@pytest.mark.usefixtures("hung_in")
def test_home_shows_live_figures_and_leaves_out_what_nobody_counts(client: Client) -> None:
    page = client.get("/").content.decode()
    assert '<strong class="number">98,4 %</strong>' in page
    assert page.count('class="figure"') == 2, "the promise without a figure shows none"
    assert "Alat tulis kantor" in page
    assert "3.861" in page


@pytest.mark.usefixtures("nothing_hung_in")
def test_home_asks_the_database_nothing_for_the_public(client: Client, assert_max_queries: Any) -> None:
    with assert_max_queries(0):
        client.get("/")


# ── The desk ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("hung_in")
def test_desk_says_first_what_waits_for_me_soonest_first(client: Client, officer: User) -> None:
    client.force_login(officer)
    page = client.get("/meja/").content.decode()
    mine, others = page.split('id="menunggu-lain"')
    order = [mine.index(number) for number in ("EP-2026-000127", "EP-2026-000131", "Tanpa tenggat")]
    assert order == sorted(order)
    assert "EP-2026-000119" not in mine
    assert "di meja CV Teknik Jaya" in others
    assert "Rp4.350.000" in mine
    assert "Dinas Pendidikan dan Kebudayaan" in page
    assert "Paket RUP" in page


@pytest.mark.usefixtures("hung_in")
def test_desk_costs_few_queries(client: Client, officer: User, assert_max_queries: Any) -> None:
    client.force_login(officer)
    client.get("/meja/")
    with assert_max_queries(3):  # session, person with appointments, unread news in the header
        client.get("/meja/")


@pytest.mark.usefixtures("nothing_hung_in")
def test_an_empty_desk_says_that_nothing_waits(client: Client, officer: User) -> None:
    client.force_login(officer)
    assert "Tidak ada yang menunggu Anda" in client.get("/meja/").content.decode()


@pytest.mark.usefixtures("hung_in")
def test_a_person_without_appointment_learns_how_to_get_one(client: Client, newcomer: User) -> None:
    client.force_login(newcomer)
    page = client.get("/meja/").content.decode()
    assert "Anda belum punya peran yang berlaku hari ini" in page
    assert "EP-2026" not in page
    assert "Belum ada penunjukan" in client.get("/peran/").content.decode()


# ── Choosing a role ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("nothing_hung_in")
def test_another_of_ones_own_appointments_can_be_chosen(client: Client, officer: User) -> None:
    client.force_login(officer)
    second = officer.appointments.get(role="RECEIVER")
    assert client.post("/peran/", {"appointment": second.pk, "next": "/bahasa/"})["Location"] == "/bahasa/"
    page = client.get("/meja/").content.decode()
    assert "Penerima Barang · Sekretariat Daerah" in page
    assert "Anda sekarang bertindak sebagai Penerima Barang di Sekretariat Daerah." in page


@pytest.mark.usefixtures("nothing_hung_in")
@pytest.mark.parametrize("target", ["https://luar.invalid/", "//luar.invalid/", "javascript:alert(1)"])
def test_choosing_a_role_never_leads_away_from_the_site(client: Client, officer: User, target: str) -> None:
    client.force_login(officer)
    own = officer.appointments.get(role="RECEIVER")
    assert client.post("/peran/", {"appointment": own.pk, "next": target})["Location"] == "/meja/"


@pytest.mark.usefixtures("nothing_hung_in")
@pytest.mark.parametrize("wanted", ["999999", "", "satu"])
def test_a_foreign_appointment_is_refused_and_nothing_changes(
    client: Client, officer: User, wanted: str
) -> None:
    client.force_login(officer)
    response = client.post("/peran/", {"appointment": wanted})
    assert response.status_code == 403
    assert "bukan penunjukan Anda" in response.content.decode()
    assert "appointment" not in client.session


# ── Refusals ────────────────────────────────────────────────────────────────────────────────────────


def test_an_unknown_address_says_what_to_do(client: Client) -> None:
    response = client.get("/tidak/ada/")
    assert response.status_code == 404
    assert "Periksa kembali alamat" in response.content.decode()


@pytest.mark.usefixtures("nothing_hung_in")
def test_a_form_without_its_token_is_refused_in_plain_words(officer: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/masuk/", {"login": officer.email, "password": PASSWORD})
    assert response.status_code == 403
    assert "Tidak ada yang berubah" in response.content.decode()
    assert strict.get("/meja/").status_code == 302, "nobody was signed in"


@pytest.mark.usefixtures("odd_views")
def test_a_refusal_names_reason_rule_and_remedy(client: Client) -> None:
    response = client.get("/tolak/")
    page = response.content.decode()
    assert response.status_code == 409
    for words in ("Melebihi &lt;b&gt;sisa&lt;/b&gt; pagu.", "Pasal 1", "Kurangi jumlah barang."):
        assert words in page


@pytest.mark.usefixtures("odd_views")
def test_a_fault_of_ours_is_admitted_without_details(client: Client) -> None:
    client.raise_request_exception = False
    response = client.get("/rusak/")
    assert response.status_code == 500
    assert "gangguan di pihak kami" in response.content.decode().lower()
    assert "broken on purpose" not in response.content.decode()


def test_components_are_not_served_in_production(client: Client, settings: Any) -> None:
    settings.PRODUCTION = True
    assert client.get("/komponen/").status_code == 404


def test_refusal_page_is_the_middlewares_own(rf: RequestFactory, get_response: Callable[..., Any]) -> None:
    answer = RefusalMiddleware(get_response).process_exception(rf.get("/"), ValueError())
    assert answer is None, "what is no refusal goes on to Django"


@pytest.fixture
def get_response() -> Callable[..., Any]:
    """A view that is never asked."""
    return lambda request: None
