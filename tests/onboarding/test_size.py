"""PP 7/2021 Art. 35 to the rupiah, on both figures; and when they must be stated anew."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from marketplace.core import clock
from marketplace.core.transitions import Refused
from vendors.models import Vendor
from vendors.size import must_restate, restate_by, size_of

pytestmark = pytest.mark.django_db

B = 1_000_000_000


@pytest.mark.parametrize(
    ("sales", "size"),
    [
        (0, "MIKRO"),
        (2 * B, "MIKRO"),
        (2 * B + 1, "KECIL"),
        (15 * B, "KECIL"),
        (15 * B + 1, "MENENGAH"),
        (50 * B, "MENENGAH"),
    ],
)
def test_size_by_yearly_sales(sales, size):
    found = size_of(capital=None, yearly_sales=sales)

    assert (found.size, found.basis, found.rule.legal_basis) == (size, "OMZET", "PP 7/2021 Pasal 35")


@pytest.mark.parametrize(
    ("capital", "size"),
    [
        (0, "MIKRO"),
        (B, "MIKRO"),
        (B + 1, "KECIL"),
        (5 * B, "KECIL"),
        (5 * B + 1, "MENENGAH"),
        (10 * B, "MENENGAH"),
    ],
)
def test_size_by_capital_of_a_business_that_starts(capital, size):
    found = size_of(capital=capital, yearly_sales=None)

    assert (found.size, found.basis) == (size, "MODAL")


def test_sales_decide_once_there_are_any():
    assert size_of(capital=9 * B, yearly_sales=1).size == "MIKRO"


@pytest.mark.parametrize(
    "figures", [{"capital": None, "yearly_sales": 50 * B + 1}, {"capital": 10 * B + 1, "yearly_sales": None}]
)
def test_larger_than_medium_is_refused(figures):
    with pytest.raises(Refused) as refusal:
        size_of(**figures)

    assert (refusal.value.code, refusal.value.rule) == ("too_large", "PP 7/2021 Pasal 35")


def test_without_figures_there_is_no_size():
    with pytest.raises(Refused) as refusal:
        size_of(capital=None, yearly_sales=None)

    assert refusal.value.code == "size_unknown"


def test_a_cooperative_is_its_own_kind():
    assert size_of(capital=None, yearly_sales=3 * B, cooperative=True).size == "KOPERASI"


@pytest.mark.parametrize(
    ("stated", "due"),
    [(date(2026, 1, 31), date(2027, 1, 28)), (date(2026, 11, 5), date(2027, 11, 5)), (None, None)],
)
def test_figures_are_stated_anew_every_year(stated, due, frozen_clock):
    vendor = Vendor(size_stated_on=stated)

    assert restate_by(vendor) == due
    if due:
        for day, late in ((due, True), (date.fromordinal(due.toordinal() - 1), False)):
            with frozen_clock(datetime(day.year, day.month, day.day, 12, tzinfo=clock.JAKARTA)):
                assert must_restate(vendor) is late
