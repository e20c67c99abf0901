"""What open data costs: making the releases of many orders, and exporting them as one file.

    .venv/bin/python benchmarks/open_data.py [--orders 10000] [--copied N] [--keep]

A database of its own is filled with synthetic orders and their entries, put into the tree, read by the reader, exported
by `manage.py export_ocds` as a process of its own, and dropped. With --copied each release is there N times more before
the export, under other names: a large export in a short run. Prints seconds, releases a second, and the peak memory
of the exporting process. The target is for the export: 10,000 orders in at most 60 s and 300 MB.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

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
    parser.add_argument(
        "--copied", type=int, default=0, help="times each release is copied before the export"
    )
    parser.add_argument("--keep", action="store_true", help="keep the database for the next run")
    options = parser.parse_args()
    import psycopg

    from marketplace.database import cluster

    server = os.environ.get("DATABASE_URL") or cluster.ensure_running()
    name = f"bench_open_data_{options.orders}"
    os.environ |= {
        "DATABASE_URL": urlunsplit(urlsplit(server)._replace(path=f"/{name}")),
        "EORDER_ENV": "demo",
    }
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
    with psycopg.connect(server, autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not known:
            connection.execute(f'CREATE DATABASE "{name}"')
            for command in (["create_schema"], SEED):
                subprocess.run(
                    [sys.executable, "manage.py", *command],
                    check=True,
                    cwd=PROJECT,
                    stdout=subprocess.DEVNULL,
                )
        import django

        django.setup()
        try:
            if not known:
                fill(options.orders)
            make_releases()
            copy_releases(options.copied)
            export()
        finally:
            from django.db import connections

            connections.close_all()
            if not options.keep:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


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


def make_releases() -> None:
    """Let the reader catch up, and say how fast it is."""
    from marketplace.audit.models import Leaf
    from marketplace.events import registry
    from marketplace.events.models import ParkedEntry
    from marketplace.events.reading import read_batch
    from procurement.opendata.models import Release
    from procurement.opendata.queries import READER

    (reader,) = [each for each in registry.readers() if each.name == READER]
    before = Release.objects.count()
    began, worked = time.perf_counter(), time.process_time()
    while read_batch(reader):
        pass
    seconds, worked = time.perf_counter() - began, time.process_time() - worked
    made = Release.objects.count() - before
    parked = ParkedEntry.objects.filter(reader=READER).count()
    print(
        f"reader: {Leaf.objects.count():,} leaves, {made:,} releases in {seconds:.1f} s "
        f"({made / seconds:,.0f}/s; {worked:.1f} s of our own CPU), {parked} parked"
    )


def copy_releases(times: int) -> None:
    """Put every release there so many times more, under other names of processes."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO opendata_release (leaf_id, ocid, region_id, date, tags, content, sha256)"
            " SELECT leaf_id, ocid || '-' || n, region_id, date, tags, content, sha256"
            " FROM opendata_release CROSS JOIN generate_series(1, %s) AS n",
            [times],
        )
        cursor.execute("ANALYZE opendata_release")


def export() -> None:
    """Export everything by a process of its own; its seconds and peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "rilis.jsonl"
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "manage.py", "export_ocds", "--out", str(out)], cwd=PROJECT
        )
        _pid, status, usage = os.wait4(process.pid, 0)
        assert status == 0, "the export failed"
        seconds, megabytes = time.perf_counter() - began, usage.ru_maxrss / 1024
        size, lines = out.stat().st_size / 1_000_000, sum(1 for _line in out.open())
    print(
        f"export: {lines:,} releases, {size:.0f} MB in {seconds:.1f} s (target {MOST_SECONDS} s), "
        f"peak memory {megabytes:.0f} MB (target {MOST_MEGABYTES} MB)"
    )


if __name__ == "__main__":
    main()
