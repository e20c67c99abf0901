"""Desks and bulk approval in a real browser: sound at every size, and quick by keyboard."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from marketplace.accounts.models import Appointment
from marketplace.accounts.roles import Role
from tests import people
from tests.journeys import browser as looks
from tests.purchasing import factories

pytestmark = pytest.mark.django_db(transaction=True)

Enter = Callable[[Appointment, str], Page]
PICTURES = os.environ.get("EORDER_SCREENSHOTS")


@pytest.fixture
def enter(page: Page, live_server: Any) -> Enter:
    """``enter(appointment, "/meja/")`` opens a page in an office as that person."""

    def go(who: Appointment, address: str) -> Page:
        session = people.signed_in(who).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
        page.set_viewport_size(looks.OFFICE)
        page.goto(live_server.url + address)
        return page

    return go


def faults(page: Page, name: str) -> list[str]:
    found = []
    for size, viewport in looks.SIZES:
        page.set_viewport_size(viewport)
        found += [f"{name}, {size}: {each}" for each in looks.examine(page)]
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}-{size}.png", full_page=True)
    page.set_viewport_size(looks.OFFICE)
    return found


@pytest.mark.long
def test_desks_and_the_check_of_several_orders_are_sound(enter: Enter, page_errors: list[str]) -> None:
    unit, listing = factories.office(), factories.paper()
    for state in ("AWAITING_PPK", "AWAITING_PPK", "AWAITING_VENDOR", "SHIPPED", "DELIVERED"):
        factories.story(state, at=unit, wanted=[(listing, 2)])
    found = []
    for role in (Role.PPK, Role.PP, Role.PA, Role.RECEIVER):
        found += faults(enter(unit.officers[role], "/meja/"), f"meja-{role}")
    found += faults(enter(unit.officers[Role.PPK], "/pesanan/?urut=nilai"), "daftar")
    page = enter(unit.officers[Role.PPK], "/pesanan/setujui/")
    found += faults(page, "setujui")
    page.get_by_role("button", name="Setujui beberapa pesanan").click()
    expect(page.get_by_role("status").filter(has_text="2 berhasil")).to_be_visible()
    found += faults(page, "hasil")
    assert found + page_errors == []


def test_rows_are_walked_ticked_and_opened_by_keyboard(enter: Enter, page_errors: list[str]) -> None:
    unit, listing = factories.office(), factories.paper()
    numbers = [factories.story(at=unit, wanted=[(listing, 2)]).purchase.number for _each in range(3)]
    page = enter(unit.officers[Role.PPK], "/meja/")
    first = page.locator("table[data-rows]").first
    first.locator("tbody a").first.focus()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name=numbers[1], exact=True)).to_be_focused()
    page.keyboard.press("x")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("x")
    page.keyboard.press("k")
    expect(page.get_by_role("link", name=numbers[1], exact=True)).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Setujui beberapa sekaligus").click()
    ticked = page.locator("input[name=pesanan]")
    assert [each.get_attribute("value").split(":")[0] for each in ticked.all()] == numbers[1:]  # type: ignore[union-attr]
    page.go_back()
    page.get_by_role("link", name=numbers[0], exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(numbers[0])
    assert page_errors == []
