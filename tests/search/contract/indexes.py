"""An index with the documents of all cards on an engine, made by the wire as the product makes it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from uuid import uuid4

from elasticsearch import Elasticsearch

from search.engines.elastic.connecting import Address
from search.engines.elastic.documents import MAPPING, SHOWN, documents_of
from search.engines.elastic.finder import ElasticEngine
from search.models import ListingCard
from tests.peers.lucene.wire import PlainNode

PATIENT = 30.0
"""Seconds a test waits for an answer: nobody reads it, and the machine may be busy."""


def client_of(url: str) -> Elasticsearch:
    """A patient client."""
    return Elasticsearch(url, node_class=PlainNode, request_timeout=PATIENT, max_retries=0)


@contextmanager
def filled(url: str, *, only: Collection[int] | None = None) -> Iterator[Address]:
    """The address of an index of all cards, or of some; dropped at the end."""
    client, name = client_of(url), f"contract-{uuid4().hex[:8]}"
    client.indices.create(
        index=f"{name}-1",
        mappings=MAPPING,
        settings={"number_of_shards": 1, "number_of_replicas": 0},
        aliases={name: {"filter": SHOWN}},
    )
    wanted = list(ListingCard.objects.values_list("pk", flat=True)) if only is None else list(only)
    operations = [
        line
        for listing, document in documents_of(wanted).items()
        for line in ({"index": {"_index": f"{name}-1", "_id": str(listing)}}, document)
    ]
    done = client.bulk(operations=operations, refresh=True)
    assert not done["errors"], done["items"][:2]
    try:
        yield Address(url, name)
    finally:
        client.indices.delete(index=f"{name}-1")
        client.close()


def engine_on(address: Address) -> ElasticEngine:
    """The engine of the product, but patient."""
    return ElasticEngine(address, seconds=PATIENT)
