"""A vendor answers an order from its mail without signing in, then signs in and sees where the money is."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import Browser, Page, expect

from marketplace.audit import sequencer
from marketplace.events import jobs, reading
from procurement.purchasing.models import Purchase
from tests.journeys import browser as looks
from tests.purchasing import factories

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

SCREENSHOTS = os.environ.get("EORDER_SCREENSHOTS")


def link_in_the_mail() -> str:
    """The path of the link in the last mail about an order."""
    sequencer.integrate(wait=True)
    reading.read_all()
    jobs.run_due()
    found = [match for each in mail.outbox if (match := re.search(r"https?://[^/]+(/j/[\w-]+/)", each.body))]
    return found[-1][1]


def sound(page: Page, name: str, *, scripts: bool) -> None:
    """Nothing may be wrong with the page; axe needs scripts to look."""
    found = looks.examine(page) if scripts else looks.overflow(page)
    assert found == [], f"{name}: {found}"
    if SCREENSHOTS:
        looks.picture(page, Path(SCREENSHOTS), f"lapak-{name}-{'js' if scripts else 'tanpa'}")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_an_order_is_answered_from_the_mail_and_the_money_is_found(
    browser: Browser, live_server: Any, settings: Any, scripts: bool
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    story = factories.story("AWAITING_VENDOR")
    vendor = story.purchase.vendor
    owed = factories.story("ACCEPTED", wanted=[(factories.paper(of=vendor), 5)])
    owner = vendor.organisation.appointments.select_related("user").get().user
    path = link_in_the_mail()
    context = browser.new_context(viewport=looks.PHONE, java_script_enabled=scripts)
    context.set_default_timeout(10_000)
    page = context.new_page()
    traffic, body = looks.Traffic(page, live_server.url), page.locator("main")

    page.goto(live_server.url + path)
    expect(body).to_contain_text(story.purchase.number)
    sound(page, "tautan", scripts=scripts)
    page.get_by_label("Terima pesanan").check()
    page.locator("main form button.primary").click()
    expect(page.locator("h1")).to_have_text("Jawaban terkirim")
    sound(page, "terjawab", scripts=scripts)
    assert Purchase.objects.get(pk=story.purchase.pk).state == "ORDERED"
    assert not [each for each in context.cookies() if each.get("name") == "sessionid"]
    page.goto(live_server.url + path)
    expect(body).to_contain_text("sudah dipakai")

    page.goto(f"{live_server.url}/masuk/?next=/meja/")
    page.fill("[name=login]", owner.email)
    page.fill("[name=password]", "rahasia-sekali")
    page.click("main form button[type=submit]")
    sound(page, "meja", scripts=scripts)
    page.locator("main a[href='/uang-saya/']").locator("visible=true").first.click()
    expect(page.locator("h1")).to_have_text("Uang saya")
    expect(body).to_contain_text(owed.purchase.number)
    expect(body).to_contain_text("Belum Anda tagih")
    sound(page, "uang", scripts=scripts)
    for address, name in (
        ("/berkas-saya/", "berkas"),
        ("/umkm/", "daftar"),
        (vendor.get_absolute_url(), "etalase"),
    ):
        page.goto(live_server.url + address)
        sound(page, name, scripts=scripts)
    assert traffic.foreign() == []
    context.close()
