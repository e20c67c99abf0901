"""The only source of "now". Rules ask this room for the time, so that tests and practice mode can set it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

JAKARTA = ZoneInfo("Asia/Jakarta")
FIRST, LAST = date(2000, 1, 1), date(2199, 12, 31)
"""The days people may ask about. At the ends of the calendar the next month or midnight UTC does not exist."""

_source: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731 - a replaceable slot, not a function of ours


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _source()


def today() -> date:
    """The present calendar day in Jakarta: dates of law and deadlines are days there."""
    return now().astimezone(JAKARTA).date()


def day_of(moment: datetime) -> date:
    """The Jakarta calendar day of an aware moment."""
    return moment.astimezone(JAKARTA).date()


def midnight(day: date) -> datetime:
    """The moment at which a Jakarta day begins."""
    return datetime.combine(day, time(), tzinfo=JAKARTA)


def day_named(text: str) -> date:
    """A day written `2026-11-27`. Raises ValueError for anything else, and for a day before FIRST or after LAST."""
    day = date.fromisoformat(text)
    other_form = day.isoformat() != text  # Python reads `20261127` and `2026-W48-5` as days, too
    if other_form or not FIRST <= day <= LAST:
        raise ValueError(f"{text} is no day between {FIRST} and {LAST}")
    return day


def month_named(text: str) -> date:
    """The first day of a month written `2026-11`; of this month for anything else."""
    try:
        return day_named(f"{text}-01")
    except ValueError:
        return today().replace(day=1)


@contextmanager
def frozen(moment: datetime) -> Iterator[Callable[[datetime], None]]:
    """Hold the clock at an aware `moment`; yields a function that moves it. For tests and practice mode."""
    global _source
    if moment.tzinfo is None:
        raise ValueError("the clock takes aware moments only")
    before, held = _source, [moment]
    _source = lambda: held[0]  # noqa: E731

    def move_to(later: datetime) -> None:
        held[0] = later

    try:
        yield move_to
    finally:
        _source = before
