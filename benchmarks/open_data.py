"""What open data costs: making the releases of many orders and exporting them as one file, by `manage.py export_ocds`.

    .venv/bin/python benchmarks/open_data.py [--orders 10000] [--keep]

A database of its own is filled with synthetic orders and their entries, which are put into the tree, and dropped
afterwards. Then the command runs twice, as a process of its own: the first time it makes every release by our mapping
before it writes them, the second time it writes alone. Prints releases, seconds, CPU seconds of our own (PostgreSQL's
are not in them) and peak memory. The target is for the first: 10,000 orders in at most 60 s and 300 MB.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))
SEED = ["seed", "--vendors", "100", "--listings", "500", "--orders", "8"]
MOST_SECONDS, MOST_MEGABYTES = 60, 300


def main() -> None:
    """Read the arguments, fill a database, measure, drop it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--keep", action="store_true", help="keep the database for the next run")
    options = parser.parse_args()
    from benchmarks.own_database import SCHEMA, manage, own_database

    with own_database(f"bench_open_data_{options.orders}", keep=options.keep) as new:
        if new:
            manage(SCHEMA, SEED)
            fill(options.orders)
        export("made and written")
        export("written again")


def fill(orders: int) -> None:
    """Synthetic orders in every state, their entries in the tree."""
    from django.db import connection

    from marketplace.audit import sequencer
    from marketplace.regulation.models import Region
    from procurement.practice.orders import bring_orders
    from procurement.practice.units import bring_units
    from procurement.purchasing.models import Purchase

    region = Region.objects.get(pk=Purchase.objects.values_list("region_id", flat=True)[0])
    bring_orders(bring_units(region, 20), orders, seed=7)
    while sequencer.integrate():
        pass
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


LAUNCH = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_pid, status, usage = os.wait4(process.pid, 0)
print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
sys.exit(status != 0)
"""
"""A small process between: the memory of whoever starts a process counts as that process' own peak."""


def export(what: str) -> None:
    """Export everything by a process of its own: its seconds, CPU seconds and peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "rilis.jsonl"
        command = [sys.executable, "manage.py", "export_ocds", "--out", str(out)]
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", LAUNCH, *command],
            check=True,
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            text=True,
        )
        seconds = time.perf_counter() - began
        worked, megabytes = map(float, done.stdout.split())
        with out.open() as file:
            lines = sum(1 for _line in file)
        size = out.stat().st_size / 1_000_000
    print(
        f"{what}: {lines:,} releases, {size:.0f} MB in {seconds:.1f} s ({lines / seconds:,.0f}/s; {worked:.1f} s of "
        f"our own CPU; target {MOST_SECONDS} s), peak memory {megabytes:.0f} MB (target {MOST_MEGABYTES} MB)"
    )


if __name__ == "__main__":
    main()
