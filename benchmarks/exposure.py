"""How orders spread over vendors with the published ranking and without it, at equal relevance.

    .venv/bin/python benchmarks/exposure.py [--vendors 200] [--orders 20000] [--seed 7]

Buyers look at the first ten of fifty fitting offers and mostly take one from the top. Without the formula the order is
by quality alone; with it, as `vendors.exposure` works it out. Prints Gini and the part of orders of the top tenth.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from datetime import date, timedelta

from search.ranking import taking_turns
from vendors.exposure import Inputs, parts

WEIGHTS = {"quality": 15, "price": 5, "proximity": 5, "capacity": 5, "newcomer": 10, "share": 10}
SHOWN, FITTING = 10, 50


def gini(counts: list[int]) -> float:
    """0: everybody has the same; 1: one has all."""
    rows, total = sorted(counts), sum(counts)
    weighed = sum((place + 1) * count for place, count in enumerate(rows))
    return 2 * weighed / (len(rows) * total) - (len(rows) + 1) / len(rows) if total else 0.0


def simulate(*, vendors: int, orders: int, seed: int, fair: bool) -> list[int]:
    """Orders of each vendor after a year."""
    chance = random.Random(seed)
    quality = [round(chance.betavariate(6, 2) * 100) for _vendor in range(vendors)]
    band = [chance.choice(["LOW", "MIDDLE", "MIDDLE", "HIGH"]) for _vendor in range(vendors)]
    sold: Counter[int] = Counter()
    for number in range(orders):
        day = date(2026, 1, 1) + timedelta(days=number * 365 // orders)
        fitting = chance.sample(range(vendors), min(FITTING, vendors))
        if fair:
            told = {
                vendor: Inputs(
                    quality[vendor],
                    band[vendor],
                    newcomer=not sold[vendor],
                    share_of_even=sold[vendor] * 100 * vendors // max(number, 1),
                )
                for vendor in fitting
            }
            found = [(vendor, sum(parts(inputs, WEIGHTS).values())) for vendor, inputs in told.items()]
            found.sort(key=lambda hit: -hit[1])
            shown = [vendor for vendor, _ in taking_turns(found, key=f"q{number % 40}", day=day)][:SHOWN]
        else:
            shown = sorted(fitting, key=lambda vendor: (-quality[vendor], vendor))[:SHOWN]
        place = min(int(chance.expovariate(0.6)), len(shown) - 1)
        sold[shown[place]] += 1
    return [sold[vendor] for vendor in range(vendors)]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vendors", type=int, default=200)
    parser.add_argument("--orders", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=7)
    told = parser.parse_args()
    print(f"{told.vendors} vendors, {told.orders} orders, seed {told.seed}")
    print(f"{'ranking':<22}{'Gini':>8}{'top tenth':>12}{'without order':>16}")
    for name, fair in (("by quality alone", False), ("published formula", True)):
        counts = simulate(vendors=told.vendors, orders=told.orders, seed=told.seed, fair=fair)
        top = sum(sorted(counts, reverse=True)[: max(len(counts) // 10, 1)]) / told.orders
        print(f"{name:<22}{gini(counts):>8.3f}{top:>11.1%}{counts.count(0):>16}")


if __name__ == "__main__":
    main()
