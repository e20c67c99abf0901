"""What people do to forms: press twice, go back, reload, send nothing or nonsense. Nothing is ever half done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as live_settings
from playwright.sync_api import FilePayload, Page, expect

from marketplace.accounts.models import Appointment
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from procurement.purchasing.models import Purchase
from procurement.settlement import actions as settlement
from procurement.settlement.models import Evidence
from tests import people
from tests.journeys import browser as looks
from tests.purchasing import factories
from tests.purchasing.http import path, snapshot
from tests.settlement import orders

pytestmark = pytest.mark.django_db(transaction=True)

Enter = Callable[[Appointment, str], Page]
PHOTO: FilePayload = {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": factories.photo()}


@pytest.fixture
def enter(page: Page, live_server: Any) -> Enter:
    """``enter(appointment, "/pesanan/")`` opens a page on a phone as that person."""

    def go(who: Appointment, address: str) -> Page:
        name = live_settings.SESSION_COOKIE_NAME
        session = people.signed_in(who).cookies[name].value
        page.context.add_cookies([{"name": name, "value": session, "url": live_server.url}])
        page.set_viewport_size(looks.PHONE)
        page.goto(live_server.url + address)
        return page

    return go


def send(page: Page) -> None:
    """Press the form's own button."""
    page.click("main form button[type=submit]:is(.primary, .danger):visible")
    page.wait_for_load_state()


def assert_clear(page: Page, status: str = "Ada yang perlu diperbaiki") -> None:
    """A refusal stands in a summary at the top, and the page is as accessible as any other."""
    expect(page.locator(".error-summary")).to_contain_text(status)
    assert looks.examine(page) == []


def test_submitting_nothing_nonsense_twice_and_after_going_back(enter: Enter) -> None:
    office = factories.office()
    factories.fill_basket(office.actor(Role.PP), [(factories.paper(), 20)])
    before = Entry.objects.count()
    page = enter(office.officers[Role.PP], "/keranjang/ajukan/")
    for name in ("address", "place_code", "place_name"):
        page.fill(f"[name={name}]", "")
    send(page)
    assert_clear(page)
    page.select_option("[name=budget_line]", str(office.line.pk))
    page.fill("[name=address]", "x" * 20)
    page.fill("[name=place_code]", "bukan kode")
    page.fill("[name=needed_by]", "1999-01-01")
    send(page)
    assert_clear(page)
    assert not Purchase.objects.exists()
    assert Entry.objects.count() == before

    page.fill("[name=place_code]", "31.71.01")
    page.fill("[name=needed_by]", factories.delivery().needed_by.isoformat())
    send(page)
    page.dblclick("main button[value=send]")
    page.wait_for_url("**/pesanan/**")
    assert Purchase.objects.count() == 1

    page.reload()
    page.go_back()  # the check page, from the browser's memory or by sending it again
    if page.locator("main button[value=send]").count():
        page.click("main button[value=send]")
        page.wait_for_load_state()
    assert Purchase.objects.count() == 1


@pytest.mark.parametrize(("good", "damaged"), [("-1", "0"), ("999999999999", "0"), ("20", "20"), ("dua", "")])
def test_counting_nonsense(enter: Enter, good: str, damaged: str) -> None:
    story = factories.story("SHIPPED")
    line = story.purchase.lines.get()
    before = snapshot(story)
    page = enter(story.appointment(Role.RECEIVER), path(story, "receive"))
    for name, value in ((f"good_{line.pk}", good), (f"damaged_{line.pk}", damaged)):
        page.evaluate(
            "([n, v]) => { const f = document.getElementsByName(n)[0]; f.type = 'text'; f.value = v; }",
            [name, value],
        )
    page.set_input_files("[name=photos]", PHOTO)
    send(page)
    expect(page.locator(".error-summary")).to_be_visible()
    assert looks.examine(page) == []
    assert snapshot(story) == before


def test_a_count_sent_twice_and_from_an_old_page(enter: Enter) -> None:
    story = factories.story("SHIPPED")
    page = enter(story.appointment(Role.RECEIVER), path(story, "receive"))
    page.set_input_files("[name=photos]", PHOTO)
    page.dblclick("main form button[type=submit]:is(.primary, .danger):visible")
    page.wait_for_url("**" + path(story))
    after = snapshot(story)
    assert story.fresh().state == "DELIVERED"

    page.go_back()
    if page.locator("[name=photos]").count():
        page.set_input_files("[name=photos]", PHOTO)
        send(page)
        expect(page.locator("main")).to_contain_text("Tidak ada yang berubah")
    assert snapshot(story) == after


def test_a_proof_that_is_none(enter: Enter) -> None:
    case = orders.accepted()
    number, key = case.purchase.number, case.purchase.pk
    settlement.issue_invoice(actor=case.vendor, purchase_id=key)
    settlement.verify_invoice(actor=case.verifier, purchase_id=key)
    settlement.approve_payment(actor=case.approver, purchase_id=key)
    before = Entry.objects.count()
    page = enter(case.appointments[Role.TREASURER], f"/bayar/{number}/bukti/")
    send(page)
    assert_clear(page)
    page.fill("[name=number]", "TRF-1")
    page.fill("[name=dated]", "2199-01-01")
    page.fill("[name=amount]", "sejuta")
    page.set_input_files(
        "[name=file]", {"name": "bukti.pdf", "mimeType": "application/pdf", "buffer": b"MZ bukan pdf"}
    )
    send(page)
    assert_clear(page)
    page.fill("[name=dated]", clock.today().isoformat())
    page.fill("[name=amount]", "1")
    page.set_input_files(
        "[name=file]", {"name": "bukti.pdf", "mimeType": "application/pdf", "buffer": orders.SCAN}
    )
    send(page)
    expect(page.locator(".error-summary")).to_be_visible()
    assert not Evidence.objects.exists()
    assert Entry.objects.count() == before
