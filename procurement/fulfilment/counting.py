"""What was accepted, what it is worth, how late it came. Pure: counts in, quantities and rupiah out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Arrival:
    """Sound units of one ordered item that arrived on a Jakarta day; price in rupiah a unit, before tax."""

    line_id: int
    good: int
    price: int
    on: date


@dataclass(frozen=True, slots=True)
class Lateness:
    """Calendar days after the agreed day, at most, and the fine in whole rupiah."""

    days: int
    penalty: int


def accepted_quantities(ordered: Mapping[int, int], arrivals: Iterable[Arrival]) -> dict[int, int]:
    """Sound units a line, over all deliveries; never more than were ordered."""
    accepted = dict.fromkeys(ordered, 0)
    for arrival in arrivals:
        accepted[arrival.line_id] = min(ordered[arrival.line_id], accepted[arrival.line_id] + arrival.good)
    return accepted


def unsent(outstanding: Mapping[int, int], failed: Mapping[int, int]) -> dict[int, int]:
    """Units a line that have not been sent yet: outstanding, less what came damaged or not at all (`failed`).

    What failed waits for the PPK's decision; after a demand to replace nothing counts as failed any more.
    """
    left = {line_id: units - failed.get(line_id, 0) for line_id, units in outstanding.items()}
    return {line_id: units for line_id, units in left.items() if units > 0}


def lateness(
    arrivals: Iterable[Arrival], *, needed_by: date, per_mille_a_day: int, at_most: int | None = None
) -> Lateness:
    """The fine on what came late: value of the late part before PPN × days × rate ⁄ 1000, rounded down once.

    Source: Perpres 16/2018 Art. 79; each delivery counts its own days, so what came in time is never fined. A day
    moved by an addendum counts from the new day. `at_most` caps the fine, in rupiah.
    """
    late = [(max((arrival.on - needed_by).days, 0), arrival) for arrival in arrivals if arrival.good]
    owed = sum(days * arrival.good * arrival.price for days, arrival in late) * per_mille_a_day // 1000
    return Lateness(
        max((days for days, _ in late), default=0), owed if at_most is None else min(owed, at_most)
    )
