"""What the main pages cost: SQL queries, Python calls, CPU, latency, bytes, beside a bare view in the same run.

    .venv/bin/python benchmarks/pages.py --listings 1000 10000

Each size gets a database of its own on the private cluster (or DATABASE_URL's server), filled by `manage.py seed`
and dropped afterwards unless --keep. Pages are asked through Django's whole request cycle in one process, interleaved
page by page, so that ratios between rows of one run can be trusted; absolute times depend on the machine.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))


@dataclass
class Cost:
    """What one page cost over several requests."""

    queries: int = 0
    calls: int = 0
    size: int = 0
    web_ms: list[float] = field(default_factory=list)
    database_ms: list[float] = field(default_factory=list)
    wall_ms: list[float] = field(default_factory=list)

    def row(self, name: str) -> str:
        """One line of the table: medians (database CPU: the mean, its clock ticks in 10 ms), and p95."""
        wall = sorted(self.wall_ms)
        return (
            f"{name:<28}{self.queries:>5}{self.calls:>9,}{statistics.median(self.web_ms):>9.1f}"
            f"{statistics.fmean(self.database_ms):>9.1f}{statistics.median(wall):>9.1f}"
            f"{wall[int(len(wall) * 0.95)]:>9.1f}{self.size:>9,}"
        )


HEAD = f"{'page':<28}{'SQL':>5}{'calls':>9}{'web ms':>9}{'db ms':>9}{'p50 ms':>9}{'p95 ms':>9}{'bytes':>9}"


def main() -> None:
    """Read the arguments and measure each size in a process of its own."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--listings", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--vendors", type=int, default=300)
    parser.add_argument("--orders", type=int, default=500)
    parser.add_argument("--requests", type=int, default=20, help="requests per page that count")
    parser.add_argument("--keep", action="store_true", help="keep the databases for the next run")
    parser.add_argument("--inside", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        measure(options.inside, options.requests)
        return
    for listings in options.listings:
        with filled_database(listings, options) as url:
            again = [sys.executable, __file__, "--inside", str(listings), "--requests", str(options.requests)]
            subprocess.run(again, check=True, env={**os.environ, "DATABASE_URL": url, "EORDER_ENV": "demo"})


@contextmanager
def filled_database(listings: int, options: argparse.Namespace) -> Iterator[str]:
    """A database with `listings` listings; yields its URL."""
    import psycopg

    from marketplace.database import cluster

    server = os.environ.get("DATABASE_URL") or cluster.ensure_running()
    name = f"bench_{listings}_{options.vendors}_{options.orders}"
    url = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    with psycopg.connect(server, autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not known:
            connection.execute(f'CREATE DATABASE "{name}"')
    environment = {**os.environ, "DATABASE_URL": url, "EORDER_ENV": "demo"}
    if not known:
        sizes = [
            "--vendors", str(options.vendors), "--listings", str(listings), "--orders", str(options.orders)
        ]  # fmt: skip
        for command in (["create_schema"], ["collectstatic", "--noinput", "-v0"], ["seed", *sizes]):
            subprocess.run([sys.executable, "manage.py", *command], check=True, cwd=PROJECT, env=environment)
    try:
        yield url
    finally:
        if not options.keep:
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def measure(listings: int, requests: int) -> None:
    """Measure every page of `pages()` in this process and print the table."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
    import django

    django.setup()
    from benchmarks.subjects import asked_pages, bare_view

    asked: dict[str, Callable[[], bytes]] = {"bare view, one query": bare_view(), **asked_pages()}
    costs = {name: Cost() for name in asked}
    for name, ask in asked.items():
        for _ in range(3):
            ask()
        costs[name].queries = count_queries(ask)
        costs[name].calls = count_calls(ask)
    for _ in range(requests):
        for name, ask in asked.items():
            time_once(ask, costs[name])
    print(f"\n{listings:,} listings, {requests} requests a page, interleaved")
    print(HEAD)
    for name, cost in costs.items():
        print(cost.row(name))


def time_once(ask: Callable[[], bytes], cost: Cost) -> None:
    """One request: wall time, CPU of this process, CPU of its database backend."""
    import psutil
    from django.db import connection

    connection.ensure_connection()
    backend = psutil.Process(connection.connection.info.backend_pid)
    before = backend.cpu_times()
    web, wall = time.process_time(), time.perf_counter()
    cost.size = len(ask())
    cost.wall_ms.append((time.perf_counter() - wall) * 1000)
    cost.web_ms.append((time.process_time() - web) * 1000)
    after = backend.cpu_times()
    spent = (after.user - before.user) + (after.system - before.system)
    cost.database_ms.append(spent * 1000)


def count_queries(ask: Callable[[], bytes]) -> int:
    """SQL statements of one request."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        ask()
    return len(captured)


def count_calls(ask: Callable[[], bytes]) -> int:
    """Python function calls of one request: hardly varies between machines."""
    count = 0

    def see(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(see)
    try:
        ask()
    finally:
        sys.setprofile(None)
    return count


if __name__ == "__main__":
    main()
