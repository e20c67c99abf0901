"""The ways to pay, the virtual account and the QR code in a real browser, on a phone and in an office."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.conf import settings as site_settings
from playwright.sync_api import Browser, Page

from marketplace.accounts.roles import Role
from marketplace.events.runner import drain
from procurement.settlement.actions import start_payment
from tests import people
from tests.fakes.snap import FakeBank
from tests.journeys import browser as looks
from tests.settlement.orders import Case, accepted
from tests.settlement.test_billing import approved

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]


def opened_as(browser: Browser, case: Case, site: str) -> Page:
    signed_in = people.signed_in(case.appointments[Role.TREASURER])
    session = signed_in.cookies[site_settings.SESSION_COOKIE_NAME].value
    context = browser.new_context()
    context.add_cookies([{"name": site_settings.SESSION_COOKIE_NAME, "value": session, "url": site}])
    return context.new_page()


def complaints_of(page: Page, address: str, name: str) -> list[str]:
    found: list[str] = []
    for size, width in (("phone", looks.PHONE), ("office", looks.OFFICE)):
        page.set_viewport_size(width)
        answer = page.goto(address)
        found += [] if answer and answer.status == 200 else [f"{name}: {answer and answer.status}"]
        found += [f"{name}, {size}: {each}" for each in looks.examine(page)]
        if folder := os.environ.get("EORDER_PICTURES"):
            page.screenshot(path=Path(folder) / f"{name}-{size}.png", full_page=True)
    page.set_viewport_size(looks.NARROWEST)
    return found + [f"{name}, 320 px: {each}" for each in looks.overflow(page)]


def test_no_page_of_paying_has_a_fault(
    browser: Browser, live_server: Any, bank: FakeBank, settings: LazySettings
) -> None:
    settings.STRIPE_API_KEY = "sk_test_uji"
    large, small = accepted(), accepted([("BARANG", 10, 52_000)], shipping=0)
    found = []
    for case, name in ((large, "snap_va"), (small, "snap_qris")):
        approved(case)
        page = opened_as(browser, case, live_server.url)
        address = f"{live_server.url}/bayar/{case.purchase.number}/"
        found += complaints_of(page, address, f"ways-before-{name}")
        start_payment(actor=case.treasurer, purchase_id=case.purchase.pk, provider_name=name)
        drain()
        found += complaints_of(page, address, f"pay-{name}")
    assert found == []
