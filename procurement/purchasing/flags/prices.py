"""The usual price of a listing before an order: the median over time of its append-only price history. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Change:
    """From a moment on a listing cost so much (rupiah): everywhere, or in one area, where 0 means as everywhere."""

    area: str
    price: int
    since: datetime


def median_before(
    changes: Sequence[Change], areas: Sequence[str], start: datetime, end: datetime
) -> int | None:
    """The price (rupiah) at least half of the time between `start` and `end`; None without any time.

    `areas` are the codes of all regions the place lies in, the widest first; the narrowest with a price counts.
    """
    known: dict[str, int] = {}
    spans: list[tuple[int, float]] = []
    relevant = sorted(
        (each for each in changes if each.since < end and each.area in ("", *areas)),
        key=lambda each: each.since,
    )
    for index, change in enumerate(relevant):
        known[change.area] = change.price
        until = relevant[index + 1].since if index + 1 < len(relevant) else end
        length = (until - max(change.since, start)).total_seconds()
        price = next((known[area] for area in reversed(areas) if known.get(area)), known.get(""))
        if length > 0 and price:
            spans.append((price, length))
    half, passed = sum(length for _price, length in spans) / 2, 0.0
    for price, length in sorted(spans):
        passed += length
        if passed >= half:
            return price
    return None
