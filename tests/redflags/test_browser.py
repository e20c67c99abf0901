"""Every page of red flags in a real browser, on a phone and in an office, without a fault."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from marketplace.accounts.models import Appointment
from marketplace.accounts.roles import Role
from procurement.redflags import actions
from procurement.redflags.models import ContactKey
from tests.competition.test_browser import complaints_of, opened_as
from tests.journeys import browser as looks
from tests.purchasing import factories
from tests.redflags import flags
from tests.vendors import stalls
from vendors.models import Vendor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]


def test_no_page_has_a_fault(browser: Browser, live_server: Any) -> None:
    story, other = factories.story("ORDERED"), factories.story("ORDERED")
    auditor = flags.auditor_of(story.purchase)
    asked, fresh = flags.asked(story.purchase, auditor), flags.raised(other.purchase)
    closed = flags.asked(factories.story().purchase, auditor)
    actions.clear(actor=auditor, red_flag_id=closed.pk, verdict="UNFOUNDED", reason=flags.REASON)
    ring = [stalls.vendor(f"CV Jaring Nusantara {n}", region=story.purchase.region) for n in range(4)]
    Vendor.objects.filter(pk__in=[each.pk for each in ring]).update(phone_hash="a" * 64)
    ContactKey.objects.create(
        kind="PHONE", user=story.appointment(Role.PPK).user, digest="a" * 64, source_sha256="0" * 64
    )
    desk = Appointment.objects.select_related("user", "organisation").get(pk=auditor.appointment_id or 0)
    visits = {
        desk: [
            reverse("red-flags"),
            reverse("red-flags") + "?aturan=ID01",
            reverse("red-flag-rules"),
            reverse("red-flag-network"),
            fresh.get_absolute_url(),
            closed.get_absolute_url(),
            asked.get_absolute_url(),
            reverse("red_flag-take_up", args=[fresh.pk]),
            reverse("red_flag-clear", args=[asked.pk]),
            reverse("red_flag-escalate", args=[asked.pk]),
        ],
        story.appointment(Role.PPK): [
            asked.get_absolute_url(),
            reverse("red_flag-answer", args=[asked.pk]),
        ],
    }
    found: list[str] = []
    pictures = os.environ.get("PICTURES")
    for who, paths in visits.items():
        page = opened_as(browser, who, live_server.url)
        for path in paths:
            found += complaints_of(page, live_server.url + path)
            for size, viewport in looks.SIZES if pictures else ():
                page.set_viewport_size(viewport)
                name = path.strip("/").replace("/", "_").partition("?")[0]
                page.screenshot(path=Path(pictures or "") / f"{who.role}-{name}-{size}.png", full_page=True)
    assert not found
