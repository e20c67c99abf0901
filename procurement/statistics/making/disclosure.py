"""Which rows of categories tell of too few: their shares are not published, nor can they be worked out from others.

Amounts and numbers of orders are public, whoever they were paid to. A share (of small business, of domestic products,
of the largest vendor) of one or two vendors would say what one of them is and sells. Such a row is `few`. Where it is
the only one of its line (the categories of a region, say), the smallest other one is `few` with it: otherwise the sum
of the line would give the share away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Final

from marketplace.core import clock
from marketplace.regulation.queries import parameter
from procurement.statistics.models import Edition, Level, Spending

CATEGORIES: Final = (Level.CATEGORY, Level.REGION_CATEGORY, Level.UNIT_CATEGORY)


@dataclass(frozen=True, slots=True)
class Cell:
    """One row of a category: its value, whether it tells of too few by itself, and the lines it is a part of."""

    pk: int
    price: int
    few: bool
    lines: tuple[Hashable, ...]


def hidden(cells: Iterable[Cell]) -> set[int]:
    """The rows whose shares are not published."""
    lines: dict[Hashable, list[Cell]] = defaultdict(list)
    found = set()
    for cell in cells:
        for line in cell.lines:
            lines[line].append(cell)
        if cell.few:
            found.add(cell.pk)
    waiting = list(lines)
    while waiting:
        members = lines[waiting.pop()]
        open_ones = [cell for cell in members if cell.pk not in found]
        if len(members) - len(open_ones) == 1 and open_ones:
            chosen = min(open_ones, key=lambda cell: (cell.price, cell.pk))
            found.add(chosen.pk)
            waiting.extend(chosen.lines)
    return found


def mark(edition: Edition) -> None:
    """Mark the rows of an edition that tell of too few."""
    least = int(parameter("statistics.group_min", on=clock.today()).value)
    rows = Spending.objects.filter(edition=edition, level__in=CATEGORIES)
    cells = [_cell(row, least) for row in rows.iterator(chunk_size=2_000)]
    Spending.objects.filter(pk__in=hidden(cells)).update(few=True)


def _cell(row: Spending, least: int) -> Cell:
    """A row is part of the categories of its place, and of its category in all places of its kind."""
    line: tuple[Hashable, ...] = ((row.year, row.level, row.region_id, row.unit_id),)
    if row.level != Level.CATEGORY:
        around = row.region_id if row.level == Level.UNIT_CATEGORY else None
        line = (*line, (row.year, row.level, around, row.category))
    return Cell(row.pk, row.price, row.vendors < least or row.orders < least, line)
