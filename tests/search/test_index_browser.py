"""The page of the search's health in a real browser, with everything wrong that can be."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from marketplace.accounts.roles import Role
from marketplace.core import clock
from search.engines.elastic import following
from search.models import IndexCheck, IndexContact, IndexGeneration
from tests import people
from tests.planning.test_browser import complaints, opened
from tests.search.test_index_health import NOBODY, PAGE, WRONG
from tests.vendors import stalls

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_page_has_no_fault_of_its_own(
    page: Page, live_server: Any, settings: Any, page_errors: list[str]
) -> None:
    settings.SEARCH_URL = NOBODY
    for number, stage in ((1, "KEPT"), (2, "SERVING")):
        IndexGeneration.objects.create(
            index=f"eorder-2026112617000000000{number}",
            stage=stage,
            began_at=clock.now(),
            seconds=17.3,
            documents=100_000,
            versions={"mapping": "0", "analysis": "1", "ranking": "1"},
        )
    listing = stalls.listing(stalls.vendor())
    following.acknowledge(
        following.waiting()[1], {listing.pk: "eorder-2: mapper_parsing_exception failed to parse field"}
    )
    IndexContact.objects.create(
        failures=3,
        failed_at=clock.now(),
        reached_at=clock.now(),
        error="ConnectionTimeout in perform_request",
    )
    IndexCheck.objects.create(index="eorder-2", seconds=4.2, compared=100_000, wrong=2, mismatches=WRONG)

    client = people.signed_in(people.appointment(Role.OPERATOR))
    assert complaints(opened(page, live_server, client, PAGE)) == []
    assert page_errors == []
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        for width in (360, 1366):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=Path(folder) / f"health-{width}.png", full_page=True)

    page.get_by_role("button", name="Kirim ulang yang tidak cocok").click()
    page.get_by_text("2 produk dikirim ulang ke indeks.").wait_for()
    assert IndexCheck.objects.get().repaired_at is not None
