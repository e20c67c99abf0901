"""The one source of now."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from marketplace.core import clock

NIGHT = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)  # midnight in Jakarta


def test_now_is_aware_and_moves() -> None:
    first = clock.now()
    assert first.tzinfo is UTC
    assert clock.now() >= first


def test_today_is_the_day_in_jakarta() -> None:
    with clock.frozen(NIGHT):
        assert clock.today() == date(2027, 1, 1)
    with clock.frozen(NIGHT.replace(hour=16, minute=59)):
        assert clock.today() == date(2026, 12, 31)
    assert clock.day_of(NIGHT) == date(2027, 1, 1)


def test_a_frozen_clock_stands_moves_and_thaws_even_after_an_error() -> None:
    with clock.frozen(NIGHT) as move_to:
        assert clock.now() == NIGHT == clock.now()
        later = NIGHT.replace(hour=20)
        move_to(later)
        assert clock.now() == later
        with clock.frozen(NIGHT):
            assert clock.now() == NIGHT
        assert clock.now() == later
    with pytest.raises(ZeroDivisionError), clock.frozen(NIGHT):
        _ = 1 / 0
    assert clock.now() != NIGHT


def test_naive_moments_are_refused() -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - that is the point
    with pytest.raises(ValueError, match="aware"), clock.frozen(naive):
        pass


def test_a_day_is_written_in_one_way_and_within_what_people_may_ask() -> None:
    assert clock.day_named("2026-11-27") == date(2026, 11, 27)
    assert clock.day_named("2000-01-01") == clock.FIRST
    assert clock.day_named("2199-12-31") == clock.LAST


NO_DAYS = ["", "besok", "2026-13-01", "2026-02-30", "20261127", "2026-W48-5", " 2026-11-27", "٢٠٢٦-١١-٢٧"]
FAR_DAYS = ["0001-01-01", "1999-12-31", "2200-01-01", "9999-12-31", "10000-01-01"]


@pytest.mark.parametrize("text", [*NO_DAYS, *FAR_DAYS])
def test_what_is_no_day_or_lies_too_far_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        clock.day_named(text)


def test_every_day_that_may_be_asked_has_a_midnight_and_a_next_day() -> None:
    for day in (clock.FIRST, clock.LAST):
        assert clock.midnight(day - timedelta(days=1)) < clock.midnight(day + timedelta(days=1))
        assert clock.midnight(day + timedelta(days=1)).astimezone(UTC)


def test_a_month_is_named_by_its_first_day_and_else_it_is_this_one() -> None:
    with clock.frozen(NIGHT):
        assert clock.month_named("2026-11") == date(2026, 11, 1)
        for text in ("", "2026", "2026-13", "2026-11-27", "0001-01", "9999-12", "10000-01", "202611"):
            assert clock.month_named(text) == date(2027, 1, 1), text


def test_no_rule_asks_another_clock() -> None:
    asks = re.compile(
        r"timezone\.now\(|datetime\.now\(|date\.today\(|datetime\.utcnow\(|localdate\(|time\.time\("
    )
    allowed = {"marketplace/core/clock.py"}
    rooms = (
        "procurement/planning",
        "marketplace/administration",
        "marketplace/regulation",
        "marketplace/accounts",
    )
    found = [
        str(path.relative_to(settings.BASE_DIR))
        for room in (*rooms, "marketplace/workflow", "marketplace/core")
        for path in Path(settings.BASE_DIR, room).rglob("*.py")
        if "migrations" not in path.parts and asks.search(path.read_text(encoding="utf-8"))
    ]
    assert set(found) <= allowed
