"""Violations and the sanctions that follow: a closed list; how long each lasts is a dated rule. Pure."""

from __future__ import annotations

import json
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final

VIOLATIONS_FILE: Final = Path(__file__).resolve().parent / "data" / "violations.json"
NATIONAL_LIST: Final = "national_list"
"""The code of what another agency found: its own words stand in the entry of the national list."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One violation: the kind of sanction, the dated parameter with its months, its words, the law."""

    code: str
    kind: str
    months: str
    label: str
    rule: str


@cache
def violations() -> dict[str, Violation]:
    """Every violation by its code, in the order of the file."""
    rows = json.loads(VIOLATIONS_FILE.read_text(encoding="utf-8"))
    return {row["code"]: Violation(**row) for row in rows}


def last_day(starts: date, months: int) -> date:
    """The last day of so many months from `starts` on: from 31 August six months end on 27 February."""
    year, month = divmod(starts.month - 1 + months, 12)
    year, month = starts.year + year, month + 1
    return date(year, month, min(starts.day, monthrange(year, month)[1])) - timedelta(days=1)
