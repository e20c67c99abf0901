"""Days and amounts that nobody can mean are refused in the workbench, at the field they were typed in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.audit.models import Entry
from marketplace.core import clock, money
from marketplace.core.transitions import Refused
from procurement.oversight import actions
from procurement.oversight.actions import Deposit
from procurement.oversight.models import CaseFile, Finding, Recovery, Sample
from procurement.oversight.queries.orders import OrderFilters
from tests import people
from tests.oversight.audits import TEXT, WHY, Audit, scan
from tests.oversight.test_follow_up import refused
from tests.settlement.orders import accepted

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 10, 2, tzinfo=UTC)


@pytest.fixture
def audit() -> Audit:
    return Audit.of()


def opened(audit: Audit, first: date, last: date) -> CaseFile:
    return actions.open_case(
        actor=audit["LEADER"],
        body="APIP",
        number="700/9/ST/2026",
        title="Pemeriksaan belanja alat tulis kantor",
        period_from=first,
        period_to=last,
        units=[audit.unit.pk],
    )


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (date(2026, 9, 30), date(2026, 1, 1), "period_to"),
        (date(2026, 11, 11), date(2026, 12, 31), "period_from"),
        (date(2026, 1, 1), date(2027, 1, 1), "period_to"),
        (date(2026, 1, 1), clock.LAST, "period_to"),
    ],
)
def test_an_audit_looks_at_what_was_done(audit: Audit, first: date, last: date, field: str) -> None:
    with clock.frozen(NOW), refused("case.period") as caught:
        opened(audit, first, last)

    assert caught.value.field == field
    assert not CaseFile.objects.exists()


def test_a_budget_year_that_runs_may_be_examined_whole(audit: Audit) -> None:
    with clock.frozen(NOW):
        assert opened(audit, date(2026, 11, 10), date(2026, 12, 31)).state == "OPEN"


def test_a_report_is_not_older_than_what_it_reports(audit: Audit) -> None:
    case = audit.case()
    audit.finding(case)
    with refused("report.dates", case) as caught:
        actions.issue_report(
            actor=audit["LEADER"],
            case_id=case.pk,
            lhp_number="LHP-1",
            lhp_date=case.period_from - timedelta(days=1),
            received_on=clock.today(),
            receipt_number="TT-1",
        )

    assert caught.value.field == "lhp_date"


def test_a_deposit_before_the_report_is_in_the_report_already(audit: Audit) -> None:
    thing = audit.recommended()
    reported = thing.finding.case.lhp_date
    assert reported is not None
    early = Deposit("STS-1", reported - timedelta(days=1), 1_000, scan())
    with refused("deposit.date", thing) as caught:
        actions.answer(
            actor=audit["PPK"], recommendation_id=thing.pk, text=WHY, files=[scan()], deposit=early
        )

    assert caught.value.field == "sts_date"
    assert not Recovery.objects.exists()
    same_day = replace(early, dated=reported)
    actions.answer(actor=audit["PPK"], recommendation_id=thing.pk, text=WHY, files=[scan()], deposit=same_day)


def test_the_findings_of_a_case_add_up_to_a_number_the_log_can_write(audit: Audit) -> None:
    case = audit.case()
    half = replace(TEXT, amount=money.MOST // 2 + 1)
    first = actions.draft_finding(actor=audit["LEADER"], case_id=case.pk, text=half)
    with refused("finding.amount", case):
        actions.draft_finding(actor=audit["LEADER"], case_id=case.pk, text=half)
    with refused("finding.amount", first):
        actions.revise_finding(
            actor=audit["LEADER"], finding_id=first.pk, text=replace(TEXT, amount=money.MOST + 1)
        )
    actions.revise_finding(actor=audit["LEADER"], finding_id=first.pk, text=replace(TEXT, amount=money.MOST))
    assert Finding.objects.get().amount == money.MOST


# ── at the field ─────────────────────────────────────────────────────────────────────────────────────────────────
def leader(audit: Audit) -> Client:
    return people.signed_in(audit.appointed("LEADER"))


def typed(**changes: Any) -> dict[str, Any]:
    return {name: getattr(TEXT, name) for name in TEXT.__dataclass_fields__} | {"amount": "1.000"} | changes


def test_what_says_too_little_is_shown_at_its_field(audit: Audit) -> None:
    case = audit.case()
    entries = Entry.objects.count()
    answer = leader(audit).post(
        f"/pemeriksaan/{case.pk}/temuan/", typed(criteria="Perpres", cause="Penerima tidak menghitung ulang.")
    )

    shown = answer.content.decode()
    assert answer.status_code == 409
    assert answer.context["form"].errors == {"criteria": ["Tulis paling sedikit 10 huruf."]}
    assert '<a href="#id_criteria">Kriteria: Tulis paling sedikit 10 huruf.</a>' in shown
    assert 'id="id_criteria-error"' in shown
    assert "Penerima tidak menghitung ulang." in shown
    assert (Finding.objects.count(), Entry.objects.count()) == (0, entries)


@pytest.mark.parametrize("seen", ["", "x", "-1"])
def test_a_page_that_lost_its_revision_is_to_be_loaded_again(audit: Audit, seen: str) -> None:
    case = audit.case()
    finding = actions.draft_finding(actor=audit["LEADER"], case_id=case.pk, text=TEXT)
    answer = leader(audit).post(f"/temuan/{finding.pk}/withdraw/", {"revision": seen, "reason": WHY})

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Muat ulang halaman, lalu isi lagi." in shown
    assert "Revision" not in shown


@pytest.mark.parametrize("interval", ["0", str(money.MOST + 1), "9" * 20, "-5"])
def test_an_interval_that_draws_nothing_is_refused_and_not_passed_over(audit: Audit, interval: str) -> None:
    accepted(at=audit.unit)
    asked = {"purpose": "Uji petik belanja", "method": "MUS", "size": "5", "interval": interval}
    answer = leader(audit).post(reverse("sample-new"), asked)

    assert answer.status_code in {409, 422}
    assert list(answer.context["form"].errors) == ["interval"]
    assert not Sample.objects.exists()


@pytest.mark.parametrize("bands", ["0 0", "2.000 1.000", f"1.000 {money.MOST + 1}", "9" * 60])
def test_bounds_that_bound_nothing_are_refused(audit: Audit, bands: str) -> None:
    accepted(at=audit.unit)
    asked = {"purpose": "Uji petik belanja", "method": "STRATIFIED", "size": "5", "bands": bands}
    answer = leader(audit).post(reverse("sample-new"), asked)

    assert answer.status_code in {409, 422}
    assert list(answer.context["form"].errors) == ["bands"]
    assert not Sample.objects.exists()


def test_the_action_refuses_an_interval_of_nothing_whoever_asks(audit: Audit) -> None:
    accepted(at=audit.unit)
    with pytest.raises(Refused) as caught:
        actions.draw_sample(
            actor=audit["LEADER"],
            purpose="Uji petik belanja",
            filters=OrderFilters(),
            method="MUS",
            params={"size": 5, "interval": 0},
        )
    assert (caught.value.code, caught.value.field) == ("sample.params", "interval")
