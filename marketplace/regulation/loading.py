"""The reference data of law that ship with the project, brought into the database. Idempotent.

The log lies above this room: who loads tells it (`marketplace.administration.actions.loading`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import holidays

from marketplace.core import clock
from marketplace.regulation.models import Code, Holiday, Parameter, Region

DATA = Path(__file__).resolve().parent / "data"
FIRST_YEAR = 2024
CALENDAR: Final = f"holidays {version('holidays')}"
"""The library that knows the days of Indonesia, with its version."""


@dataclass(slots=True)
class Loaded:
    """What one loading wrote."""

    regions: int = 0
    codes: int = 0
    parameters: list[Parameter] = field(default_factory=list)
    """New ones, and those that were given their end."""
    holidays: list[Holiday] = field(default_factory=list)


def load_all() -> Loaded:
    """Insert what is missing; rows already there stay: law is changed by people through the door."""
    return Loaded(_load_regions(), _load_codes(), _load_parameters(), _load_holidays())


def _read(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return rows


def _load_regions() -> int:
    rows = [Region(**row) for row in _read("regions.json")]
    return len(Region.objects.bulk_create(rows, ignore_conflicts=True))


def _load_parameters() -> list[Parameter]:
    """Insert values of days for which there is none yet; a value of ours that a later one follows gets its end."""
    rows = [
        Parameter(
            **{**row, "valid_from": _day(row["valid_from"]), "valid_to": _day(row.get("valid_to"))},
            state=Parameter.State.ACTIVE,
        )
        for row in _read("parameters.json")
    ]
    ended = []
    for row in rows:
        if row.valid_to is not None:
            open_ones = Parameter.objects.filter(
                code=row.code,
                region=None,
                valid_from=row.valid_from,
                valid_to=None,
                state=Parameter.State.ACTIVE,
            )
            for ours in open_ones:
                ours.valid_to = row.valid_to
                ours.save(update_fields=["valid_to"])
                ended.append(ours)
    kept: dict[str, list[tuple[date, date]]] = {}
    national = Parameter.objects.filter(region=None, state=Parameter.State.ACTIVE)
    for code, first, last in national.values_list("code", "valid_from", "valid_to"):
        kept.setdefault(code, []).append((first, last or date.max))
    new = [
        row
        for row in rows
        if not any(
            first <= (row.valid_to or date.max) and row.valid_from <= last
            for first, last in kept.get(row.code, ())
        )
    ]
    return [*ended, *Parameter.objects.bulk_create(new)]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _load_codes() -> int:
    rows = [Code(**row) for row in _read("codes.json")]
    return len(Code.objects.bulk_create(rows, ignore_conflicts=True))


def _load_holidays() -> list[Holiday]:
    years = range(FIRST_YEAR, clock.today().year + 2)
    rows: dict[date, Holiday] = {}
    for category, kind in (
        (holidays.GOVERNMENT, Holiday.Kind.COLLECTIVE),
        (holidays.PUBLIC, Holiday.Kind.NATIONAL),
    ):
        for day, name in holidays.country_holidays(
            "ID", years=years, categories=(category,), language="id"
        ).items():
            rows[day] = Holiday(day=day, name=name[:120], kind=kind, legal_basis="SKB 3 Menteri")
    there = set(Holiday.objects.values_list("day", flat=True))
    return Holiday.objects.bulk_create(row for day, row in rows.items() if day not in there)
