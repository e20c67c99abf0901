"""Ten thousand changes at once, workers killed in the middle, the engine killed too, a rebuild under way: in the end
the index is the database, field by field."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings as configured
from django.db import DatabaseError, connection, transaction
from elasticsearch.helpers import scan

from search import index
from search.engines.elastic import comparing, documents, following, rebuilding
from search.engines.elastic.connecting import address, writing
from search.engines.elastic.generations import Generations
from search.models import IndexChange, ListingCard
from tests.vendors import stalls
from vendors.models import Listing

pytestmark = [
    pytest.mark.peer,
    pytest.mark.race,
    pytest.mark.long,
    pytest.mark.timeout(900),
    pytest.mark.django_db(transaction=True),
]
CHANGES = int(os.environ.get("INDEX_CHANGES", "10000"))
EDITORS, WORKERS, LISTINGS = 4, 2, 150
GAVE_WAY = (DatabaseError, psycopg.DatabaseError)  # Django lets errors of COPY through as they are
NODE = "tests.peers.lucene.wire.PlainNode"


def test_the_index_is_the_database_after_everything(lucene_node, settings, monkeypatch):
    settings.SEARCH_URL, settings.SEARCH_NODE = f"{lucene_node.url}/converge", NODE
    monkeypatch.setattr(following, "_rest", following.Rest())
    found = address()
    assert found is not None
    client = writing(found)
    listings = _listings()
    rebuilding.rebuild(tell=_quiet)
    editors = Editors(listings)
    told: Counter[str] = Counter()

    with _workers(settings.SEARCH_URL) as kill_one:
        editors.start()
        while editors.busy:
            time.sleep(random.uniform(3, 6))
            kill_one()
            told["workers killed"] += 1
            if editors.done > CHANGES // 4 and not told["engine killed"]:
                lucene_node.kill()
                time.sleep(1)
                lucene_node.start()
                told["engine killed"] += 1
            if editors.done > CHANGES // 2 and not told["rebuilt"]:
                rebuilding.rebuild(tell=_quiet)
                told["rebuilt"] += 1
        editors.join()
    _follow_to_the_end()

    compared = comparing.compare(client, Generations(client, found).serving()[0])
    client.indices.refresh(index=found.name)
    theirs = {
        int(hit["_id"]): hit["_source"]
        for hit in scan(client, index=found.name, query={"query": {"match_all": {}}})
    }
    ours = documents.documents_of(list(ListingCard.objects.values_list("pk", flat=True)))
    sys.stdout.write(f"\n{editors.did}, {dict(told)}, on show in the end: {len(ours)}\n")
    assert theirs == ours
    assert compared.wrong == 0
    assert told["engine killed"] == told["rebuilt"] == 1
    assert sum(editors.did.values()) >= CHANGES


def _quiet(line: str) -> None:
    """Nobody reads along."""


def _listings() -> list[int]:
    stall = stalls.vendor()
    return [
        stalls.listing(stall, f"Kertas nomor {number}", way="alat-tulis-kantor/kertas").pk
        for number in range(LISTINGS)
    ]


def _follow_to_the_end() -> None:
    end = time.monotonic() + 120
    while IndexChange.objects.filter(since__isnull=False).exists() and time.monotonic() < end:
        following.follow(patient=False)
        time.sleep(0.1)


class Editors:
    """Threads that change cards in every way there is, until so many changes were made."""

    def __init__(self, listings: list[int]) -> None:
        self._listings = listings
        self._numbers = count(1)
        self.done = 0
        self.did: Counter[str] = Counter()
        self._threads = [threading.Thread(target=self._edit, args=(seed,)) for seed in range(EDITORS)]

    @property
    def busy(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    def _edit(self, seed: int) -> None:
        chance = random.Random(seed)
        ways = [
            self._price,
            self._price,
            self._hide,
            self._show,
            self._by_hand,
            self._delete,
            self._taken_back,
        ]
        try:
            while (number := next(self._numbers)) <= CHANGES:
                way = chance.choice(ways)
                some = sorted(chance.sample(self._listings, chance.choice((1, 1, 1, 5))))
                try:
                    way(some, chance)
                except GAVE_WAY:  # two editors who wanted the same cards the other way round
                    self.did["gave way"] += 1
                self.did[way.__name__.strip("_")] += 1
                self.done = number
        finally:
            connection.close()

    def _price(self, listings: list[int], chance: random.Random) -> None:
        with transaction.atomic():
            for listing in self._locked(listings):
                listing.price = chance.randint(1_000, 90_000)
                listing.save(update_fields=["price"])
            index.refresh(listings, [])

    def _locked(self, listings: list[int]) -> list[Listing]:
        """As the one door does."""
        return list(Listing.objects.select_for_update().filter(pk__in=listings).order_by("pk"))

    def _hide(self, listings: list[int], chance: random.Random) -> None:
        with transaction.atomic():
            self._locked(listings)
            index.refresh([], listings)

    def _show(self, listings: list[int], chance: random.Random) -> None:
        with transaction.atomic():
            self._locked(listings)
            index.refresh(listings, [])

    def _by_hand(self, listings: list[int], chance: random.Random) -> None:
        ListingCard.objects.filter(pk__in=listings).update(standing=chance.randint(0, 45))

    def _delete(self, listings: list[int], chance: random.Random) -> None:
        ListingCard.objects.filter(pk__in=listings).delete()

    def _taken_back(self, listings: list[int], chance: random.Random) -> None:
        with transaction.atomic():
            self._locked(listings)
            index.refresh([], listings)
            transaction.set_rollback(True)


@contextmanager
def _workers(url: str) -> Iterator[Callable[[], None]]:
    """So many followers in processes of their own; yields a function that kills one at once and starts another."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    environment = {
        **os.environ,
        "DATABASE_URL": urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}")),
        "SEARCH_URL": url,
        "SEARCH_NODE": NODE,
    }
    seeds = count(1)

    def begin() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.peers.index_worker", str(next(seeds))]
        return subprocess.Popen(command, cwd=configured.BASE_DIR, env=environment)

    running = [begin() for _number in range(WORKERS)]

    def kill_one() -> None:
        victim = running.pop(0)
        assert victim.poll() is None, "a worker ended by itself"
        victim.kill()
        victim.wait()
        running.append(begin())

    try:
        yield kill_one
    finally:
        for process in running:
            process.kill()
            process.wait()
