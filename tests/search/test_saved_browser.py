"""Saving a search in a real browser: from the results to the notice, on a phone and in an office, with keys alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page

from marketplace.accounts.models import Appointment
from marketplace.accounts.roles import Role
from marketplace.audit import sequencer
from marketplace.events import reading
from search import saved_watch
from tests import people
from tests.journeys import browser as looks
from tests.vendors import stalls

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
KERTAS: dict[str, Any] = {
    "way": "alat-tulis-kantor/kertas",
    "kind": "BARANG",
    "unit": "rim",
    "description": "",
}


@pytest.fixture
def buyer(page: Page, live_server: Any) -> Appointment:
    """A buyer signed in to the page's browser."""
    who = people.appointment(Role.PP)
    name = settings.SESSION_COOKIE_NAME
    cookie = people.signed_in(who).cookies[name].value
    page.context.add_cookies([{"name": name, "value": cookie, "url": live_server.url}])
    return who


def watch() -> None:
    sequencer.integrate()
    reading.read_all()
    saved_watch.tick()
    sequencer.integrate()
    reading.read_all()


def test_a_search_is_saved_and_its_news_opened(
    page: Page, live_server: Any, buyer: Appointment, page_errors: list[str]
) -> None:
    stall = stalls.vendor("Toko Maju")
    stalls.listing(stall, "Kertas HVS A4 80 gram", is_pdn=True, **KERTAS)
    watch()
    page.goto(f"{live_server.url}/cari/tersimpan/")
    assert looks.looked_at(page, "saved-none") == []
    page.goto(f"{live_server.url}/cari/?q=kertas&pdn=1")
    assert looks.looked_at(page, "saved-from") == []
    page.get_by_role("link", name="Simpan pencarian ini").press("Enter")
    page.get_by_label("Nama pencarian").fill("")
    page.get_by_label("Nama pencarian").press("Enter")
    page.get_by_role("alert").first.wait_for()
    assert looks.looked_at(page, "saved-form") == []
    page.get_by_label("Nama pencarian").fill("Kertas dalam negeri untuk kantor kelurahan")
    page.get_by_label("Nama pencarian").press("Enter")
    page.get_by_role("link", name="Kertas dalam negeri untuk kantor kelurahan", exact=True).wait_for()

    for title in ("Kertas HVS F4 70 gram", "Kertas foto A4", "Kertas daur ulang"):
        stalls.listing(stall, title, is_pdn=True, **KERTAS)
    watch()
    page.reload()
    assert looks.looked_at(page, "saved-list") == []
    page.goto(f"{live_server.url}/kabar/")
    page.get_by_text("3 produk baru cocok dengan pencarian tersimpan").first.wait_for()
    page.goto(f"{live_server.url}/cari/tersimpan/")
    page.get_by_role("link", name="3 produk baru").press("Enter")
    page.get_by_role("heading", name="3 produk baru").wait_for()
    assert looks.looked_at(page, "saved-news") == []
    page.locator("summary", has_text="Hapus").press("Enter")
    page.get_by_role("button", name="Ya, hapus").press("Enter")
    page.get_by_text("Belum ada pencarian tersimpan").wait_for()
    assert [each for each in page_errors if "422" not in each] == []  # that was the form sent empty
