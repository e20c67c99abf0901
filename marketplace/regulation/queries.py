"""Reads of dated rules, kept in memory for some seconds: law changes by the day, pages come by the second."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from marketplace.core import clock
from marketplace.regulation.models import Code, Holiday, Parameter

KEPT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Rule:
    """A parameter in force: its value, unit and the law it stands on."""

    id: int
    code: str
    region_id: int | None
    value: Any
    unit: str
    legal_basis: str
    valid_from: date
    valid_to: date | None

    def covers(self, day: date) -> bool:
        """Whether the rule is in force on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class NoRule(LookupError):
    """No value is in force for a code on a day: the installation's reference data is incomplete."""


class _Shelf:
    """All active rules and holidays of this process, reread when older than KEPT_SECONDS."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self._read_at = float("-inf")
        self.rules: dict[str, list[Rule]] = {}
        self.holidays: frozenset[date] = frozenset()

    def fresh(self) -> _Shelf:
        if time.monotonic() - self._read_at > KEPT_SECONDS:
            with self._lock:
                if time.monotonic() - self._read_at > KEPT_SECONDS:
                    self._read()
        return self

    def _read(self) -> None:
        rules: dict[str, list[Rule]] = {}
        fields = ("id", "code", "region_id", "value", "unit", "legal_basis", "valid_from", "valid_to")
        for row in Parameter.objects.filter(state=Parameter.State.ACTIVE).order_by("id").values_list(*fields):
            rules.setdefault(row[1], []).append(Rule(*row))
        self.rules = rules
        self.holidays = frozenset(Holiday.objects.values_list("day", flat=True))
        self._read_at = time.monotonic()


_shelf = _Shelf()


def forget_rules() -> None:
    """Drop what is kept in memory; called after rules or holidays were changed in this process."""
    _shelf.forget()


def parameter(code: str, *, on: date | None = None, region_id: int | None = None) -> Rule:
    """The rule `code` in force `on` a Jakarta day (today when left out) for a region.

    The region's own value wins over the national one. Raises NoRule when nothing is in force.
    """
    day = on or clock.today()
    found = [rule for rule in _shelf.fresh().rules.get(code, ()) if rule.covers(day)]
    for wanted in (region_id, None):
        for rule in found:
            if rule.region_id == wanted:
                return rule
    raise NoRule(
        f"Parameter “{code}” tidak punya nilai yang berlaku pada {day}. Muat data regulasi lebih dahulu."
    )


def regions_with_own(code: str) -> frozenset[int]:
    """The regions that ever set a value of their own for `code`; everywhere else the national one rules."""
    return frozenset(
        rule.region_id for rule in _shelf.fresh().rules.get(code, ()) if rule.region_id is not None
    )


def banks() -> list[tuple[str, str]]:
    """Code and name of every bank, by name: for choosing. One query."""
    return list(Code.objects.filter(scheme=Code.Scheme.BANK).order_by("title").values_list("code", "title"))


def is_working_day(day: date) -> bool:
    """Monday to Friday, neither national holiday nor *cuti bersama*."""
    return day.weekday() < 5 and day not in _shelf.fresh().holidays


def working_days_after(start: datetime, days: int) -> datetime:
    """The moment `days` working days after `start`: end of that working day in Jakarta (23:59:59).

    Day zero is the Jakarta day of `start`; counting begins the day after (handbook §7).
    """
    day = clock.day_of(start)
    left = days
    while left > 0:
        day += timedelta(days=1)
        left -= is_working_day(day)
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=clock.JAKARTA)


def working_days_between(start: date, end: date) -> int:
    """Working days after `start` up to and with `end`; negative when `end` lies before `start`."""
    if end < start:
        return -working_days_between(end, start)
    return sum(is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))
