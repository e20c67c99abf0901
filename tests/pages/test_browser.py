"""The shared pages in a real browser, on a phone and in an office."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]
import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, ViewportSize, expect

from marketplace.accounts.models import User
from tests.journeys import browser as looks
from tests.pages.conftest import PASSWORD
from tests.pages.test_sign_in import code_now

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("hung_in")]

PUBLIC = {
    "home": "/",
    "sign-in": "/masuk/",
    "password-lost": "/sandi/lupa/",
    "password-sent": "/sandi/lupa/terkirim/",
    "language": "/bahasa/",
    "components": "/komponen/",
    "not-found": "/tidak/ada/",
}
SIGNED_IN = {
    "desk": "/meja/",
    "appointments": "/peran/",
    "password": "/akun/sandi/",
    "security": "/akun/keamanan/",
    "sign-out": "/keluar/",
    "home-officer": "/",
}
PAGES = [*PUBLIC.items(), *SIGNED_IN.items()]
#: Where pictures go when somebody wants to look: EORDER_SCREENSHOTS=<folder>.
SCREENSHOTS = os.environ.get("EORDER_SCREENSHOTS")

Visit = Callable[..., Page]


@pytest.fixture
def visit(page: Page, live_server: Any, officer: User, client: Client) -> Visit:
    """``visit("/meja/", width)`` opens a page of the site, signed in where the page needs it."""

    def go(address: str, size: ViewportSize = looks.OFFICE, *, as_officer: bool | None = None) -> Page:
        if address in SIGNED_IN.values() and address != "/" if as_officer is None else as_officer:
            client.force_login(officer)
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
            page.context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
            )
        page.set_viewport_size(size)
        page.goto(live_server.url + address)
        return page

    return go


@pytest.mark.parametrize(("name", "address"), PAGES)
def test_page_is_sound_at_every_size(visit: Visit, page_errors: list[str], name: str, address: str) -> None:
    page = visit(address, looks.PHONE, as_officer=name in SIGNED_IN)
    complaints = [f"phone: {each}" for each in looks.examine(page)]
    _take_picture(page, f"{name}-phone")
    page.set_viewport_size(looks.NARROWEST)
    complaints += [f"320 px: {each}" for each in looks.overflow(page)]
    page.set_viewport_size(looks.OFFICE)
    complaints += [f"office: {each}" for each in looks.examine(page)]
    _take_picture(page, f"{name}-office")
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    complaints += [f"dark: {each}" for each in looks.axe_faults(page)]
    _take_picture(page, f"{name}-dark")
    expected = ["Failed to load resource: the server responded with a status of 404 (Not Found)"]
    complaints += [error for error in page_errors if name != "not-found" or error not in expected]
    assert complaints == []


@pytest.mark.usefixtures("odd_views")
@pytest.mark.parametrize("name", ["tolak", "rusak", "terlarang", "terkunci"])
def test_refusals_are_as_sound_as_other_pages(visit: Visit, name: str) -> None:
    page = visit(f"/{name}/", looks.PHONE, as_officer=True)
    complaints = looks.examine(page) + looks.unreachable(page)
    _take_picture(page, f"{name}-phone")
    page.set_viewport_size(looks.OFFICE)
    _take_picture(page, f"{name}-office")
    assert complaints + looks.examine(page) == []


def test_second_factor_pages_are_sound(visit: Visit, page_errors: list[str]) -> None:
    page = visit("/akun/keamanan/aplikasi/", looks.PHONE, as_officer=True)
    complaints = looks.examine(page)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Lanjutkan").click()
    secret = page.locator("code").inner_text()
    complaints += looks.examine(page)
    _take_picture(page, "authenticator-phone")
    page.get_by_label("Kode", exact=True).fill(code_now(secret))
    page.get_by_role("button", name="Aktifkan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kode cadangan")
    for address in ("cadangan/", "cadangan/baru/", "aplikasi/lepas/", ""):
        page.goto(page.url.split("/akun/")[0] + f"/akun/keamanan/{address}")
        complaints += [f"{address}: {each}" for each in looks.examine(page)]
        _take_picture(page, f"second-factor-{address.strip('/').replace('/', '-')}-phone")
    assert complaints + page_errors == []


def _take_picture(page: Page, name: str) -> None:
    if SCREENSHOTS:
        looks.picture(page, Path(SCREENSHOTS), name)


@pytest.mark.parametrize("size", [looks.PHONE, looks.OFFICE], ids=["phone", "office"])
@pytest.mark.parametrize("address", ["/", "/masuk/", "/meja/", "/peran/", "/komponen/"])
def test_keyboard_reaches_everything(visit: Visit, address: str, size: ViewportSize) -> None:
    assert looks.unreachable(visit(address, size)) == []


def test_first_stop_leads_past_the_frame(visit: Visit) -> None:
    page = visit("/bahasa/", looks.OFFICE)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Langsung ke isi")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_menu_on_a_phone_opens_and_closes_by_keyboard(visit: Visit) -> None:
    page = visit("/meja/", looks.PHONE)
    menu = page.locator("details[data-menu]")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(menu.get_by_role("link", name="Katalog")).to_be_visible()
    assert looks.examine(page) == [], "the open menu is sound too"
    _take_picture(page, "menu-phone")
    page.keyboard.press("Escape")
    expect(menu.get_by_role("link", name="Katalog")).to_be_hidden()
    expect(menu.locator("summary")).to_be_focused()


@pytest.mark.parametrize(
    ("address", "size", "limit"),
    [
        ("/", looks.PHONE, looks.PHONE_BYTES),
        ("/meja/", looks.PHONE, looks.PHONE_BYTES),
        ("/komponen/", looks.OFFICE, looks.OFFICE_BYTES),
    ],
)
def test_page_is_light_and_asks_nobody_else(
    visit: Visit, page: Page, live_server: Any, address: str, size: ViewportSize, limit: int
) -> None:
    traffic = looks.Traffic(page, live_server.url)
    visit(address, size).wait_for_load_state("networkidle")
    assert traffic.foreign() == []
    assert len(traffic.responses) >= 4, "page, style, script and a picture were counted"
    assert 5_000 < traffic.weight() <= limit


def test_style_sheet_is_small_when_compressed() -> None:
    sheet = Path(settings.BASE_DIR, "marketplace/pages/static/eorder/eorder.css").read_bytes()
    assert len(brotli.compress(sheet)) <= 15 * 1024


def test_everything_works_without_scripts(browser: Browser, live_server: Any, officer: User) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=looks.PHONE)
    page = context.new_page()
    page.goto(live_server.url + "/meja/")
    page.get_by_label("Alamat surel").fill(officer.email)
    page.get_by_label("Kata sandi").fill("salah-sama-sekali")
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("alert")).to_contain_text("tidak cocok")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("heading", name="Menunggu saya")).to_be_visible()
    page.locator("details[data-menu] summary").click()
    page.get_by_role("link", name="Ganti peran").click()
    page.get_by_label("Penerima Barang").check()
    page.get_by_role("button", name="Pakai peran ini").click()
    expect(page.get_by_role("status")).to_contain_text("Penerima Barang")
    page.goto(live_server.url + "/komponen/")
    page.get_by_role("link", name="Saring hasil").click()
    expect(page.get_by_label("Kota Lama")).to_be_visible()
    page.locator("details.confirm summary").click()
    expect(page.get_by_role("button", name="Ya, batalkan pesanan")).to_be_visible()
    page.locator("details[data-menu] summary").click()
    page.get_by_role("button", name="Keluar").click()
    expect(page).to_have_url(live_server.url + "/")
    page.goto(live_server.url + "/meja/")
    expect(page.get_by_role("heading", name="Masuk")).to_be_visible()
    context.close()


def test_what_must_be_mended_takes_the_focus_and_leads_to_the_field(visit: Visit) -> None:
    page = visit("/masuk/", looks.PHONE)
    page.get_by_role("button", name="Masuk", exact=True).click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.locator(".error-summary a").first.click()
    expect(page.get_by_label("Alamat surel")).to_be_focused()
    assert looks.examine(page) == []


def test_a_form_is_sent_once(visit: Visit) -> None:
    page = visit("/peran/", looks.OFFICE)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.evaluate(
        """() => { const b = document.querySelector('main button[type=submit]'); b.click(); b.click(); }"""
    )
    expect(page.get_by_role("status")).to_be_visible()
    assert len(sent) == 1


def test_policy_stops_a_script_that_somebody_slips_in(visit: Visit, page_errors: list[str]) -> None:
    page = visit("/bahasa/")
    assert page_errors == []
    page.evaluate(
        """() => {
            const script = document.createElement('script');
            script.textContent = 'document.title = "taken"';
            document.head.append(script);
            document.querySelector('h1').setAttribute('style', 'color: red');
        }"""
    )
    assert page.title() != "taken"
    assert any("Content Security Policy" in error for error in page_errors)


@pytest.mark.usefixtures("odd_views")
def test_htmx_obeys_the_policy(visit: Visit, page_errors: list[str]) -> None:
    page = visit("/hidup/")
    page.get_by_role("button", name="Tanya").click()
    expect(page.get_by_role("status")).to_have_text("Terjawab")
    page.get_by_role("button", name="Tanya").click()
    page.wait_for_load_state("networkidle")
    assert page_errors == []
