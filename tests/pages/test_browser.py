"""The shared pages in a real browser, on a phone and in an office."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from marketplace.accounts.models import User
from tests.journeys import browser as looks

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

    def go(address: str, size: dict[str, int] = looks.OFFICE, *, as_officer: bool | None = None) -> Page:
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


def _take_picture(page: Page, name: str) -> None:
    if SCREENSHOTS:
        looks.picture(page, Path(SCREENSHOTS), name)
