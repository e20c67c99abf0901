"""How fast questions are answered, at any size: latency by percentiles, CPU of the process and of the database, bytes.

    .venv/bin/python benchmarks/search.py --listings 100000
    .venv/bin/python benchmarks/search.py --listings 100000 --times 10     # a million, copied from the seeded ones

The database is filled by `manage.py seed` and dropped afterwards unless --keep. `--times N` copies the cards N - 1
times in the database, each copy with ids, title, price and turn of its own, where seeding itself would take an hour.
Questions are drawn from the titles on show, so that hardly one is asked twice; everything is measured in one process
after a warm-up. Where SEARCH_URL names an engine, it is filled, and measured after PostgreSQL with all the time it
needs; whole pages are then those a visitor gets, with PostgreSQL where the engine needs more than its 200 ms.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from search.finding import TextFinder

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from benchmarks.pages import filled_database  # noqa: E402

MULTIPLY = """
SET session_replication_role = replica;
INSERT INTO search_listingcard ({columns})
SELECT {values} FROM search_listingcard c CROSS JOIN generate_series(1, {copies}) AS n
WHERE c.listing_id <= {last};
UPDATE search_categorycount SET listings = listings * ({copies} + 1);
UPDATE search_word SET listings = listings * ({copies} + 1);
"""
PICKED = {
    "listing_id": "c.listing_id + n * {step}",
    "product_id": "c.product_id + n * {step}",
    "title": "c.title || ' seri ' || n",
    "price": "greatest(c.price * (80 + 7 * n % 50) / 100, 1)",
    "spot": "(c.spot + n * 7919) % 65536",
    "standing": "(c.standing + n * 3) % 45",
    "live_since": "c.live_since - n * interval '1 hour'",
}


@dataclass
class Series:
    """Latencies of one kind of question, in milliseconds."""

    name: str
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)
    empty: int = 0

    def row(self) -> str:
        """One line of the table."""
        wall = sorted(self.wall)
        return (
            f"{self.name:<34}{len(wall):>6}{statistics.median(wall):>9.1f}{_at(wall, 0.95):>9.1f}"
            f"{_at(wall, 0.99):>9.1f}{wall[-1]:>9.1f}{statistics.fmean(self.cpu):>9.1f}"
            f"{statistics.fmean(self.database):>9.1f}{self.empty:>7}"
        )


COLUMNS = ("p50 ms", "p95 ms", "p99 ms", "max ms", "web cpu", "db cpu")
HEAD = f"{'question':<34}{'n':>6}{''.join(f'{name:>9}' for name in COLUMNS)}{'empty':>7}"


def main() -> None:
    """Fill a database, multiply its cards, measure in a process of its own."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--listings", type=int, default=100_000)
    parser.add_argument("--vendors", type=int, default=3_000)
    parser.add_argument("--orders", type=int, default=200)
    parser.add_argument("--times", type=int, default=1, help="how many times the seeded cards are there")
    parser.add_argument("--questions", type=int, default=200, help="questions of each kind")
    parser.add_argument("--keep", action="store_true", help="keep the database for the next run")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        measure(options)
        return
    with filled_database(options.listings, options) as url:
        again = [sys.executable, __file__, "--inside", *sys.argv[1:]]
        subprocess.run(again, check=True, env={**os.environ, "DATABASE_URL": url, "EORDER_ENV": "demo"})


def measure(options: argparse.Namespace) -> None:
    """Measure every kind of question and print the table."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
    import django

    django.setup()
    from django.db import connection

    grown = multiply(options.times)
    titles = _titles(options.questions)
    tables = {name: _measured(name, titles, options.questions) for name in _engines()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM search_listingcard")
        (cards,) = cursor.fetchone()
        cursor.execute(
            "SELECT pg_size_pretty(pg_total_relation_size('search_listingcard')),"
            " pg_size_pretty(pg_relation_size('card_document')), pg_size_pretty(pg_total_relation_size('search_word'))"
        )
        table, documents, words = cursor.fetchone()
    print(
        f"\n{cards:,} listings on show; cards with indexes {table}, word index {documents}, vocabulary {words}"
    )
    if grown:
        print(f"cards copied at {grown:,.0f}/s")
    for name, series in tables.items():
        print(f"\n{name}\n{HEAD}")
        for each in series:
            print(each.row())


def _engines() -> list[str]:
    """PostgreSQL, and the engine of SEARCH_URL, filled."""
    from django.core.management import call_command

    from search.engines.elastic.connecting import address

    if address() is None:
        return ["postgresql"]
    call_command("search_rebuild", engine="elastic")
    return ["postgresql", "elasticsearch"]


def _measured(engine: str, titles: Sequence[str], questions: int) -> list[Series]:
    series = [Series(name) for name in _kinds(titles, engine)]
    for number in range(3):
        for ask in _kinds(titles[-3:], engine).values():
            ask(number)
    asks = list(_kinds(titles, engine).values())  # one browser for all: a new one would load the site anew
    for ask in asks:
        ask(0)
    for number in range(questions):
        for each, ask in zip(series, asks, strict=True):
            _time(each, lambda ask=ask, number=number: ask(number))
    return series


def _finder(engine: str) -> TextFinder:
    from search.engines.elastic.connecting import address
    from search.engines.elastic.finder import ElasticEngine
    from search.engines.postgres import PostgresEngine
    from search.finding import TextFinder

    found = address()
    if engine == "postgresql" or found is None:
        return TextFinder(PostgresEngine())
    return TextFinder(ElasticEngine(found, seconds=30.0))


def multiply(times: int) -> float:
    """Copy the seeded cards until there are `times` as many; returns cards a second, 0 when nothing was to do."""
    from django.db import connection

    from search.models import ListingCard

    last, number = _last_seeded()
    if times < 2 or ListingCard.objects.count() >= times * number:
        return 0.0
    names = [str(each.column) for each in ListingCard._meta.concrete_fields if not each.generated]
    step = 10 ** len(str(last))
    values = [PICKED.get(name, f"c.{name}").format(step=step) for name in names]
    began = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute(
            MULTIPLY.format(columns=", ".join(names), values=", ".join(values), copies=times - 1, last=last)
        )
        took = time.monotonic() - began
        cursor.execute("VACUUM ANALYZE search_listingcard")
    return (times - 1) * number / took


def _last_seeded() -> tuple[int, int]:
    from django.db.models import Count, Max

    from vendors.models import Listing

    said = Listing.objects.aggregate(last=Max("pk"), number=Count("pk"))
    return said["last"], said["number"]


def _titles(number: int) -> list[str]:
    """Titles to draw questions from, the same in every run."""
    from search.models import ListingCard

    chance = random.Random(5)
    keys = list(
        ListingCard.objects.filter(pk__lte=_last_seeded()[0]).order_by("pk").values_list("pk", flat=True)
    )
    return list(
        ListingCard.objects.filter(pk__in=chance.sample(keys, number)).values_list("title", flat=True)
    )


def _kinds(titles: Sequence[str], engine: str) -> dict[str, Callable[[int], int]]:
    """Each kind of question: asked by number, answers how many hits there were."""
    from django.test import Client

    from search.question import Question
    from search.suggesting import suggest

    finder, client, chance = _finder(engine), Client(SERVER_NAME="127.0.0.1"), random.Random(11)

    def words(number: int, most: int) -> str:
        said = [word for word in titles[number % len(titles)].split() if word.isalpha() and len(word) > 3]
        return " ".join(said[:most]) or titles[number % len(titles)]

    def slip(text: str) -> str:
        place = chance.randrange(1, max(len(text) - 2, 2))
        return text[:place] + text[place + 1] + text[place] + text[place + 2 :]

    def find(**asked: object) -> int:
        return finder.find(Question(**asked), regions=None).total  # type: ignore[arg-type]

    def page(path: str) -> int:
        answer = client.get(path, headers={"accept-encoding": "gzip"})
        assert answer.status_code == 200, (path, answer.status_code)
        return len(answer.content)

    bands = ["1", "2", "3", "4"]
    return {
        "two words, 2 filters, facets": lambda n: find(
            text=words(n, 2), bands=(bands[n % 4], bands[(n + 1) % 4]), pdn=True
        ),
        "three words": lambda n: find(text=words(n, 3)),
        "one common word": lambda n: find(text=words(n, 1)),
        "two words, one slip": lambda n: find(text=slip(words(n, 2))),
        "no words, filters": lambda n: find(bands=(bands[n % 4],), lead=("3",), page=1 + n % 5),
        "no words, all facets": lambda _n: find(),
        "suggestions": lambda n: len(suggest(words(n, 2)[: 3 + n % 6], regions=None)),
        "whole page, two words": lambda n: page("/cari/?q=" + words(n, 2).replace(" ", "+")),
    }


def _time(series: Series, ask: Callable[[], int]) -> None:
    import psutil
    from django.db import connection

    connection.ensure_connection()
    backend = psutil.Process(connection.connection.info.backend_pid)
    before, cpu, began = backend.cpu_times(), time.process_time(), time.perf_counter()
    found = ask()
    series.wall.append((time.perf_counter() - began) * 1000)
    series.cpu.append((time.process_time() - cpu) * 1000)
    after = backend.cpu_times()
    series.database.append((after.user - before.user + after.system - before.system) * 1000)
    series.empty += not found


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


if __name__ == "__main__":
    main()
