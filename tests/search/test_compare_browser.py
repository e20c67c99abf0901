"""Comparing in a real browser: ticking cards, the table on a phone and in an office, with keys alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from marketplace.accounts.roles import Role
from tests import people
from tests.journeys import browser as looks
from tests.vendors import stalls
from vendors.models import Listing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]


@pytest.fixture
def goods() -> list[Listing]:
    """Water by the bottle and by the box, coffee, paper: of three vendors."""
    shop = stalls.vendor("Toko Segar Jaya", pkp=True)
    others = stalls.vendor("Koperasi Maju Bersama", size="KECIL"), stalls.vendor("UD Sumber Rezeki")
    said: dict[str, Any] = {"way": "konsumsi/snack", "kind": "BARANG", "description": ""}
    return [
        stalls.listing(shop, "Air mineral botol 600 ml", unit="botol", price=4_000, **said),
        stalls.listing(
            others[0],
            "Air mineral 600 ml isi 24",
            unit="dus",
            price=58_000,
            is_pdn=True,
            tkdn_bp=4_500,
            **said,
        ),
        stalls.listing(
            others[1], "Kopi bubuk robusta pilihan dari kebun sendiri", unit="toples", price=45_000, **said
        ),
        stalls.listing(others[1], "Gelas kaca bening", unit="buah", price=9_000, in_stock=None, **said),
    ]


def test_ticked_cards_stand_side_by_side(
    page: Page, live_server: Any, goods: list[Listing], page_errors: list[str]
) -> None:
    page.set_viewport_size(looks.OFFICE)
    page.goto(f"{live_server.url}/katalog/")
    for each in goods:
        page.get_by_label(f"Bandingkan {each.product.title}").check()
    expect(page.locator("#banding-isi")).to_contain_text("4 produk")
    assert looks.looked_at(page, "ticked") == []
    page.get_by_role("button", name="Bandingkan", exact=True).click()

    page.get_by_role("heading", name="Bandingkan produk").wait_for()
    assert looks.looked_at(page, "compare") == []
    page.set_viewport_size(looks.OFFICE)
    assert looks.unreachable(page) == []
    page.get_by_role("button", name=f"Hapus {goods[0].product.title}").press("Enter")
    expect(page.get_by_role("link", name=goods[0].product.title)).to_have_count(0)
    page.get_by_role("link", name="Hanya yang berbeda").click()
    expect(page.get_by_role("rowheader", name="Halal")).to_have_count(0)
    assert page_errors == []


def test_a_tick_survives_going_to_another_filter_and_back(
    page: Page, live_server: Any, goods: list[Listing]
) -> None:
    page.set_viewport_size(looks.OFFICE)
    page.goto(f"{live_server.url}/katalog/")
    tick = page.get_by_label(f"Bandingkan {goods[0].product.title}")
    tick.check()
    expect(page.locator("#banding-isi")).to_contain_text("1 produk")
    page.get_by_label("Produk dalam negeri").check()
    expect(tick).to_have_count(0)
    page.go_back()
    expect(tick).to_be_checked()


def test_without_scripts_the_buttons_do_the_same(
    browser: Browser, live_server: Any, goods: list[Listing]
) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/katalog/")
    page.get_by_label(f"Bandingkan {goods[0].product.title}").check()
    page.get_by_role("button", name="Simpan pilihan").click()
    assert page.url.endswith("/katalog/")
    page.goto(f"{live_server.url}{goods[1].get_absolute_url()}")
    page.get_by_role("button", name="Bandingkan").click()
    assert page.get_by_role("columnheader").count() == 3


def test_a_buyer_sees_the_way_into_the_basket(page: Page, live_server: Any, goods: list[Listing]) -> None:
    client = people.signed_in(people.appointment(Role.PP))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    page.goto(f"{live_server.url}/banding/?" + "&".join(f"id={each.product_id}" for each in goods))
    assert looks.looked_at(page, "buyer") == []
    page.set_viewport_size(looks.OFFICE)
    page.get_by_role("button", name=f"Keranjang {goods[1].product.title}").click()
    page.get_by_role("heading", name="Keranjang").wait_for()
