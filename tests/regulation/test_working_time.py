"""Working time over long weekends, Eid with *cuti bersama*, the turn of the year and Jakarta's midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from marketplace.core import clock
from marketplace.regulation.models import Holiday
from marketplace.regulation.queries import forget_rules, is_working_day, working_days_after
from marketplace.regulation.working_time import Hours, shares_between, working_morning

pytestmark = pytest.mark.django_db
OFFICE = Hours(7, 17)


def wib(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=clock.JAKARTA)


def holiday(*days: date) -> None:
    for day in days:
        Holiday.objects.get_or_create(day=day, defaults={"name": "x", "kind": "LIBUR", "legal_basis": "Uji"})
    forget_rules()


def test_a_long_weekend_does_not_count():
    holiday(date(2026, 10, 5))  # a Monday
    start = wib(2026, 10, 2, 12)  # Friday noon
    assert clock.day_of(working_days_after(start, 1)) == date(2026, 10, 6)
    (half,) = shares_between(start, working_days_after(start, 1), [50], OFFICE)
    assert half == wib(2026, 10, 6, 9, 30)  # five hours on Friday, ten on Tuesday: half of fifteen


def test_a_share_never_falls_into_eid():
    """SKB 2026: Idulfitri on 21 and 22 March, *cuti bersama* on the 20th, 23rd and 24th; Nyepi on the 19th."""
    days = {date(2026, 3, day) for day in range(18, 25)}
    free = set(Holiday.objects.filter(day__in=days).values_list("day", flat=True))
    assert {date(2026, 3, day) for day in (19, 20, 21, 22, 23, 24)} <= free
    start = wib(2026, 3, 17, 16)  # Tuesday, the last hour
    due = working_days_after(start, 1)
    assert clock.day_of(due) == date(2026, 3, 25)
    moments = shares_between(start, due, [50, 80, 100], OFFICE)
    assert [moment.date() for moment in moments] == [date(2026, 3, 25)] * 3
    assert moments[-1] == wib(2026, 3, 25, 17)


def test_the_turn_of_the_year_is_a_holiday_like_any_other():
    start = wib(2026, 12, 30, 7)
    due = working_days_after(start, 2)
    assert not is_working_day(date(2027, 1, 1))
    assert clock.day_of(due) == date(2027, 1, 4)
    assert shares_between(start, due, [100], OFFICE) == [wib(2027, 1, 4, 17)]


def test_a_day_begins_at_midnight_in_jakarta_all_year():
    for month in (1, 7):
        before = datetime(2026, month, 5, 16, 59, 59, tzinfo=UTC)
        after = datetime(2026, month, 5, 17, 0, tzinfo=UTC)
        assert clock.day_of(before) == date(2026, month, 5)
        assert clock.day_of(after) == date(2026, month, 6)
        assert working_days_after(after, 1).utcoffset() == working_days_after(before, 1).utcoffset()


def test_no_time_between_has_no_moments():
    assert shares_between(wib(2026, 10, 10, 9), wib(2026, 10, 11, 9), [50, 100], OFFICE) == []  # a weekend
    assert shares_between(wib(2026, 10, 6, 18), wib(2026, 10, 6, 23), [50], OFFICE) == []  # an evening


def test_the_next_working_morning():
    assert working_morning(date(2026, 10, 9), 0, OFFICE) == wib(2026, 10, 12, 7)
    assert working_morning(date(2026, 10, 9), 3, OFFICE) == wib(2026, 10, 15, 7)


class Property(TestCase):
    """Whatever the start, the deadline and the share."""

    @settings(max_examples=60, deadline=None)
    @given(
        start=st.integers(0, 334 * 24 * 60).map(lambda minutes: wib(2026, 1, 1) + timedelta(minutes=minutes)),
        days=st.integers(0, 15),
        shares=st.lists(st.integers(1, 100), min_size=1, max_size=5).map(sorted),
    )
    def test_a_moment_lies_in_working_hours_in_order_and_not_after_the_deadline(self, start, days, shares):
        due = working_days_after(start, days)
        moments = shares_between(start, due, shares, OFFICE)
        assert moments == sorted(moments)
        for moment in moments:
            local = moment.astimezone(clock.JAKARTA)
            assert is_working_day(local.date())
            assert (7, 0) <= (local.hour, local.minute) <= (17, 0)
            assert start <= moment <= due
