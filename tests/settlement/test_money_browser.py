"""The money pages in a real browser, on a phone and in an office. EORDER_SCREENSHOTS=<folder> keeps pictures."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page

from marketplace.accounts.roles import Role
from tests.journeys import browser as looks
from tests.settlement.orders import accepted
from tests.settlement.test_billing import approved
from tests.settlement.test_pages import browser

pytestmark = pytest.mark.django_db(transaction=True)
SCREENSHOTS = os.environ.get("EORDER_SCREENSHOTS")


def test_money_pages_fit_a_phone_and_an_office(page: Page, live_server: Any, page_errors: list[str]) -> None:
    case = accepted(mechanism="LS", penalty=250_000)
    approved(case)
    complaints = []
    number = case.purchase.number
    for role, path in (
        (Role.VENDOR, "/uang-saya/"),
        (Role.TREASURER, "/bayar/"),
        (Role.TREASURER, f"/bayar/{number}/luar-sistem/"),
        (Role.TREASURER, "/waktu-bayar/"),
    ):
        name = settings.SESSION_COOKIE_NAME
        session = browser(case, role).cookies[name].value
        page.context.add_cookies([{"name": name, "value": session, "url": live_server.url}])
        page.goto(live_server.url + path)
        for width, size in (("phone", looks.PHONE), ("office", looks.OFFICE)):
            page.set_viewport_size(size)
            complaints += [f"{path} {width}: {each}" for each in looks.examine(page)]
            if SCREENSHOTS:
                shot = path.strip("/").replace("/", "-").replace(number, "n")
                page.screenshot(path=Path(SCREENSHOTS, f"{shot}-{width}.png"), full_page=True)
    assert complaints == []
    assert not page_errors
