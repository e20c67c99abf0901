"""Pages of orders and deliveries in a real browser, on a phone and in an office; the count done on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page

from marketplace.accounts.models import Appointment
from marketplace.accounts.roles import Role
from procurement.fulfilment.codes import receiver_code
from tests import people
from tests.fulfilment.parts import on, part, two_milestones, two_places
from tests.journeys import browser as looks
from tests.purchasing import factories
from tests.purchasing.http import path

pytestmark = pytest.mark.django_db(transaction=True)

Enter = Callable[[Appointment, str], Page]


@pytest.fixture
def enter(page: Page, live_server: Any) -> Enter:
    """``enter(appointment, "/pesanan/")`` opens a page on a phone as that person."""

    def go(who: Appointment, address: str) -> Page:
        session = people.signed_in(who).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
        page.set_viewport_size(looks.PHONE)
        page.goto(live_server.url + address)
        return page

    return go


def complaints_of(page: Page) -> list[str]:
    found = [f"phone: {each}" for each in looks.examine(page)]
    page.set_viewport_size(looks.NARROWEST)
    found += [f"320 px: {each}" for each in looks.overflow(page)]
    page.set_viewport_size(looks.OFFICE)
    return found + [f"office: {each}" for each in looks.axe_faults(page)]


PAGES = [
    ("ACCEPTED", Role.PPK, None),
    ("AWAITING_VENDOR", Role.VENDOR, None),
    ("AWAITING_PPK", Role.PPK, "approve"),
    ("AWAITING_VENDOR", Role.VENDOR, "decline"),
    ("ORDERED", Role.VENDOR, "ship"),
    ("SHIPPED", Role.RECEIVER, "receive"),
    ("INSPECTED", Role.PPK, "sign_bast"),
    ("ORDERED", Role.PPK, "terminate"),
    ("NEGOTIATING", Role.PP, None),
    ("NEGOTIATING", Role.PP, "counter"),
    ("NEGOTIATING", Role.PP, "agree"),
    ("AWAITING_VENDOR", Role.VENDOR, "confirm"),
    ("ORDERED", Role.VENDOR, "amend"),
]


@pytest.mark.parametrize(("state", "role", "move"), PAGES)
def test_an_orders_pages_are_sound_at_every_size(
    enter: Enter, page_errors: list[str], state: str, role: Role, move: str | None
) -> None:
    story = factories.story(state)
    page = enter(story.appointment(role), path(story, move or ""))
    assert complaints_of(page) + page_errors == []


def test_the_list_and_the_submission_are_sound(enter: Enter, page_errors: list[str]) -> None:
    story = factories.story("ORDERED")
    buyer = story.office.officers[Role.PP]
    complaints = complaints_of(enter(buyer, "/pesanan/"))
    factories.fill_basket(story.actor(Role.PP), [(factories.paper(), 10)])
    page = enter(buyer, "/keranjang/ajukan/")
    complaints += complaints_of(page)
    page.set_viewport_size(looks.PHONE)
    page.select_option("[name=budget_line]", str(story.office.line.pk))
    page.fill("[name=address]", "Jl. Medan Merdeka Selatan 8")
    page.fill("[name=place_code]", "31.71.01")
    page.fill("[name=needed_by]", story.purchase.needed_by.isoformat())
    page.click("button[value=add]")  # a second address, and away with it again
    complaints += complaints_of(page)
    page.set_viewport_size(looks.PHONE)
    page.click("button[value='remove:1']")
    page.click("main form .form-actions button[type=submit]")
    complaints += complaints_of(page)
    page.click("button[value=send]")
    assert page.locator("h1").inner_text().startswith("EO-")
    assert complaints + page_errors == []


def test_the_sum_of_an_offer_is_worked_out_on_a_phone_before_it_is_sent(
    enter: Enter, page_errors: list[str]
) -> None:
    story = factories.story("NEGOTIATING")
    line = story.purchase.lines.get()
    page = enter(story.appointment(Role.PP), path(story, "counter"))
    page.fill(f"[name=price_{line.pk}]", "50000")
    page.click("button[value=count]")
    page.wait_for_selector("#perkiraan strong")
    assert "Rp1.110.000" in page.locator("#perkiraan").inner_text()
    page.click("main form .form-actions button[type=submit]")
    assert page.locator("h1").inner_text().startswith(story.purchase.number)
    assert story.purchase.rounds.get(number=1).total == 1_110_000
    assert page_errors == []


def test_an_order_with_an_open_addendum_is_sound(enter: Enter, page_errors: list[str]) -> None:
    story = factories.story("ORDERED")
    addendum = story.proposes()
    page = enter(story.appointment(Role.PPK), path(story))
    complaints = complaints_of(page)
    page.goto(page.url.split("/pesanan/")[0] + f"/adendum/{addendum.pk}/agree/")
    assert complaints + complaints_of(page) + page_errors == []


def test_the_receiver_counts_on_a_phone(enter: Enter, page_errors: list[str]) -> None:
    story = factories.story("SHIPPED")
    line = story.purchase.lines.get()
    page = enter(story.appointment(Role.RECEIVER), path(story, "receive"))
    page.fill(f"[name=good_{line.pk}]", "18")
    page.fill(f"[name=damaged_{line.pk}]", "1")
    page.set_input_files(
        "[name=photos]", {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": factories.photo()}
    )
    page.click("main form button[type=submit]")
    assert story.fresh().state == "DELIVERED"
    assert page.locator("h1").inner_text().startswith(story.purchase.number)
    counted = line.receipts.get()
    assert (counted.good, counted.damaged, counted.short) == (18, 1, 1)
    assert page_errors == []


def test_the_receiver_comes_by_code_and_counts_one_of_two_deliveries(
    enter: Enter, page_errors: list[str]
) -> None:
    story = two_places()
    on(story, 2, "ship")
    complaints = complaints_of(enter(story.appointment(Role.PPK), path(story)))
    page = enter(story.appointment(Role.RECEIVER), "/terima/")
    complaints += complaints_of(page)
    page.set_viewport_size(looks.PHONE)
    page.fill("[name=code]", receiver_code(part(story, 2).pk))
    page.click("main form button[type=submit]")
    complaints += complaints_of(page)
    page.set_viewport_size(looks.PHONE)
    page.set_input_files(
        "[name=photos]", {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": factories.photo()}
    )
    page.click("main form button[type=submit]")
    assert (part(story, 1).stage, part(story, 2).stage) == ("AWAITED", "ARRIVED")
    complaints += complaints_of(page)
    assert complaints + page_errors == []


def test_pages_of_work_parts_and_endings_are_sound(enter: Enter, page_errors: list[str]) -> None:
    story = two_milestones()
    complaints = complaints_of(enter(story.appointment(Role.VENDOR), f"{path(story, 'ship')}?kiriman=1"))
    complaints += complaints_of(enter(story.appointment(Role.PPK), path(story, "stop")))
    complaints += complaints_of(enter(story.appointment(Role.PPK), path(story, "warn")))
    assert complaints + page_errors == []
