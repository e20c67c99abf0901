"""Load the reference data of law that ships with the project. Idempotent."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import holidays
from django.core.management.base import BaseCommand
from django.db import transaction

from marketplace.core import clock
from marketplace.regulation.models import Code, Holiday, Parameter, Region
from marketplace.regulation.queries import forget_rules

DATA = Path(__file__).resolve().parents[2] / "data"
FIRST_YEAR = 2024


class Command(BaseCommand):
    """Loads dated parameters, holidays, regions and short code lists."""

    help = (
        "Muat parameter bertanggal, hari libur dan daftar daerah yang dikirim bersama proyek (boleh diulang)."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            counts = load_all()
        forget_rules()
        self.stdout.write(", ".join(f"{name}: {count}" for name, count in counts.items()))


def load_all() -> dict[str, int]:
    """Insert what is missing; rows already there stay: law is changed by people through the door."""
    return {
        "daerah": _load_regions(),
        "parameter": _load_parameters(),
        "kode resmi": _load_codes(),
        "hari libur": _load_holidays(),
    }


def _read(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return rows


def _load_regions() -> int:
    rows = [Region(**row) for row in _read("regions.json")]
    return len(Region.objects.bulk_create(rows, ignore_conflicts=True))


def _load_parameters() -> int:
    """Insert values of days for which there is none yet; a value of ours that a later one follows gets its end."""
    rows = [
        Parameter(
            **{**row, "valid_from": _day(row["valid_from"]), "valid_to": _day(row.get("valid_to"))},
            state=Parameter.State.ACTIVE,
        )
        for row in _read("parameters.json")
    ]
    for row in rows:
        if row.valid_to is not None:
            ours = Parameter.objects.filter(
                code=row.code, region=None, valid_from=row.valid_from, state=Parameter.State.ACTIVE
            )
            ours.filter(valid_to=None).update(valid_to=row.valid_to)
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
    return len(Parameter.objects.bulk_create(new))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _load_codes() -> int:
    rows = [Code(**row) for row in _read("codes.json")]
    return len(Code.objects.bulk_create(rows, ignore_conflicts=True))


def _load_holidays() -> int:
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
    return len(Holiday.objects.bulk_create(rows.values(), ignore_conflicts=True))
