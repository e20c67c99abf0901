"""What an index costs and how far it is behind: loading, lag of edits, and building anew under searches and edits.

    .venv/bin/python benchmarks/search_index.py --listings 100000 --searches 20 --edits 20 --seconds 30

The database is filled by `manage.py seed` and dropped afterwards unless --keep. The engine is the tests' Lucene node
(needs java and mvn) unless SEARCH_URL names one. Followers run in a process of their own, as `manage.py run_jobs` runs
them. Lag is from the commit of an edit until a search of the alias shows it. Rates depend on how busy the machine is,
so CPU seconds of Python, PostgreSQL and engine a thousand documents stand beside them.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from benchmarks.pages import filled_database  # noqa: E402

QUESTIONS = (
    "nasi kotak",
    "kertas a4",
    "pulpen",
    "jasa kebersihan",
    "laptop",
    "krtas hvs",
    "snack",
    "tinta printer",
)
POLL = 0.05


def main() -> None:
    """Make database and engine, measure in a process of its own."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--listings", type=int, default=100_000)
    parser.add_argument("--vendors", type=int, default=1_000)
    parser.add_argument("--orders", type=int, default=10)
    parser.add_argument("--searches", type=float, default=20.0, help="a second")
    parser.add_argument("--edits", type=float, default=20.0, help="a second")
    parser.add_argument("--seconds", type=float, default=30.0, help="of edits without a rebuild")
    parser.add_argument("--keep", action="store_true", help="keep the database for the next run")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        measure(options)
        return
    with filled_database(options.listings, options) as url, engine() as told:
        again = [sys.executable, __file__, "--inside", *sys.argv[1:]]
        environment = {**os.environ, "DATABASE_URL": url, "EORDER_ENV": "demo", **told}
        subprocess.run(again, check=True, env=environment, cwd=PROJECT)


@contextmanager
def engine() -> Iterator[dict[str, str]]:
    """The environment that names an engine."""
    if os.environ.get("SEARCH_URL"):
        yield {}
        return
    from tests.peers.lucene.node import LuceneNode

    with LuceneNode() as node:
        yield {
            "SEARCH_URL": f"{node.url}/bench",
            "SEARCH_NODE": "tests.peers.lucene.wire.PlainNode",
            "PYTHONPATH": str(PROJECT),
        }


@dataclass
class Searches:
    """Questions asked at a steady rate: how long each took and what was wrong."""

    rate: float
    took: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    partial: int = 0
    degraded: int = 0

    def ask(self, stop: threading.Event) -> None:
        """Ask until told to stop."""
        from django.db import connection

        from search.finding import TextFinder
        from search.question import PAGE_SIZE, Question

        finder, chance, due = TextFinder(), random.Random(1), time.monotonic()
        while not stop.is_set():
            began = time.monotonic()
            try:
                answer = finder.find(Question(text=chance.choice(QUESTIONS)), regions=None)
                self.partial += len(answer.hits) != min(PAGE_SIZE, answer.total)
                self.degraded += answer.degraded
            except Exception as error:
                self.errors.append(repr(error))
            self.took.append(time.monotonic() - began)
            due = max(due + 1 / self.rate, time.monotonic() - 1)
            time.sleep(max(due - time.monotonic(), 0))
        connection.close()

    def row(self) -> str:
        """One line: counts and latencies."""
        return (
            f"searches {len(self.took)}, errors {len(self.errors)}, partial pages {self.partial}, "
            f"answered by PostgreSQL {self.degraded}, ms {percentiles(self.took, 1_000)}"
        )


@dataclass
class Edits:
    """Prices changed at a steady rate, each watched until a search shows it."""

    rate: float
    lags: list[float] = field(default_factory=list)
    made: int = 0
    waiting: dict[int, tuple[int, float]] = field(default_factory=dict)
    last: dict[int, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def edit(self, stop: threading.Event) -> None:
        """Edit until told to stop; a listing that is still waited for is left alone."""
        from django.db import connection

        from search.models import ListingCard

        listings = list(ListingCard.objects.values_list("pk", flat=True))
        chance, due = random.Random(), time.monotonic()
        while not stop.is_set():
            listing, price = chance.choice(listings), chance.randint(1_000, 9_000_000)
            with self._lock:
                free = listing not in self.waiting
            if free:
                ListingCard.objects.filter(pk=listing).update(price=price)
                with self._lock:
                    self.waiting[listing] = price, time.monotonic()
                self.last[listing] = price
                self.made += 1
            due = max(due + 1 / self.rate, time.monotonic() - 1)
            time.sleep(max(due - time.monotonic(), 0))
        connection.close()

    def watch(self, client: Any, alias: str, stop: threading.Event) -> None:
        """Look for the edits in what a search shows."""
        while not stop.is_set() or self.waiting:
            with self._lock:
                asked = list(self.waiting)[:1_000]
            if asked:
                self._look(client, alias, asked)
            time.sleep(POLL)

    def _look(self, client: Any, alias: str, asked: list[int]) -> None:
        answer = client.search(
            index=alias, query={"terms": {"listing": asked}}, size=len(asked), source=["listing", "price"]
        )
        now = time.monotonic()
        with self._lock:
            for hit in answer["hits"]["hits"]:
                listing = hit["_source"]["listing"]
                price, since = self.waiting[listing]
                if hit["_source"]["price"] == price:
                    self.lags.append(now - since)
                    del self.waiting[listing]

    def row(self) -> str:
        """One line: count and lag."""
        return f"edits {self.made}, seconds until found {percentiles(self.lags, 1)}"


def percentiles(values: list[float], scale: float) -> str:
    """p50, p95, p99 and the largest."""
    known = sorted(values) or [0.0]
    told = [
        f"p{part} {known[min(int(len(known) * part / 100), len(known) - 1)] * scale:.2f}"
        for part in (50, 95, 99)
    ]
    return f"{', '.join(told)}, max {known[-1] * scale:.2f}"


def measure(options: argparse.Namespace) -> None:
    """Load quietly, edit, build anew under traffic; print what came of it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
    import django

    django.setup()
    from search.engines.elastic import comparing, following, rebuilding
    from search.engines.elastic.connecting import address, writing
    from search.engines.elastic.generations import Generations

    found = address()
    assert found is not None
    client = writing(found)
    generations = Generations(client, found)

    def build() -> rebuilding.Built:
        cpu = cpu_seconds()
        built = rebuilding.rebuild(tell=lambda line: None, keep=1)
        spent = {name: value - cpu.get(name, 0.0) for name, value in cpu_seconds().items()}
        told = ", ".join(f"{name} {1_000 * value / built.documents:.2f}" for name, value in spent.items())
        print(
            f"  {built.documents:,} documents, loaded {built.documents / built.loading:,.0f} a second, "
            f"{built.seconds:.1f} s in all; CPU s a thousand documents: {told}"
        )
        return built

    print("built anew, nobody else there:")
    build()
    build()
    with follower():
        print(f"{options.edits:g} edits a second for {options.seconds:g} s:")
        edits = Edits(options.edits)
        # whoever watches ends last: when every edit was found
        with running(lambda stop: edits.watch(client, found.name, stop)), running(edits.edit):
            time.sleep(options.seconds)
        print(f"  {edits.row()}")
        print(f"built anew under {options.searches:g} searches and {options.edits:g} edits a second:")
        searches, meanwhile = Searches(options.searches), Edits(options.edits)
        with (
            running(lambda stop: meanwhile.watch(client, found.name, stop)),
            running(meanwhile.edit),
            running(searches.ask),
        ):
            time.sleep(2)
            build()
            time.sleep(2)
        print(f"  {searches.row()}")
        print(f"  {meanwhile.row()}")
    while following.follow(patient=False):
        pass
    compared = comparing.compare(client, generations.serving()[0])
    lost = [
        listing
        for listing, price in meanwhile.last.items()
        if shown_price(client, found.name, listing) != price
    ]
    print(f"  lost edits {len(lost)}, mismatches {compared.wrong} of {compared.compared:,}")
    for error in searches.errors[:3]:
        print(f"  {error}")


def shown_price(client: Any, alias: str, listing: int) -> int | None:
    """The price of a listing in the index."""
    hits = client.search(index=alias, query={"term": {"listing": listing}}, source=["price"])["hits"]["hits"]
    return hits[0]["_source"]["price"] if hits else None


@contextmanager
def running(work: Callable[[threading.Event], None]) -> Iterator[None]:
    """Do `work` in a thread until the block ends."""
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@contextmanager
def follower() -> Iterator[None]:
    """The background work of an installation, in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "run_jobs"], cwd=PROJECT, stdout=subprocess.DEVNULL
    )
    time.sleep(5)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def cpu_seconds() -> dict[str, float]:
    """CPU seconds spent so far by this process, by PostgreSQL's and by Java's processes on this machine."""
    import psutil

    spent = {"Python": time.process_time(), "PostgreSQL": 0.0, "engine": 0.0}
    for process in psutil.process_iter(["name", "cpu_times"]):
        name, times = process.info["name"] or "", process.info["cpu_times"]
        if times is not None and name.startswith("postgres"):
            spent["PostgreSQL"] += times.user + times.system + times.children_user + times.children_system
        elif times is not None and name.startswith("java"):
            spent["engine"] += times.user + times.system
    return spent


if __name__ == "__main__":
    main()
