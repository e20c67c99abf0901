"""The encumbrance of some budget lines as a picture: five parts of one bar. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from procurement.planning.models import PLACES, BudgetLine

WIDTH: Final = 1_000
"""Units of the bar's view box."""

LABELS: Final = {
    "spent": _("Terbayar"),
    "payable": _("Terutang"),
    "committed": _("Terikat"),
    "reserved": _("Dicadangkan"),
    "available": _("Tersedia"),
}
# Attributes, not styles: the pages' content security policy allows no inline style.
COLOURS: Final = {
    "spent": "#1f7a4d",
    "payable": "#0b7285",
    "committed": "#0b5cad",
    "reserved": "#b45309",
    "available": "#d5dae3",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One place of the money: rupiah, and where it stands on the bar."""

    place: str
    label: str
    colour: str
    amount: int
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class Bar:
    """Pagu and its parts, from spent to available."""

    pagu: int
    parts: tuple[Part, ...]

    @property
    def available(self) -> int:
        """Rupiah still free."""
        return self.parts[-1].amount

    @property
    def percent_used(self) -> int:
        """Share of the pagu that orders hold or have spent, rounded down."""
        return (self.pagu - self.available) * 100 // self.pagu if self.pagu else 0


def bar_of(lines: Iterable[BudgetLine]) -> Bar:
    """The bar of some lines together; an empty pagu gives an empty bar."""
    sums = dict.fromkeys(PLACES, 0)
    for line in lines:
        for place in PLACES:
            sums[place] += getattr(line, place)
    pagu = sum(sums.values())
    parts, below = [], 0
    for place in LABELS:
        x = below * WIDTH // pagu if pagu else 0
        below += sums[place]
        end = below * WIDTH // pagu if pagu else 0
        parts.append(Part(place, str(LABELS[place]), COLOURS[place], sums[place], x, end - x))
    return Bar(pagu, tuple(parts))
