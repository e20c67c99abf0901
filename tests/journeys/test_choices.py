"""In a browser: from a search to an order, its frozen choice asked again, the formula, a vendor's own place."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as live_settings
from playwright.sync_api import Browser, Page

from marketplace.accounts.models import Appointment
from marketplace.accounts.roles import Role
from procurement.purchasing.actions import submit_basket
from tests import people
from tests.journeys import browser as looks
from tests.purchasing import factories
from vendors.models import Listing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
SCREENSHOTS = os.environ.get("EORDER_SCREENSHOTS")


def signed_in(browser: Browser, site: str, who: Appointment) -> Page:
    context = browser.new_context()
    name = live_settings.SESSION_COOKIE_NAME
    cookie = people.signed_in(who).cookies[name].value
    context.add_cookies([{"name": name, "value": cookie, "url": site}])
    return context.new_page()


def complaints(page: Page, address: str = "") -> list[str]:
    """What is wrong with a page on a phone and in an office; a picture of each where asked for."""
    found = []
    for size, viewport in (("phone", looks.PHONE), ("office", looks.OFFICE)):
        page.set_viewport_size(viewport)
        if address:
            page.goto(address)
        found += [f"{page.url} {size}: {each}" for each in looks.examine(page)]
        if SCREENSHOTS:
            told = re.sub(r"\W+", "-", page.url.partition("://")[2].partition("/")[2])
            looks.picture(page, Path(SCREENSHOTS), f"{told}-{size}")
    return found


def test_a_buyer_chooses_from_a_search_and_asks_again_later(browser: Browser, live_server: Any) -> None:
    unit = factories.office()
    papers = [
        factories.paper(factories.shop(f"CV Maju {n}"), title=f"Kertas HVS A4 {n}") for n in range(1, 5)
    ]
    page = signed_in(browser, live_server.url, unit.officers[Role.PP])
    page.goto(f"{live_server.url}/cari/?q=kertas+hvs")
    page.get_by_role("link", name=re.compile("Kertas HVS A4")).first.click()
    page.get_by_role("button", name="Masukkan keranjang").click()
    made = submit_basket(
        actor=unit.actor(Role.PP),
        package_id=unit.package.pk,
        budget_line_id=unit.line.pk,
        destinations=[factories.delivery()],
        no_negotiation_reason=factories.REASON,
    )
    Listing.objects.filter(pk=papers[-1].pk).update(price=54_000)

    page.goto(f"{live_server.url}/pesanan/{made[0].number}/")
    page.get_by_role("link", name="Lihat daftar seperti waktu itu").click()
    found = complaints(page)
    page.get_by_role("button", name="Jalankan lagi").click()
    assert page.get_by_text("urutannya sama").is_visible()
    assert page.get_by_text("Tidak cocok").count() == 0
    found += complaints(page)
    found += complaints(page, f"{live_server.url}/peringkat/")

    seller = papers[0].vendor.organisation.appointments.select_related("user", "organisation")
    own = signed_in(browser, live_server.url, seller.get(role=Role.VENDOR))
    found += complaints(own, f"{live_server.url}/produk-saya/{papers[0].pk}/peringkat/?q=kertas")
    assert not found, "\n".join(found)
