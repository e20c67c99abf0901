"""Pictures of figures as numbers for inline SVG: columns and lines, with whole coordinates and no words inside.

The words stand beside the picture, in a table: a picture shrinks on a phone, its letters would too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 960
HEIGHT: Final = 240
GAP: Final = 16


@dataclass(frozen=True, slots=True)
class Column:
    """One column: where it stands and what it stands for."""

    x: int
    y: int
    width: int
    height: int
    label: str
    value: int


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns side by side from a common ground, and the height of an even line (None: none)."""

    columns: list[Column]
    even: int | None
    width: int = WIDTH
    height: int = HEIGHT


def columns(values: Sequence[tuple[str, int]], *, even: int | None = None) -> Columns:
    """Columns of (label, value not below zero), the highest as high as the picture; `even` is a value for the line."""
    top = max([value for _label, value in values] + [even or 0, 1])
    step = WIDTH // max(len(values), 1)

    def height(value: int) -> int:
        return round(HEIGHT * value / top)

    return Columns(
        [
            Column(
                x=number * step + GAP // 2,
                y=HEIGHT - height(value),
                width=step - GAP,
                height=height(value),
                label=label,
                value=value,
            )
            for number, (label, value) in enumerate(values)
        ],
        None if even is None else HEIGHT - height(even),
    )


@dataclass(frozen=True, slots=True)
class Lines:
    """Several lines over the same steps; each is the `points` of a polyline, the first the one that matters."""

    lines: list[str]
    width: int = WIDTH
    height: int = HEIGHT


def lines(series: Sequence[Sequence[int]], *, steps: int) -> Lines:
    """Lines from nothing at the left edge; a series shorter than `steps` ends where it ends."""
    top = max([value for each in series for value in each] + [1])

    def points(values: Sequence[int]) -> str:
        corners = [
            (round(WIDTH * n / steps), HEIGHT - round(HEIGHT * v / top)) for n, v in enumerate([0, *values])
        ]
        return " ".join(f"{x},{y}" for x, y in corners)

    return Lines([points(each) for each in series])


def permille(part: int, whole: int) -> int:
    """The width of a bar in thousandths of the longest; something is seen of everything that is not nothing."""
    if part <= 0 or whole <= 0:
        return 0
    return max(min(part * 1000 // whole, 1000), 4)
