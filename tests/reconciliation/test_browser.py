"""Every page of reconciliation in a real browser, on a phone and in an office, without a fault."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from marketplace.accounts.roles import Role
from marketplace.core import clock
from procurement.reconciliation import actions
from procurement.reconciliation.models import Discrepancy
from tests import people
from tests.competition.test_browser import complaints_of, opened_as
from tests.journeys import browser as looks
from tests.reconciliation.banks import Move, account, mt940
from tests.reconciliation.money import moved
from tests.reconciliation.test_matching import reference
from tests.settlement.orders import Case

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]


def test_no_page_has_a_fault(case: Case, browser: Browser, live_server: Any) -> None:
    account(case.purchase.region, unit=case.purchase.organisation)
    right, wrong, lost = moved(case, [1_500_000, 2_500_000, 18_518_000])
    today = clock.today()
    moves = [
        Move(150_000_000, f"TRSF VA {reference(right)} WS_OB;", day=today),
        Move(249_999_900, f"PEMBAYARAN {reference(wrong)} DINAS PENDIDIKAN PROVINSI CONTOH", day=today),
        Move(1_851_800_000, "SETORANPEMINDAHBUKUANTANPASPASIYANGPANJANGSEKALI0123456789", day=today),
        Move(12_345, "JASA GIRO", day=today),
    ]
    actions.import_statement(actor=case.treasurer, content=mt940(moves, day=today))
    unknown = Discrepancy.objects.get(line__amount=1_851_800_000).line_id
    fee = Discrepancy.objects.get(line__amount=12_345).line_id
    actions.propose_explanation(actor=case.treasurer, line_id=fee, reason="Jasa giro, surat bank 8/2026")
    body = people.organisation(people.KIND_OF_ROLE[Role.AUDITOR], in_region=case.purchase.region)
    visits = {
        case.appointments[Role.TREASURER]: [
            reverse("reconciliation"),
            reverse("reconciliation-upload"),
            reverse("reconciliation-line", args=[unknown]),
            reverse("reconciliation-match", args=[unknown]),
            reverse("reconciliation-explain", args=[unknown]),
        ],
        case.appointments[Role.PPK_SKPD]: [reverse("reconciliation-line", args=[fee])],
        people.appointment(Role.AUDITOR, body): [
            reverse("reconciliation"),
            reverse("reconciliation-day", args=[today.isoformat()]),
        ],
    }
    found: list[str] = []
    pictures = os.environ.get("PICTURES")
    for who, paths in visits.items():
        page = opened_as(browser, who, live_server.url)
        for number, path in enumerate(paths):
            found += complaints_of(page, live_server.url + path)
            for size, viewport in looks.SIZES[:2] if pictures else ():
                page.set_viewport_size(viewport)
                file = Path(pictures or "") / f"{who.role}-{number}-{size}.png"
                page.screenshot(path=str(file), full_page=True)
    assert lost.attempt is not None and not found
