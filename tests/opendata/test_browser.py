"""The pages of open data in a real browser, on a phone and in an office, without a fault."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from procurement.opendata.models import Release
from procurement.purchasing.models import Purchase
from tests.competition.test_browser import complaints_of
from tests.opendata.scene import catch_up, furnish_some
from tests.statistics.test_browser import photographed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]


def test_no_page_has_a_fault_and_a_number_leads_to_its_order(browser: Browser, live_server: Any) -> None:
    furnish_some()
    catch_up()
    paid = Purchase.objects.get(state="TAX_SETTLED")
    contest = Release.objects.filter(ocid__contains="-MK-").latest("leaf_id").ocid
    page = browser.new_context().new_page()
    found: list[str] = []
    for name, path in {
        "data-terbuka": reverse("open-data"),
        "data-terbuka-tidak-ditemukan": f"{reverse('open-data')}?nomor=EO-0000-1",
        "data-terbuka-kebijakan": reverse("open-data-policy"),
        "data-terbuka-mini-kompetisi": reverse("ocds-process", args=[contest]),
    }.items():
        found += complaints_of(page, live_server.url + path)
        photographed(page, name)
    page.goto(live_server.url + reverse("open-data"))
    page.get_by_label("Nomor pesanan").fill(paid.number)
    page.get_by_role("button", name="Tampilkan").click()
    page.get_by_role("heading", name="Surat Pesanan").wait_for()
    assert page.get_by_text(paid.sp_number).count()
    found += complaints_of(page, page.url)
    photographed(page, "data-terbuka-pesanan")
    assert found == []
