"""Every page of statistics in a real browser, on a phone and in an office, without a fault."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from playwright.sync_api import Browser, Page

from marketplace.accounts.roles import Role
from marketplace.audit.sequencer import integrate
from marketplace.core import clock
from procurement.reconciliation import actions
from procurement.statistics.actions import prove_days
from tests import people
from tests.competition.test_browser import complaints_of, opened_as
from tests.journeys import browser as looks
from tests.reconciliation.banks import Move, account, mt940
from tests.reconciliation.conftest import operator_of
from tests.reconciliation.money import moved
from tests.reconciliation.test_matching import reference
from tests.settlement.orders import accepted
from tests.statistics import market

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]


def photographed(page: Page, name: str) -> None:
    """Keep pictures of a page where `EORDER_SCREENSHOTS` names a folder."""
    folder = os.environ.get("EORDER_SCREENSHOTS")
    for size, viewport in looks.SIZES[:2] if folder else ():
        page.set_viewport_size(viewport)
        page.screenshot(path=str(Path(folder or "") / f"{name}-{size}.png"), full_page=True)


def with_money() -> None:
    """A day of money of which one line fits nothing."""
    case = accepted()
    account(case.purchase.region, unit=case.purchase.organisation)
    right, wrong = moved(case, [1_500_000, 2_500_000])
    today = clock.today()
    moves = [
        Move(150_000_000, f"TRSF VA {reference(right)}", day=today),
        Move(249_999_900, f"PEMBAYARAN {reference(wrong)}", day=today),
        Move(12_345, "JASA GIRO", day=today),
    ]
    actions.import_statement(actor=operator_of(case), content=mt940(moves, day=today))
    integrate()
    prove_days(today)


def test_no_public_page_has_a_fault(browser: Browser, live_server: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval('purchasing_number', 5000)"
        )  # the orders with money have the first numbers
    scene = market.opened()
    with_money()
    call_command("refresh_statistics")
    page = browser.new_context(java_script_enabled=True).new_page()
    found: list[str] = []
    for name, path in {
        "belanja": "/belanja/",
        "rapor-pembeli": "/rapor/pembeli/",
        "rapor-satu-pembeli": f"/rapor/pembeli/{scene.office.package.organisation_id}/",
        "rapor-penyedia": "/rapor/penyedia/",
        "rapor-satu-penyedia": f"/rapor/penyedia/{scene.stories[0].purchase.vendor.slug}/",
        "bukti-nontunai": "/bukti-nontunai/",
    }.items():
        found += complaints_of(page, live_server.url + path)
        photographed(page, name)
    assert not found


def test_no_dashboard_has_a_fault(browser: Browser, live_server: Any) -> None:
    scene = market.opened()
    with clock.frozen(clock.now() + timedelta(days=25)):  # so that something is late
        call_command("refresh_statistics")
    unit = scene.office.package.organisation
    found: list[str] = []
    for role, at, paths in (
        (Role.PA, unit, {"dasbor-unit": "/dasbor/", "dasbor-bulanan": "/dasbor/bulanan/"}),
        (Role.HEAD, None, {"dasbor-daerah": "/dasbor/", "dasbor-bulanan-daerah": "/dasbor/bulanan/"}),
    ):
        page = opened_as(browser, people.appointment(role, at), live_server.url)
        for name, path in paths.items():
            found += complaints_of(page, live_server.url + path)
            photographed(page, name)
    assert not found
