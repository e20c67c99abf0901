"""Why something has to be mended, and how: the closed list of reason codes that operators and curators choose from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

REASONS_FILE: Final = Path(__file__).resolve().parent / "data" / "reasons.json"
OTHER: Final = "other"
"""The code for what no other says; it needs a note in the checker's own words."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: its stable code, the fields it is said of, what is wrong, and how to mend it."""

    code: str
    fields: frozenset[str]
    sentence: str
    fix: str


@cache
def reasons() -> dict[str, Reason]:
    """Every reason by its code, in the order of the file."""
    rows = json.loads(REASONS_FILE.read_text(encoding="utf-8"))
    return {
        row["code"]: Reason(row["code"], frozenset(row["fields"]), row["sentence"], row["fix"])
        for row in rows
    }


def reasons_for(field: str) -> list[Reason]:
    """The reasons that may be given for a field, the catch-all last."""
    return [reason for reason in reasons().values() if field in reason.fields]
