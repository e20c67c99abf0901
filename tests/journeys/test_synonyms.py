"""A curator sees what a group of synonyms would do, saves it as a version, and ends it, with scripts and without."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from marketplace.accounts.roles import Role
from search import synonyms
from search.models import SynonymChange
from tests import people
from tests.journeys import browser as looks
from tests.vendors import stalls

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

SCREENSHOTS = os.environ.get("EORDER_SCREENSHOTS")
WHY = "Guru menyebut mainan ini dakon"


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    synonyms.forget_synonyms()
    yield
    synonyms.forget_synonyms()


def sound(page: Page, name: str, *, scripts: bool) -> None:
    """Nothing may be wrong with the page, on a phone and in an office; axe needs scripts to look."""
    for size in (looks.PHONE, looks.OFFICE):
        page.set_viewport_size(size)
        found = looks.examine(page) if scripts else looks.overflow(page)
        assert found == [], f"{name}: {found}"
        if SCREENSHOTS:
            looks.picture(page, Path(SCREENSHOTS), f"sinonim-{name}-{size['width']}")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_curator_looks_at_the_effect_and_saves_a_version(
    browser: Browser, live_server: Any, settings: Any, scripts: bool
) -> None:
    for title in ("Congklak kayu jati", "Dakon plastik"):
        stalls.listing(stalls.vendor(), title, description="")
    curator = people.signed_in(people.appointment(Role.CURATOR))
    context = browser.new_context(viewport=looks.PHONE, java_script_enabled=scripts)
    context.set_default_timeout(10_000)
    cookie = curator.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page = context.new_page()
    body = page.locator("main")

    page.goto(f"{live_server.url}/kurasi/sinonim/")
    sound(page, "daftar", scripts=scripts)
    page.get_by_role("link", name="Kelompok baru").click()
    page.get_by_label("Anggota").fill("dakon\ncongklak")
    page.get_by_label("Alasan").fill(WHY)
    sound(page, "baru", scripts=scripts)
    page.get_by_role("button", name="Lihat pengaruhnya").click()
    expect(body).to_contain_text("2 produk menjadi ditemukan")
    sound(page, "pratinjau", scripts=scripts)
    assert not SynonymChange.objects.exists()
    page.get_by_role("button", name="Simpan sebagai versi 2").click()
    expect(page.locator("body")).to_contain_text("Tersimpan sebagai versi 2")

    page.goto(f"{live_server.url}/cari/?q=dakon")
    expect(body).to_contain_text("Congklak kayu jati")

    group = SynonymChange.objects.get().group
    page.goto(f"{live_server.url}/kurasi/sinonim/{group}/")
    sound(page, "kelompok", scripts=scripts)
    page.get_by_role("link", name="Akhiri kelompok").click()
    page.get_by_label("Alasan").fill(WHY)
    page.get_by_role("button", name="Lihat pengaruhnya").click()
    sound(page, "akhiri", scripts=scripts)
    page.get_by_role("button", name="Simpan sebagai versi 3").click()
    page.goto(f"{live_server.url}/kurasi/sinonim/?versi=2&q=dakon")
    expect(body).to_contain_text("dakon, congklak")
    sound(page, "versi-lama", scripts=scripts)
