"""Searching in a real browser: suggestions by keys, filters that answer at once, the way back, help at zero hits."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import browser as looks
from tests.vendors import stalls

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]


@pytest.fixture(autouse=True)
def goods() -> None:
    """Boxes of rice of two vendors in two cities, and paper."""
    here = stalls.vendor("Warung Melati")
    there = stalls.vendor("Dapur Maju", place_code="31.74.01.1001", size="KECIL")
    for vendor, title, price, halal in (
        (here, "Nasi kotak ayam bakar", 35_000, True),
        (here, "Nasi kotak rendang", 60_000, False),
        (there, "Nasi kotak ikan", 45_000, True),
    ):
        stalls.listing(vendor, title, price=price, halal=halal, description="")
    stalls.listing(here, "Kertas HVS A4", way="alat-tulis-kantor/kertas", kind="BARANG", description="")


def test_suggestions_are_walked_with_arrows_and_left_with_escape(
    page: Page, live_server: Any, page_errors: list[str]
) -> None:
    page.set_viewport_size(looks.OFFICE)
    page.goto(live_server.url + "/katalog/")
    field = page.get_by_role("combobox", name="Cari barang atau jasa")
    field.press_sequentially("ker")
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    assert field.get_attribute("aria-expanded") == "true"

    field.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    assert looks.looked_at(page, "suggestions") == []
    page.set_viewport_size(looks.OFFICE)
    field.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    assert field.input_value() == "ker"

    field.press_sequentially("t")
    expect(options.first).to_be_visible()
    field.press("ArrowDown")
    field.press("Enter")
    page.get_by_role("heading", name="Hasil untuk “kertas”").wait_for()
    assert page_errors == []


def test_a_ticked_filter_answers_at_once_says_so_and_can_be_gone_back_from(
    page: Page, live_server: Any, page_errors: list[str]
) -> None:
    page.set_viewport_size(looks.OFFICE)
    page.goto(live_server.url + "/cari/?q=nasi+kotak")
    halal = page.get_by_label("Hanya bersertifikat halal")
    halal.focus()
    page.keyboard.press("Space")

    expect(page.get_by_role("link", name="Nasi kotak rendang")).to_have_count(0)
    assert page.url.endswith("/cari/?q=nasi%20kotak&halal=1")
    expect(halal).to_be_focused()
    expect(page.locator("#live")).to_have_text("2 produk")
    page.get_by_role("link", name="Hapus saringan Hanya bersertifikat halal").wait_for()
    assert looks.looked_at(page, "filtered") == []
    page.set_viewport_size(looks.OFFICE)

    page.go_back()
    expect(page.get_by_role("link", name="Nasi kotak rendang")).to_be_visible()
    expect(page.get_by_label("Hanya bersertifikat halal")).not_to_be_checked()
    assert page_errors == []


def test_pages_of_every_kind_are_sound(page: Page, live_server: Any, page_errors: list[str]) -> None:
    for name, address in (
        ("read", "/cari/?q=nasi+kotak+50rb+menteng"),
        ("why", "/cari/?q=nasi+kotak&jelaskan=1"),
        ("slip", "/cari/?q=nasi+kotka"),
        ("loose", "/cari/?q=nasi+kotak+zzzqqq"),
        ("zero", "/cari/?q=nasi+kotak&halal=1&harga=4"),
        ("zero-place", "/cari/?q=nasi+kotak&tempat=31.72"),
        ("unknown", "/cari/?q=zzzqqq"),
        ("category", "/katalog/konsumsi/"),
    ):
        page.goto(live_server.url + address)
        assert looks.looked_at(page, name) == []
        page.set_viewport_size(looks.PHONE)
        assert looks.unreachable(page) == [], name
    assert page_errors == []


def test_on_a_phone_and_without_scripts_the_button_applies_the_filters(
    browser: Browser, live_server: Any
) -> None:
    page = browser.new_context(java_script_enabled=False, viewport=looks.PHONE).new_page()
    page.goto(live_server.url + "/cari/?q=nasi+kotak")
    page.get_by_role("link", name="Saring hasil").click()
    page.get_by_label("Hanya bersertifikat halal").check()
    page.get_by_role("button", name="Terapkan saringan").click()
    expect(page.get_by_role("link", name="Nasi kotak rendang")).to_have_count(0)
    expect(page.get_by_role("link", name="Nasi kotak ikan")).to_have_count(1)


def test_a_word_without_end_does_not_push_the_page_aside(page: Page, live_server: Any) -> None:
    page.set_viewport_size(looks.PHONE)
    for text in ("a" * 200, "kertas+" + "b" * 190):
        page.goto(f"{live_server.url}/cari/?q={text}")

        assert looks.overflow(page) == []
