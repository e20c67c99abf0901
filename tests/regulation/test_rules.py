"""Dated rules, their regional values, and the working days that deadlines count in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from marketplace.core import clock
from marketplace.regulation import queries
from marketplace.regulation.models import Holiday, Parameter
from marketplace.regulation.queries import (
    NoRule,
    forget_rules,
    is_working_day,
    parameter,
    working_days_after,
    working_days_between,
)
from tests import people

pytestmark = pytest.mark.django_db


def rule(
    value: int, since: date, until: date | None = None, *, region_id: int | None = None, state: str = "ACTIVE"
):
    forget_rules()
    return Parameter.objects.create(
        code="test.rule",
        value=value,
        unit="hari kerja",
        valid_from=since,
        valid_to=until,
        legal_basis="Uji",
        region_id=region_id,
        state=state,
    )


def on(day: date, region_id: int | None = None):
    return parameter("test.rule", on=day, region_id=region_id).value


def test_the_value_of_the_day_and_the_regions_own_first() -> None:
    jakarta, other = people.region(), people.region("D107", "Provinsi Contoh")
    rule(1, date(2024, 1, 1), date(2025, 12, 31))
    rule(2, date(2026, 1, 1))
    rule(9, date(2026, 3, 1), date(2026, 3, 31), region_id=jakarta.pk)
    assert on(date(2024, 1, 1)) == 1
    assert on(date(2025, 12, 31)) == 1
    assert on(date(2026, 1, 1)) == 2
    assert on(date(2026, 3, 1), jakarta.pk) == 9
    assert on(date(2026, 3, 31), jakarta.pk) == 9
    assert on(date(2026, 4, 1), jakarta.pk) == 2
    assert on(date(2026, 3, 1), other.pk) == 2
    assert on(date(2026, 3, 1)) == 2


def test_no_value_is_an_error_that_says_what_to_do() -> None:
    rule(1, date(2026, 1, 1))
    for missing in (lambda: on(date(2025, 12, 31)), lambda: parameter("no.such.rule")):
        with pytest.raises(NoRule, match="Muat data regulasi"):
            missing()


@pytest.mark.parametrize("state", ["PROPOSED", "REJECTED"])
def test_only_active_values_count(state: str) -> None:
    rule(1, date(2026, 1, 1), state=state)
    with pytest.raises(NoRule):
        on(date(2026, 6, 1))


def test_today_is_jakartas_today() -> None:
    rule(1, date(2026, 1, 1), date(2026, 12, 31))
    rule(2, date(2027, 1, 1))
    with clock.frozen(datetime(2026, 12, 31, 17, 0, tzinfo=UTC)):
        assert parameter("test.rule").value == 2


def test_rules_are_kept_in_memory_and_forgotten_on_demand(assert_max_queries) -> None:
    made = rule(1, date(2026, 1, 1))
    assert on(date(2026, 6, 1)) == 1
    with assert_max_queries(0):
        assert on(date(2026, 6, 1)) == 1
    Parameter.objects.filter(pk=made.pk).update(value=5)
    assert on(date(2026, 6, 1)) == 1
    forget_rules()
    assert on(date(2026, 6, 1)) == 5


def test_every_shipped_rule_stands_on_law_and_loading_again_adds_nothing() -> None:
    before = Parameter.objects.count()
    assert before > 20
    assert not Parameter.objects.filter(legal_basis="").exists()
    assert Holiday.objects.filter(day=date(2026, 8, 17)).exists()
    call_command("load_regulation", verbosity=0)
    assert Parameter.objects.count() == before


# -- working days --


@pytest.fixture
def _no_holidays():
    Holiday.objects.all().delete()
    forget_rules()


def days_after(start: datetime, days: int) -> date:
    return clock.day_of(working_days_after(start, days))


@pytest.mark.usefixtures("_no_holidays")
def test_weekends_do_not_count_and_the_first_day_is_day_zero() -> None:
    friday = datetime(2026, 10, 9, 2, 0, tzinfo=UTC)
    assert days_after(friday, 0) == date(2026, 10, 9)
    assert days_after(friday, 1) == date(2026, 10, 12)
    assert days_after(friday, 3) == date(2026, 10, 14)
    assert days_after(friday + timedelta(days=1), 1) == date(2026, 10, 12)
    end = working_days_after(friday, 1)
    assert (end.hour, end.minute, end.second, end.tzinfo) == (23, 59, 59, clock.JAKARTA)


@pytest.mark.usefixtures("_no_holidays")
def test_the_start_is_a_day_in_jakarta() -> None:
    late_on_thursday_in_utc = datetime(2026, 10, 8, 18, 0, tzinfo=UTC)
    assert days_after(late_on_thursday_in_utc, 1) == date(2026, 10, 12)


@pytest.mark.usefixtures("_no_holidays")
def test_holidays_do_not_count() -> None:
    Holiday.objects.create(day=date(2026, 10, 12), name="Libur", kind="CUTI_BERSAMA", legal_basis="SKB")
    forget_rules()
    assert days_after(datetime(2026, 10, 9, 2, 0, tzinfo=UTC), 1) == date(2026, 10, 13)


def test_the_real_calendar_of_2026() -> None:
    assert not is_working_day(date(2026, 1, 1))
    assert not is_working_day(date(2026, 8, 17))
    assert not is_working_day(date(2026, 12, 25))
    assert is_working_day(date(2026, 10, 20))
    # the handbook's order: BAST on Tuesday 20-10, paid on Thursday 22-10
    assert working_days_between(date(2026, 10, 20), date(2026, 10, 22)) == 2


class TestWorkingDays(TestCase):
    @settings(max_examples=60, deadline=None)
    @given(st.dates(date(2025, 1, 1), date(2026, 11, 1)), st.integers(1, 30))
    def test_counting_there_and_back(self, start: date, days: int) -> None:
        moment = datetime(start.year, start.month, start.day, 12, tzinfo=clock.JAKARTA)
        end = clock.day_of(working_days_after(moment, days))
        assert is_working_day(end)
        assert working_days_between(start, end) == days
        assert working_days_between(end, start) == -days
        assert queries.working_days_between(start, start) == 0
