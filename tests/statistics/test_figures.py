"""The kept figures against plain sums over the same orders, and parts against their whole."""

from __future__ import annotations

import pytest
from django.db.models import Sum

from marketplace.audit.sequencer import integrate
from procurement.purchasing.models import Purchase
from procurement.statistics.actions import refresh
from procurement.statistics.models import BudgetMonth, Edition, Level, Spending, UnitYear, Waiting
from tests.statistics import market
from tests.statistics.market import Market

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene() -> Market:
    return market.opened()


@pytest.fixture
def edition(scene: Market) -> Edition:
    made = refresh()
    assert made is not None
    return made


def told(edition: Edition, level: Level, *keys: str) -> dict[object, int]:
    rows = Spending.objects.filter(edition=edition, level=level)
    return {
        tuple(getattr(row, key) for key in keys) if len(keys) > 1 else getattr(row, keys[0]): row.price
        for row in rows
    }


def test_every_level_is_what_plain_sums_give(edition: Edition) -> None:
    assert told(edition, Level.YEAR, "year") == market.by(lambda order: order.package.year)
    assert told(edition, Level.REGION, "region_id") == market.by(lambda order: order.region_id)
    assert told(edition, Level.UNIT, "unit_id") == market.by(lambda order: order.organisation_id)
    assert told(edition, Level.MONTH, "month") == market.by(market.month_of)
    assert told(edition, Level.UNIT_MONTH, "unit_id", "month") == market.by(
        lambda order: (order.organisation_id, market.month_of(order))
    )
    assert told(edition, Level.CATEGORY, "category") == market.by_category()


def test_shares_and_concentration_are_what_plain_sums_give(scene: Market, edition: Edition) -> None:
    orders = market.bound()
    year = Spending.objects.get(edition=edition, level=Level.YEAR)
    small = sum(each.price_total for each in orders if each.vendor_size != "MENENGAH")
    domestic = sum(line.total for each in orders for line in each.lines.all() if line.is_pdn)
    assert (year.orders, year.vendors) == (8, 5)
    assert (year.umk, year.pdn, year.total) == (small, domestic, sum(each.total for each in orders))
    unit = Spending.objects.get(edition=edition, level=Level.UNIT, unit=scene.office.package.organisation)
    own = [each for each in orders if each.organisation_id == unit.unit_id]
    assert unit.hhi == market.hhi(own) and 2_500 < unit.hhi < 10_000
    alone = Spending.objects.get(edition=edition, level=Level.UNIT, unit=scene.far.package.organisation)
    assert (alone.hhi, alone.largest, alone.vendors) == (10_000, 10_000, 1)


def test_parts_are_the_whole(edition: Edition) -> None:
    rows = Spending.objects.filter(edition=edition)
    for figure in ("price", "umk", "pdn"):
        sums = {row["level"]: row["sum"] for row in rows.values("level").annotate(sum=Sum(figure)).order_by()}
        assert sums["YEAR"] > 0
        assert set(sums) == set(Level.values)
        assert len(set(sums.values())) == 1, (figure, sums)


def test_the_funnel_of_a_unit(scene: Market, edition: Edition) -> None:
    unit = scene.office.package.organisation
    row = UnitYear.objects.get(edition=edition, unit=unit)
    orders = list(Purchase.objects.filter(organisation=unit))
    kept = [each for each in orders if each.state in market.BOUND]
    accepted = [each for each in orders if each.state == "ACCEPTED"]
    assert (row.packages, row.pagu, row.packages_used) == (1, 100_000_000, 1)
    assert (row.submitted, row.submitted_total) == (7, sum(each.total for each in orders))
    assert (row.bound, row.bound_total) == (5, sum(each.total for each in kept))
    assert (row.accepted, row.accepted_total) == (1, accepted[0].accepted_total)
    assert (row.paid, row.dropped) == (0, 1)
    assert (row.unpaid, row.pay_sample, row.pay_median) == (1, 0, None)
    assert row.closed_packages == 0


def test_what_waits_is_told_by_its_holder(scene: Market, edition: Edition) -> None:
    unit = scene.office.package.organisation
    rows = {row.step: row for row in Waiting.objects.filter(edition=edition, unit=unit)}
    assert set(rows) == {"ORDERED", "SHIPPED", "ACCEPTED", "AWAITING_PPK", "DELIVERED"}
    assert rows["AWAITING_PPK"].holder == "Pejabat Pembuat Komitmen (PPK)"
    assert rows["ORDERED"].holder == "Penyedia (UMKM)" and rows["ORDERED"].orders == 2
    assert sum(row.orders for row in rows.values()) == 6


def test_an_edition_replaces_the_last_and_says_where_the_log_stood(edition: Edition) -> None:
    assert edition.waiting > 0
    integrate()
    later = refresh()
    assert later is not None and later.checkpoint is not None
    assert later.waiting == 0
    assert list(Edition.objects.all()) == [later]
    assert not Spending.objects.exclude(edition=later).exists()
    assert not BudgetMonth.objects.exclude(edition=later).exists()
