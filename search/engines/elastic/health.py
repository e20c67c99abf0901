"""How the search is: which engine answers, how far the index is behind, what it refused, if it equals the cards."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Max, Min, Q
from django.db.models.functions import Now
from elasticsearch import ApiError, TransportError

from marketplace.events.failures import described
from search.engines.elastic.comparing import compare
from search.engines.elastic.connecting import Address, address, writing
from search.engines.elastic.documents import needed, versions
from search.engines.elastic.generations import Generations
from search.models import IndexChange, IndexCheck, IndexContact, IndexGeneration, ListingCard

SECONDS: Final = 2.0
"""How long the page waits for the engine."""
MOST_LAG: Final = timedelta(seconds=30)
"""A change that waits longer is told of."""
SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Engine:
    """What the engine says of itself; `error` when it says nothing.

    Attributes:
        host: where it is, without any password.
        serving: the indexes behind the alias: one when all is well.
        documents: listings that finders see in it.
    """

    host: str
    name: str
    version: str = ""
    serving: Sequence[str] = ()
    documents: int | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for the index: how many changes, for how many seconds the oldest, how many were refused."""

    waiting: int = 0
    seconds: float = 0.0
    refused: int = 0
    failures: Sequence[IndexChange] = ()


@dataclass(frozen=True, slots=True)
class Health:
    """All of it. `engine` is None where PostgreSQL searches alone."""

    cards: int
    engine: Engine | None
    queue: Queue = field(default_factory=Queue)
    contact: IndexContact | None = None
    generations: Sequence[IndexGeneration] = ()
    outdated: Sequence[str] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    checked: IndexCheck | None = None

    @property
    def faults(self) -> list[str]:
        """What an operator should look into, as codes; empty when all is well."""
        engine, queue = self.engine, self.queue
        if engine is None:
            return ["noted_for_nobody"] if self.generations else []
        wrong = self.checked is not None and self.checked.wrong > 0 and self.checked.repaired_at is None
        found = {
            "engine_away": bool(engine.error),
            "no_index": not engine.error and len(engine.serving) != 1,
            "behind": queue.seconds > MOST_LAG.total_seconds(),
            "refused": queue.refused > 0,
            "outdated": bool(self.outdated),
            "mismatches": wrong,
        }
        return [code for code, holds in found.items() if holds]


def health() -> Health:
    """Look at everything: five queries, and two requests to the engine where there is one. Outside a transaction."""
    found = address()
    generations = list(IndexGeneration.objects.order_by("-id"))
    return Health(
        cards=ListingCard.objects.count(),
        engine=None if found is None else _engine(found),
        queue=_queue(),
        contact=IndexContact.objects.first(),
        generations=generations,
        outdated=_outdated(generations),
        versions=versions(),
        checked=IndexCheck.objects.order_by("-id").first(),
    )


def _engine(found: Address) -> Engine:
    host = found.url.rpartition("@")[2].removeprefix("https://").removeprefix("http://")
    client = writing(found).options(request_timeout=SECONDS)
    try:
        version = client.info()["version"]["number"]
        serving = Generations(client, found).serving()
        documents = client.count(index=found.name)["count"] if serving else None
    except (ApiError, TransportError) as error:
        return Engine(host, found.name, error=described(error))
    return Engine(host, found.name, version, serving, documents)


def _queue() -> Queue:
    waits = Q(since__isnull=False)
    told = IndexChange.objects.filter(waits).aggregate(
        waiting=Count("pk"),
        oldest=Min("since"),
        refused=Count("pk", filter=Q(attempts__gt=0)),
        now=Max(Now()),
    )
    seconds = (told["now"] - told["oldest"]).total_seconds() if told["oldest"] else 0.0
    failures = IndexChange.objects.filter(waits, attempts__gt=0).order_by("-attempts", "pk")[:SHOWN]
    return Queue(
        told["waiting"], max(seconds, 0.0), told["refused"], list(failures) if told["refused"] else []
    )


def _outdated(generations: Sequence[IndexGeneration]) -> list[str]:
    """The versions for which the serving index was not built."""
    serving = [each for each in generations if each.stage == IndexGeneration.Stage.SERVING]
    return [
        name for each in serving for name, version in needed().items() if each.versions.get(name) != version
    ]


def check() -> IndexCheck | None:
    """Compare every listing of the serving index with the cards and remember what was found; None without an index.

    Call it outside a transaction; a hundred thousand listings take a few seconds.
    """
    serving = IndexGeneration.objects.filter(stage=IndexGeneration.Stage.SERVING).first()
    found = address()
    if serving is None or found is None:
        return None
    began = time.monotonic()
    compared = compare(writing(found), serving.index)
    return IndexCheck.objects.create(
        index=serving.index,
        seconds=time.monotonic() - began,
        compared=compared.compared,
        wrong=compared.wrong,
        mismatches=[each.told() for each in compared.mismatches],
    )


def told(found: Health) -> dict[str, Any]:
    """As plain JSON values, for programs that watch; names are kept stable."""
    engine, checked, contact = found.engine, found.checked, found.contact
    return {
        "faults": found.faults,
        "cards": found.cards,
        "engine": None
        if engine is None
        else {
            "host": engine.host,
            "name": engine.name,
            "version": engine.version,
            "serving": list(engine.serving),
            "documents": engine.documents,
            "error": engine.error,
        },
        "queue": {
            "waiting": found.queue.waiting,
            "oldest_seconds": round(found.queue.seconds, 3),
            "refused": [
                {"listing": each.listing_id, "attempts": each.attempts, "error": each.error}
                for each in found.queue.failures
            ],
        },
        "contact": None
        if contact is None
        else {
            "reached_at": _iso(contact.reached_at),
            "failed_at": _iso(contact.failed_at),
            "failures": contact.failures,
            "error": contact.error,
        },
        "generations": [
            {
                "index": each.index,
                "stage": each.stage,
                "documents": each.documents,
                "seconds": each.seconds,
                "served_at": _iso(each.served_at),
                "versions": each.versions,
            }
            for each in found.generations
        ],
        "outdated": list(found.outdated),
        "versions": dict(found.versions),
        "checked": None
        if checked is None
        else {
            "at": _iso(checked.began_at),
            "index": checked.index,
            "seconds": checked.seconds,
            "compared": checked.compared,
            "wrong": checked.wrong,
            "mismatches": checked.mismatches[:SHOWN],
            "repaired_at": _iso(checked.repaired_at),
        },
    }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
