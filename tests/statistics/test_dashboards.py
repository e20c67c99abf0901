"""Dashboards: the numbers of the scene, the own unit only, the region for those who answer for it, few queries."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment, Organisation
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.money import rupiah
from procurement.planning.models import Package
from procurement.purchasing.models import Purchase
from procurement.settlement.queries import pay_times
from procurement.statistics.actions import refresh
from procurement.statistics.models import BudgetMonth, Edition, UnitYear
from procurement.statistics.queries.dashboards import (
    Dashboard,
    dashboard_of,
    get_unit_for,
    region_units,
    unit_rows,
    units_for,
)
from tests import people
from tests.fakes.stripe import FakeStripe
from tests.planning import plans
from tests.purchasing import factories
from tests.settlement.conftest import stripe
from tests.settlement.orders import accepted
from tests.settlement.test_billing import approved
from tests.settlement.test_payment_clock import sp2d
from tests.settlement.test_payouts import owed
from tests.statistics import market
from tests.statistics.market import Market

__all__ = ["stripe"]
pytestmark = pytest.mark.django_db(transaction=True)
OVERSEERS = (Role.HEAD, Role.AUDITOR, Role.OPERATOR)


@pytest.fixture
def scene() -> Market:
    made = market.opened()
    call_command("refresh_statistics")
    return made


def board_of(scene: Market, unit: Organisation | None) -> Dashboard:
    region = scene.office.package.region_id
    return dashboard_of(Edition.objects.get(), clock.today().year, region_id=region, unit=unit)


def page(who: Appointment, path: str) -> Any:
    return people.signed_in(who).get(path)


def test_a_region_is_the_sum_of_its_units(scene: Market) -> None:
    own, other = scene.office.package.organisation, scene.other.package.organisation
    region, one, two = board_of(scene, None), board_of(scene, own), board_of(scene, other)
    for name, value in region.sums.items():
        assert value == one.sums[name] + two.sums[name], name
    assert region.whole and one.whole and two.whole
    assert region.whole.price == one.whole.price + two.whole.price
    assert [step.count for step in one.funnel] == [1, 7, 5, 1, 0, 0]
    assert sum(each.orders for each in region.waiting) == 9
    orders = [each for each in market.bound() if each.region_id == scene.office.package.region_id]
    assert region.whole.hhi == market.hhi(orders)


def test_the_end_of_the_year_and_the_budget_are_counted_by_month() -> None:
    told = factories.story("ORDERED")
    late_in_year = clock.today().replace(month=12, day=5)
    with clock.frozen(clock.midnight(late_in_year) + timedelta(hours=9)):
        second = factories.story("ORDERED", at=told.office)
        refresh()
        unit = told.purchase.organisation
        board = dashboard_of(Edition.objects.get(), late_in_year.year, region_id=unit.region_id, unit=unit)
    whole = told.purchase.price_total + second.purchase.price_total
    quarter = whole if clock.today().month >= 10 else second.purchase.price_total
    assert board.rush.december == second.purchase.price_total * 10_000 // whole
    assert board.rush.quarter == quarter * 10_000 // whole
    assert [month.planned for month in board.budget][-1] == 100_000_000
    assert board.absorbed == 0 and len(board.budget) == 12


def test_the_plan_follows_the_months_of_contracts_and_is_even_without_them() -> None:
    year = clock.today().year
    unit = factories.office(pagu=120_000_000).package.organisation
    for pagu, first, last in (
        (60_000_001, date(year, 3, 15), date(year, 5, 1)),
        (10_000_000, date(year - 1, 11, 1), date(year, 2, 28)),
        (24_000_000, date(year + 1, 1, 1), date(year + 1, 3, 1)),
    ):
        plans.package(pagu=pagu, at=unit, contract_from=first, contract_to=last)
    plans.package(pagu=99_000_000, at=unit, active=False)
    refresh()
    edition = Edition.objects.get()
    told = {row.month.month: row.planned for row in BudgetMonth.objects.filter(edition=edition, unit=unit)}
    even = 12_000_000  # 120 and 24 million: the contract of the latter lies outside its budget year
    assert [told[month] for month in (1, 2)] == [even + 5_000_000] * 2
    assert [told[month] for month in (3, 4, 5)] == [even + 20_000_000, even + 20_000_000, even + 20_000_001]
    assert {told[month] for month in range(6, 13)} == {even}
    board = dashboard_of(edition, year, region_id=unit.region_id, unit=unit)
    assert board.sums["pagu"] == sum(told.values()) == 214_000_001
    by_now = [
        sum(told[month] for month in range(1, number + 1)) for number in range(1, len(board.budget) + 1)
    ]
    assert [each.planned for each in board.budget] == by_now
    assert len(board.absorption.lines[1].split()) == 13


def test_what_is_late_counts_once_its_deadline_has_passed(scene: Market) -> None:
    unit = scene.office.package.organisation
    assert board_of(scene, unit).late == 0
    with clock.frozen(clock.now() + timedelta(days=30)):
        refresh()
        board = board_of(scene, unit)
        living = Purchase.objects.filter(organisation=unit).exclude(state__in=["CANCELLED"])
        due = [
            each
            for each in living
            if (each.due_at or each.deliveries.get().due_at or clock.now()) < clock.now()
        ]
        assert board.late == len(due) > 0
        assert board.late_payments == 1
        assert max(held.days_late for held in board.waiting) > 20


def test_closed_packages_tell_what_was_saved() -> None:
    told = factories.story("CANCELLED")
    bought = factories.story("ACCEPTED", at=told.office)
    refresh()
    unit = told.purchase.organisation
    region = unit.region_id
    before = dashboard_of(Edition.objects.get(), clock.today().year, region_id=region, unit=unit)
    assert (before.sums["closed_packages"], before.saved_on_hps) == (0, 0)
    # Closing wants every order paid; what is counted here is the package alone.
    Package.objects.filter(pk=told.office.package.pk).update(state="CLOSED")
    refresh()
    after = dashboard_of(Edition.objects.get(), clock.today().year, region_id=region, unit=unit)
    hps = told.office.package.hps_total
    assert hps is not None and after.saved_on_hps == hps - bought.purchase.total
    assert after.saved_on_hps_share == (hps - bought.purchase.total) * 10_000 // hps


@pytest.mark.parametrize("role", [Role.PA, Role.KPA])
def test_heads_of_units_see_their_own_unit_alone(scene: Market, role: Role) -> None:
    unit, other = scene.office.package.organisation, scene.other.package.organisation
    who = people.appointment(role, unit)
    own = page(who, "/dasbor/")
    assert own.status_code == 200 and unit.name in own.content.decode()
    assert other.name not in own.content.decode()
    assert page(who, f"/dasbor/satuan/{unit.pk}/").status_code == 200
    assert page(who, f"/dasbor/satuan/{other.pk}/").status_code == 404
    month = page(who, f"/dasbor/bulanan/?unit={other.pk}").content.decode()
    assert unit.name in month and other.name not in month
    assert list(units_for(Actor.of(who))) == [unit]
    with pytest.raises(Organisation.DoesNotExist):
        get_unit_for(Actor.of(who), other.pk)


@pytest.mark.parametrize("role", OVERSEERS)
def test_those_who_answer_for_a_region_see_its_units_and_no_others(scene: Market, role: Role) -> None:
    who = people.appointment(role)
    text = page(who, "/dasbor/").content.decode()
    near, far = scene.office.package.organisation, scene.far.package.organisation
    assert near.name in text and scene.other.package.organisation.name in text and far.name not in text
    assert rupiah(sum(each.total for each in Purchase.objects.filter(region=near.region))) in text
    assert page(who, f"/dasbor/satuan/{near.pk}/").status_code == 200
    assert page(who, f"/dasbor/satuan/{far.pk}/").status_code == 404
    assert page(who, f"/dasbor/bulanan/?unit={far.pk}").status_code == 404
    assert 'href="/dasbor/"' in page(who, "/meja/").content.decode()


def test_nobody_else_enters(scene: Market, client_for: Callable[[Role], Client]) -> None:
    for role in (Role.PPK, Role.TREASURER, Role.VENDOR, Role.CURATOR):
        assert client_for(role).get("/dasbor/").status_code == 403
    assert Client().get("/dasbor/").status_code == 302


def test_pages_ask_little_whatever_was_bought(scene: Market, assert_max_queries: Any) -> None:
    unit = scene.office.package.organisation
    paths = ("/dasbor/", f"/dasbor/satuan/{unit.pk}/", "/dasbor/bulanan/?bulan=2026-11")
    for role, at in ((Role.PA, unit), (Role.HEAD, None)):
        client = people.signed_in(people.appointment(role, at))
        for path in paths:
            client.get(path)
            with assert_max_queries(12):
                assert client.get(path).status_code == 200
    rows = list(region_units(Edition.objects.get(), clock.today().year, unit.region_id))
    assert [row.late for row in unit_rows(rows)] == [0, 0]


def test_what_the_budget_paid_out_is_told_by_month_and_the_same_on_every_page() -> None:
    told = factories.story("ORDERED")
    unit = told.purchase.organisation
    case = accepted(mechanism="LS", at=unit)
    approved(case)
    sp2d(case)
    order = case.fresh()
    assert order.state == "PAID" and order.accepted_total
    refresh()
    edition, today = Edition.objects.get(), clock.today()
    (month,) = BudgetMonth.objects.filter(edition=edition).exclude(spent=0)
    assert (month.unit_id, month.month, month.spent) == (unit.pk, today.replace(day=1), order.accepted_total)
    board = dashboard_of(edition, today.year, region_id=unit.region_id, unit=unit)
    pagu = sum(Package.objects.filter(organisation=unit).values_list("pagu", flat=True))
    assert board.absorbed == order.accepted_total * 10_000 // pagu > 0
    assert board.funnel[-1].count == 1 and board.funnel[-1].total == order.accepted_total
    (row,) = unit_rows(region_units(edition, today.year, unit.region_id))
    assert row.absorbed == board.absorbed
    (public,) = pay_times(today.year).units
    kept = UnitYear.objects.get(edition=edition, unit=unit)
    assert (
        (kept.pay_sample, kept.unpaid, kept.pay_median)
        == (public.paid, public.unpaid, public.median)
        == (1, 0, None)
    )


def test_paid_by_the_agency_and_arrived_at_the_vendor_are_told_apart(stripe: FakeStripe) -> None:
    case = owed(stripe)
    unit = case.purchase.organisation
    refresh()
    watcher = people.signed_in(people.appointment(Role.PA, unit))
    told = watcher.get(f"/dasbor/satuan/{unit.pk}/").text
    steps = dict(re.findall(r'<div class="block">([^<]+)<svg.*?class="amount number"[^>]*>([0-9]+)<', told))
    assert (steps["Dibayar instansi"], steps["Sampai ke penyedia"]) == ("1", "0")
    assert ">Dibayar<" not in told and "Dibayar instansi, belum tuntas" in told
    assert re.search(r"BAST, uang belum sampai ke penyedia</dt><dd>1", told)
    times = watcher.get("/waktu-bayar/").text
    assert re.search(r'data-label="Sampai ke penyedia" class="amount number">0<', times)
    assert re.search(r'data-label="Belum sampai">1,', times) and "Belum dibayar" not in times
