"""The verification page and the tray in a real browser, on a phone and in an office."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from marketplace.accounts.roles import Role
from marketplace.events.runner import drain
from procurement.documents import storage
from procurement.documents.queries import papers_of
from tests.journeys import browser as looks
from tests.purchasing import factories

pytestmark = pytest.mark.django_db(transaction=True)

#: Where pictures go when somebody wants to look: EORDER_SCREENSHOTS=<folder>.
SCREENSHOTS = os.environ.get("EORDER_SCREENSHOTS")


@pytest.fixture
def told(settings: Any) -> factories.Story:
    settings.DOCUMENT_ACCESS = {"purchase": "procurement.purchasing.queries.may_read"}
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    made = factories.story("ORDERED")
    drain()
    return made


def sound(page: Page, name: str) -> list[str]:
    """What is wrong with the page at each width."""
    complaints = []
    for width, size in (("phone", looks.PHONE), ("narrowest", looks.NARROWEST), ("office", looks.OFFICE)):
        page.set_viewport_size(size)
        complaints += [f"{width}: {each}" for each in looks.examine(page)]
        if SCREENSHOTS:
            page.screenshot(path=Path(SCREENSHOTS, f"{name}-{width}.png"), full_page=True)
    return complaints


def test_a_citizen_checks_a_paper_on_a_phone(
    page: Page, live_server: Any, told: factories.Story, tmp_path: Path, page_errors: list[str]
) -> None:
    paper = papers_of(told.purchase).get(kind="surat_pesanan")
    page.goto(live_server.url + paper.verify_url)
    assert sound(page, "verify") == []
    held = tmp_path / "naskah.pdf"
    held.write_bytes(storage.read(paper.pdf_sha256))
    page.get_by_label("Berkas PDF yang Anda pegang").set_input_files(held)
    page.get_by_role("button", name="Cocokkan").click()
    page.get_by_text("sama persis").wait_for()
    assert sound(page, "verify-match") == []
    assert not page_errors


def test_a_vendor_opens_the_tray(
    page: Page, live_server: Any, told: factories.Story, client: Client, page_errors: list[str]
) -> None:
    client.force_login(told.appointment(Role.VENDOR).user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    page.goto(live_server.url + "/kabar/")
    assert sound(page, "kabar") == []
    page.get_by_role("button", name="Tandai semua dibaca").click()
    page.get_by_text("ditandai dibaca").wait_for()
    assert not page_errors
