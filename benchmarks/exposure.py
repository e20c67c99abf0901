"""How orders and first pages spread over vendors at equal relevance, with the published ranking and without it.

    .venv/bin/python benchmarks/exposure.py [--vendors 300] [--orders 50] [--seeds 5]

A year of one kind of goods: every vendor's offer fits every question equally well, a fifth of the vendors joins during
the year, buyers look at the first page and mostly take one from its top. Points, steps and turns are worked out by the
very functions of production (`vendors.exposure`, `search.ranking`); scores, newcomers and shares change once a day as
they do there. Prints the mean over the seeds, and the smallest and largest value in brackets.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from search.ranking import MARKET, STANDING_PARTS, WINDOW, spot_of, start_of, taking_turns
from vendors.exposure import Inputs, rungs

WEIGHTS: Final = {
    "quality": 10, "price": 5, "proximity": 5, "capacity": 5, "newcomer": 10, "share": 10, "domestic": 5,
}  # fmt: skip
LADDERS: Final = {part: rungs(part, WEIGHTS) for part in STANDING_PARTS}
FIRST_PAGE: Final = 24
START: Final = date(2026, 1, 1)
DAYS: Final = 365
QUESTIONS: Final = [f"pertanyaan {number}" for number in range(8)]
ENOUGH_FOR_SCORE: Final = 5
NEWCOMER_DAYS: Final = 90
WINDOW_DAYS: Final = 90
FIT: Final = MARKET.words


@dataclass(frozen=True, slots=True)
class Rules:
    """Which parts of the ranking are in force."""

    name: str
    standing: Sequence[str]
    turning: bool


RULES: Final = (
    Rules("fit alone, oldest first", (), False),
    Rules("quality alone", ("quality",), False),
    Rules("turning alone", (), True),
    Rules("standing, no turning", tuple(STANDING_PARTS), False),
    Rules("published formula", tuple(STANDING_PARTS), True),
)


@dataclass
class Seller:
    """A vendor with one offer."""

    listing: int
    joined: int
    quality: int
    band: str
    domestic: int
    orders: int = 0
    first_order: int | None = None
    lately: deque[int] = field(default_factory=deque)
    shown: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a year."""

    gini: float
    top_tenth: float
    without_order: float
    seen: float
    gini_seen: float
    days_to_first: float
    never: float


def gini(counts: Sequence[float]) -> float:
    """0: everybody has the same; 1: one has all."""
    rows, total = sorted(counts), sum(counts)
    weighed = sum((place + 1) * count for place, count in enumerate(rows))
    return 2 * weighed / (len(rows) * total) - (len(rows) + 1) / len(rows) if total else 0.0


def market(vendors: int, chance: random.Random) -> list[Seller]:
    """Vendors of every quality and price; every fifth joins some day of the first nine months."""
    return [
        Seller(
            listing=number + 1,
            joined=chance.randrange(1, 270) if number % 5 == 4 else 0,
            quality=round(chance.betavariate(6, 2) * 100),
            band=chance.choice(["LOW", "MIDDLE", "MIDDLE", "HIGH"]),
            domestic=chance.choice([0, 1, 1, 3, 4]),
        )
        for number in range(vendors)
    ]


def standing(seller: Seller, day: int, even: float, rules: Rules) -> int:
    """Whole points of the parts in force, as the night works them out."""
    inputs = Inputs(
        quality=seller.quality if not seller.joined or seller.orders >= ENOUGH_FOR_SCORE else None,
        price_band=seller.band,
        capacity=10,
        newcomer=not seller.orders and (seller.joined > 0 and day - seller.joined < NEWCOMER_DAYS),
        share_of_even=round(100 * len(seller.lately) / even) if even else 0,
        domestic=seller.domestic,
    )
    steps = inputs.steps
    return sum(LADDERS[part][steps[part]] for part in rules.standing)


def ordered(points: dict[int, int], key: str, day: date, rules: Rules) -> list[int]:
    """Listings in the order of a page."""
    if not rules.turning:
        return sorted(points, key=lambda listing: (-points[listing], listing))
    start = start_of(key, day)
    hits = sorted(points.items(), key=lambda hit: (-hit[1], spot_of(hit[0]) < start, spot_of(hit[0]), hit[0]))
    return [listing for listing, _points in taking_turns(hits[:WINDOW], key=key, day=day)]


def year(vendors: int, orders: int, seed: int, rules: Rules) -> Outcome:
    """One year under some rules."""
    chance = random.Random(seed)
    sellers = market(vendors, chance)
    by_listing = {seller.listing: seller for seller in sellers}
    for day in range(DAYS):
        on_show = [seller for seller in sellers if seller.joined <= day]
        for seller in on_show:
            while seller.lately and seller.lately[0] < day - WINDOW_DAYS:
                seller.lately.popleft()
        even = sum(len(seller.lately) for seller in on_show) / len(on_show)
        points = {seller.listing: FIT + standing(seller, day, even, rules) for seller in on_show}
        pages = {
            key: ordered(points, key, START + timedelta(days=day), rules)[:FIRST_PAGE] for key in QUESTIONS
        }
        for _order in range(orders):
            page = pages[chance.choice(QUESTIONS)]
            for listing in page:
                by_listing[listing].shown += 1
            chosen = by_listing[page[min(int(chance.expovariate(0.35)), len(page) - 1)]]
            chosen.orders += 1
            chosen.lately.append(day)
            chosen.first_order = day if chosen.first_order is None else chosen.first_order
    return outcome(sellers)


def outcome(sellers: Sequence[Seller]) -> Outcome:
    """Orders and pages by day on show, so that who joined late is not counted as poor."""
    rates = [seller.orders / (DAYS - seller.joined) for seller in sellers]
    newcomers = [seller for seller in sellers if seller.joined]
    waits = [
        (seller.first_order if seller.first_order is not None else DAYS) - seller.joined
        for seller in newcomers
    ]
    return Outcome(
        gini=gini(rates),
        top_tenth=sum(sorted(rates)[-max(len(rates) // 10, 1) :]) / sum(rates),
        without_order=sum(not seller.orders for seller in sellers) / len(sellers),
        seen=sum(bool(seller.shown) for seller in sellers) / len(sellers),
        gini_seen=gini([seller.shown / (DAYS - seller.joined) for seller in sellers]),
        days_to_first=statistics.median(waits),
        never=sum(seller.first_order is None for seller in newcomers) / len(newcomers),
    )


COLUMNS: Final = (
    ("Gini orders", "gini", "{:.2f}"),
    ("top tenth", "top_tenth", "{:.0%}"),
    ("no order", "without_order", "{:.0%}"),
    ("ever on page 1", "seen", "{:.0%}"),
    ("Gini page 1", "gini_seen", "{:.2f}"),
    ("days to 1st order", "days_to_first", "{:.0f}"),
    ("newcomers never", "never", "{:.0%}"),
)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--vendors", type=int, default=300)
    parser.add_argument("--orders", type=int, default=50, help="orders a day")
    parser.add_argument("--seeds", type=int, default=5)
    told = parser.parse_args()
    print(
        f"{told.vendors} vendors, {told.orders} orders a day for a year, equal relevance, {told.seeds} seeds"
    )
    print(f"{'ranking':<26}" + "".join(f"{title:>20}" for title, _field, _form in COLUMNS))
    for rules in RULES:
        years = [year(told.vendors, told.orders, seed, rules) for seed in range(1, told.seeds + 1)]
        cells = []
        for _title, name, form in COLUMNS:
            values = [getattr(each, name) for each in years]
            low, high = form.format(min(values)), form.format(max(values))
            cells.append(f"{form.format(statistics.fmean(values))} [{low}–{high}]")
        print(f"{rules.name:<26}" + "".join(f"{cell:>20}" for cell in cells))


if __name__ == "__main__":
    main()
