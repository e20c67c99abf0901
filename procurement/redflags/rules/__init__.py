"""The rules over many orders: one file each, with its law, its figures, its validity and what it cannot see."""

from __future__ import annotations

from typing import Final

from procurement.redflags.rules import (
    id01,
    id02,
    id03,
    id04,
    id05,
    id06,
    id07,
    id08,
    id09,
    id10,
    id11,
    id12,
    id13,
    id14,
    id15,
    id16,
)
from procurement.redflags.rules.rule import COLUMNS, Rule, budget_of

RULES: Final[dict[str, Rule]] = {
    each.RULE.code: each.RULE
    for each in (
        id01,
        id02,
        id03,
        id04,
        id05,
        id06,
        id07,
        id08,
        id09,
        id10,
        id11,
        id12,
        id13,
        id14,
        id15,
        id16,
    )
}
"""Every rule of handbook §9.1 by its code."""

__all__ = ["COLUMNS", "RULES", "Rule", "budget_of"]
