"""Every page of a competition in a real browser, on a phone and in an office, without a fault."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page

from marketplace.accounts.models import Appointment
from marketplace.accounts.roles import Role
from tests import people
from tests.competition.gallery import of_every_state
from tests.journeys import browser as looks
from tests.purchasing import factories
from tests.vendors import stalls

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

BUYER_PAGES = [
    ("DRAFT", ""),
    ("DRAFT", "rancangan/"),
    ("DRAFT", "umumkan/"),
    ("DRAFT", "batalkan/"),
    ("PUBLISHED", ""),
    ("PUBLISHED", "jawab/"),
    ("WAITING", "buka/"),
    ("CLOSED", ""),
    ("CLOSED", "nilai/"),
    ("EVALUATED", "tetapkan/"),
    ("NOBODY", "gagal/"),
    ("DECIDED", ""),
    ("FAILED", "perpanjang/"),
]
VENDOR_PAGES = [
    ("PUBLISHED", ""),
    ("PUBLISHED", "tawar/"),
    ("PUBLISHED", "tanya/"),
    ("PUBLISHED", "cabut/"),
    ("CLOSED", "rincian/"),
    ("DECIDED", ""),
]


def opened_as(browser: Browser, who: Appointment, site: str) -> Page:
    session = people.signed_in(who).cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context()
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}])
    return context.new_page()


def complaints_of(page: Page, address: str) -> list[str]:
    page.set_viewport_size(looks.PHONE)
    answer = page.goto(address)
    found = [] if answer and answer.status == 200 else [f"answered {answer and answer.status}"]
    found += [f"phone: {each}" for each in looks.examine(page)]
    page.set_viewport_size(looks.NARROWEST)
    found += [f"320 px: {each}" for each in looks.overflow(page)]
    page.set_viewport_size(looks.OFFICE)
    found += [f"office: {each}" for each in looks.examine(page)]
    return [f"{address.rpartition('://')[2]}: {each}" for each in found]


def test_no_page_has_a_fault(browser: Browser, live_server: Any) -> None:
    office, seller = factories.office(), stalls.vendor("Dapur Ibu Sari", size="KECIL")
    made = of_every_state(office, seller)
    owner = seller.organisation.appointments.select_related("user").get(role=Role.VENDOR)
    buyer = opened_as(browser, office.officers[Role.PP], live_server.url)
    vendor = opened_as(browser, owner, live_server.url)

    found = []
    for page, visits in ((buyer, BUYER_PAGES), (vendor, VENDOR_PAGES)):
        for state, part in visits:
            url = live_server.url + made[state].thing.get_absolute_url() + part
            found += [f"{state} {each}" for each in complaints_of(page, url)]
        found += complaints_of(page, f"{live_server.url}/mini-kompetisi/")
    found += complaints_of(buyer, f"{live_server.url}/mini-kompetisi-baru/")

    assert not found
