"""How well and how fast the red flags judge: a year of synthetic orders with labelled patterns planted among them.

    .venv/bin/python benchmarks/red_flags.py --orders 100000

A database of its own is filled by COPY and dropped afterwards unless --keep. Printed: the time of every rule, of a
whole evaluation with its flags and log entries written, of a second one that finds nothing new, and a table of
precision and recall for docs/red-flags.md. Exit code 1 when the evaluation takes longer than --seconds.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

ORDERS_A_UNIT = 800


def main() -> int:
    """Read the arguments, fill a database, measure, drop it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--vendors", type=int, default=1_200)
    parser.add_argument("--planted", type=int, default=40, help="episodes of each pattern")
    parser.add_argument("--seconds", type=float, default=120, help="the most an evaluation may take")
    parser.add_argument("--keep", action="store_true", help="keep the database")
    options = parser.parse_args()
    from benchmarks.own_database import SCHEMA, manage, own_database

    with own_database(f"bench_red_flags_{os.getpid()}", keep=options.keep):
        manage(SCHEMA, ["load_regulation"], ["load_tax_rules"])
        return measure(options)


def measure(options: argparse.Namespace) -> int:
    """Fill, judge, print."""
    from django.db import connection

    from marketplace.core import clock
    from procurement.redflags.actions import index_contacts, raise_flags
    from procurement.redflags.cardinal import INDICATORS
    from procurement.redflags.evaluating import findings
    from procurement.redflags.rules import RULES
    from tests.redflags.labelled.contests import planted_contests
    from tests.redflags.labelled.market import AFTER, YEAR, opened
    from tests.redflags.labelled.measuring import measured, table
    from tests.redflags.labelled.planting import PATTERNS

    began = time.perf_counter()
    units = max(options.orders // ORDERS_A_UNIT, 3 * options.planted // 2)
    market = opened(vendors=options.vendors, listings=3 * options.vendors, units=units)
    market.honest(options.orders)
    for plant in PATTERNS:
        plant(market, _count(plant.__name__, options.planted))
    planted_contests(market, options.planted)
    market.settle()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    print(
        f"{market.orders} orders of {units} units and {options.vendors} vendors in {time.perf_counter() - began:.0f} s"
    )

    region = market.region.pk
    since = clock.midnight(AFTER.date().replace(year=YEAR, month=1, day=1))
    with clock.frozen(AFTER):
        index_contacts()
        found = []
        whole = time.perf_counter()
        for code in RULES:
            began = time.perf_counter()
            some = list(findings(region, since, AFTER, codes={code}))
            print(f"{code:<9} {time.perf_counter() - began:6.2f} s {len(some):6} findings")
            found += some
        began = time.perf_counter()
        some = list(findings(region, since, AFTER, codes=set(INDICATORS)))
        print(f"Cardinal  {time.perf_counter() - began:6.2f} s {len(some):6} findings")
        found += some
        began = time.perf_counter()
        kept = raise_flags(region_id=region, found=found)
        print(f"kept      {time.perf_counter() - began:6.2f} s {kept.new:6} new flags with their entries")
        seconds = time.perf_counter() - whole
        print(
            f"whole evaluation of {market.orders} orders: {seconds:.1f} s (at most {options.seconds:.0f} s)"
        )
        began = time.perf_counter()
        again = raise_flags(region_id=region, found=findings(region, since, AFTER))
        print(
            f"the same again: {time.perf_counter() - began:.1f} s, {again.new} new, {again.changed} changed"
        )
    print(table(measured(found, market.labels)))
    return int(seconds > options.seconds)


def _count(pattern: str, planted: int) -> int:
    """Patterns of whole units are rarer than those of orders."""
    return max(planted // 4, 2) if pattern in {"crowded", "rushed", "own_business"} else planted


if __name__ == "__main__":
    sys.exit(main())
