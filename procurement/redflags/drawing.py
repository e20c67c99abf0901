"""The network as a picture: groups of linked nodes, each on a circle, laid out in rows. Pure; no JavaScript needed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, cos, pi, sin
from typing import Final

from procurement.redflags.queries.network import Link, Node

CELL: Final = 640
"""Width of one group, in units of the picture; names stand outside its circle."""
TALL: Final = 360
RADIUS: Final = 130
ACROSS: Final = 2
MOST_GROUPS: Final = 12
LABEL: Final = 20
"""Letters of a name that fit beside a node."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A node with its place; its name stands on the outer side, `anchor` is SVG's word for how it is aligned."""

    node: Node
    x: int
    y: int
    text_x: int
    text_y: int
    anchor: str

    @property
    def label(self) -> str:
        """The name as far as it fits."""
        name = self.node.label
        return name if len(name) <= LABEL else name[: LABEL - 1].rstrip() + "…"


@dataclass(frozen=True, slots=True)
class Line:
    """A link with both its ends; the more is shared, the thicker."""

    x1: int
    y1: int
    x2: int
    y2: int
    width: int
    title: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything the template draws; `left_out` groups did not fit and stand in the table alone."""

    width: int
    height: int
    spots: Sequence[Spot]
    lines: Sequence[Line]
    left_out: int


def drawn(links: Sequence[Link]) -> Picture:
    """The picture of the largest groups."""
    groups = _groups(links)
    shown = groups[:MOST_GROUPS]
    spots: dict[str, Spot] = {}
    for index, group in enumerate(shown):
        middle_x = CELL * (index % ACROSS) + CELL // 2
        middle_y = TALL * (index // ACROSS) + TALL // 2
        spots.update({each.node.key: each for each in _circle(group, middle_x, middle_y)})
    lines = [
        Line(
            spots[link.one.key].x,
            spots[link.one.key].y,
            spots[link.other.key].x,
            spots[link.other.key].y,
            1 + len(link.kinds),
            f"{link.one.label} – {link.other.label}: {', '.join(link.shared)}",
        )
        for link in links
        if link.one.key in spots
    ]
    rows = ceil(len(shown) / ACROSS)
    return Picture(CELL * ACROSS, TALL * rows, list(spots.values()), lines, len(groups) - len(shown))


def _circle(group: Sequence[Node], middle_x: int, middle_y: int) -> Iterable[Spot]:
    for index, node in enumerate(group):
        angle = 2 * pi * index / len(group) - pi / 2
        across, down = cos(angle), sin(angle)
        x, y = round(middle_x + RADIUS * across), round(middle_y + RADIUS * down)
        if abs(across) < 0.3:
            yield Spot(node, x, y, x, y + (30 if down > 0 else -16), "middle")
        else:
            yield Spot(node, x, y, x + (16 if across > 0 else -16), y + 5, "start" if across > 0 else "end")


def _groups(links: Iterable[Link]) -> list[list[Node]]:
    """The nodes that hang together, the largest group first."""
    group_of: dict[str, list[Node]] = {}
    for link in links:
        one = group_of.setdefault(link.one.key, [link.one])
        other = group_of.setdefault(link.other.key, [link.other])
        if one is other:
            continue
        one.extend(other)
        group_of.update({node.key: one for node in other})
    unique = {id(group): group for group in group_of.values()}
    return sorted(unique.values(), key=lambda group: (-len(group), group[0].key))
