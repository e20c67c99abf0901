"""Working time: the hours of working days in Jakarta in which people can be asked to do something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from marketplace.core import clock
from marketplace.regulation.queries import is_working_day

LONGEST = timedelta(days=366 * 3)
"""Deadlines further away than this (the end of a permit) are counted from this long before them."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Office hours of one day: full hours in Jakarta, `first` included, `last` the end."""

    first: int
    last: int

    def of(self, day: date) -> tuple[datetime, datetime]:
        """Beginning and end of the hours on `day`."""
        midnight = clock.midnight(day)
        return midnight + timedelta(hours=self.first), midnight + timedelta(hours=self.last)


def shares_between(start: datetime, end: datetime, shares: Sequence[int], hours: Hours) -> list[datetime]:
    """The moments at which so many percent of the working time from `start` to `end` have passed.

    Each lies within `hours` of a working day and not after `end`. Empty when there is no working time between.
    """
    spans = list(_spans(max(start, end - LONGEST), end, hours))
    whole = sum((last - first for first, last in spans), timedelta())
    return [_after(spans, whole * share / 100) for share in shares] if spans else []


def used_between(start: datetime, end: datetime, now: datetime, hours: Hours) -> int:
    """How many percent of the working time from `start` to `end` have passed `now`: 0 to 100."""
    if now >= end:
        return 100
    whole = _length(start, end, hours)
    return int(_length(start, now, hours) * 100 / whole) if whole else 0


def _length(start: datetime, end: datetime, hours: Hours) -> timedelta:
    return sum((last - first for first, last in _spans(max(start, end - LONGEST), end, hours)), timedelta())


def working_morning(day: date, days: int, hours: Hours) -> datetime:
    """When the hours begin on the first working day after `day`, or `days` working days after that."""
    left = days + 1
    while left > 0:
        day += timedelta(days=1)
        left -= is_working_day(day)
    return hours.of(day)[0]


def _spans(start: datetime, end: datetime, hours: Hours) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of working time between two moments."""
    day, last_day = clock.day_of(start), clock.day_of(end)
    while day <= last_day:
        if is_working_day(day):
            opens, closes = hours.of(day)
            first, last = max(opens, start), min(closes, end)
            if first < last:
                yield first, last
        day += timedelta(days=1)


def _after(spans: Sequence[tuple[datetime, datetime]], passed: timedelta) -> datetime:
    """The moment when so much of the spans' time has passed."""
    for first, last in spans:
        if passed <= last - first:
            return first + passed
        passed -= last - first
    return spans[-1][1]
