"""The Elasticsearch engine: for markets too large for one database. It gives ids, points and counts, never a card."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from elasticsearch import Elasticsearch

from search.engines.elastic.bodies import AGGREGATED, body_of
from search.engines.elastic.client import SECONDS, asking
from search.engines.elastic.connecting import Address
from search.engines.keeping import keep, kept
from search.finder import Asked, Counts, Found
from search.packing import counted

DEEPEST: Final = 10_000
"""The engine refuses to look further (its `max_result_window`); we never ask it to."""


class NotWhole(Exception):
    """The engine answered, but not all of it: it ran out of time, or a part of the index is missing."""


@dataclass(frozen=True, slots=True)
class ElasticEngine:
    """Engine on an index of the cards, which follows them by about a second. One request a call."""

    address: Address
    seconds: float = SECONDS
    name: str = "elasticsearch"

    def ask(self, asked: Asked, *, limit: int, offset: int = 0) -> Found:
        """The hits and the counts; beyond the deepest place there are counts only.

        Raises whatever went wrong, NotWhole among it: the caller has another engine.
        """
        deep = offset + limit > DEEPEST
        counts = kept(asked)
        body = body_of(asked, limit=0 if deep else limit, offset=offset, counting=counts is None)
        answer = self._search(body)
        if answer["timed_out"] or answer["_shards"]["failed"]:
            raise NotWhole(f"timed_out={answer['timed_out']}, shards={answer['_shards']}")
        hits = [
            (int(hit["_id"]), math.floor(hit.get("_score") or 0))
            for hit in answer.get("hits", {}).get("hits", ())
        ]
        return Found(hits, counts or keep(asked, _counts(asked, answer)), self.name)

    def _search(self, body: dict[str, Any]) -> Mapping[str, Any]:
        client: Elasticsearch = asking(self.address.url, settings.SEARCH_NODE, self.seconds)
        return client.search(
            index=self.address.name,
            body=body,
            allow_partial_search_results=False,
            filter_path="timed_out,_shards.failed,hits.total,hits.hits._id,hits.hits._score,aggregations",
        ).body


def _counts(asked: Asked, answer: Mapping[str, Any]) -> Counts:
    told = {facet: answer["aggregations"][name] for facet, name in AGGREGATED.items()}
    found = {facet: _buckets(counts) for facet, counts in told.items()}
    codes = [(int(key), number) for key, number in found["saringan"].items()]
    _total, options, without = counted(codes, asked.question.options)
    chosen = {"kategori": asked.node is not None, "tempat": bool(asked.question.place)}
    without |= {facet: int(told[facet]["doc_count"]) for facet, is_chosen in chosen.items() if is_chosen}
    return Counts(
        total=int(answer["hits"]["total"]["value"]),
        categories={int(key): number for key, number in found["kategori"].items()},
        # an engine that reads `include` otherwise counts other levels too; they are not asked for
        places={key: number for key, number in found["tempat"].items() if len(key) == asked.place_length},
        options=options,
        without=without,
    )


def _buckets(told: Mapping[str, Any]) -> dict[Any, int]:
    return {each["key"]: each["doc_count"] for each in told["counted"]["buckets"]}
