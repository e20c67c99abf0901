"""The price history of a listing as a small picture: a stepped line in SVG, made on the server."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from marketplace.core import clock
from vendors.models import ListingPrice

WIDTH, HEIGHT, EDGE = 320, 96, 8
MOST_POINTS = 60


@dataclass(frozen=True, slots=True)
class PriceStory:
    """Points of the line (SVG coordinates) and what the picture says in words."""

    points: str
    lowest: int
    highest: int
    first: int
    now: int
    since: datetime
    changes: int
    prices: list[ListingPrice]

    width: int = WIDTH
    height: int = HEIGHT


def story_of(history: Iterable[ListingPrice]) -> PriceStory | None:
    """The story of a price history in order of time; None when there is nothing to tell."""
    prices = list(history)
    if not prices:
        return None
    shown = prices[-MOST_POINTS:]
    start, end = shown[0].valid_from, max(clock.now(), shown[-1].valid_from)
    seconds = max((end - start).total_seconds(), 1)
    values = [price.price for price in shown]
    low, span = min(values), max(max(values) - min(values), 1)

    def x(moment: datetime) -> float:
        return round(EDGE + (WIDTH - 2 * EDGE) * (moment - start).total_seconds() / seconds, 1)

    def y(value: int) -> float:
        flat = max(values) == low
        return HEIGHT / 2 if flat else round(HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (value - low) / span, 1)

    corners: list[tuple[float, float]] = []
    for price in shown:
        if corners:
            corners.append((x(price.valid_from), corners[-1][1]))
        corners.append((x(price.valid_from), y(price.price)))
    corners.append((x(end), corners[-1][1]))
    return PriceStory(
        points=" ".join(f"{left:g},{top:g}" for left, top in corners),
        lowest=min(values),
        highest=max(values),
        first=values[0],
        now=values[-1],
        since=start,
        changes=len(prices) - 1,
        prices=list(reversed(shown))[:12],
    )
