"""The one source of now."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
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
