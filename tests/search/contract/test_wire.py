"""What is sent is what is kept, and what the engine refuses to do is not asked of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.core.cache import cache
from elasticsearch import BadRequestError

from search.categories import Tree
from search.engines import keeping
from search.engines.elastic.connecting import Address
from search.engines.elastic.documents import MAPPING, documents_of
from search.engines.elastic.finder import ElasticEngine
from search.engines.postgres import PostgresEngine
from search.finding import _asked
from search.models import ListingCard
from search.question import Question
from search.understanding import Understood
from tests.search.contract.indexes import client_of, engine_on

pytestmark = [pytest.mark.django_db, pytest.mark.peer]


def test_every_field_that_is_sent_is_kept_as_it_was_sent(lucene: Address) -> None:
    listings = list(ListingCard.objects.values_list("pk", flat=True))
    found = client_of(lucene.url).mget(index=f"{lucene.name}-1", ids=[str(pk) for pk in listings])
    kept = {int(each["_id"]): each["_source"] for each in found["docs"]}

    assert kept == documents_of(listings)
    assert set().union(*kept.values()) == set(MAPPING["properties"])


def test_a_field_that_nobody_declared_is_refused(lucene: Address) -> None:
    with pytest.raises(BadRequestError, match="strict_dynamic_mapping"):
        client_of(lucene.url).index(index=f"{lucene.name}-1", document={"listing": 1, "nobody": "knows"})


def test_deeper_than_the_engine_looks_there_are_counts_and_no_error(lucene: Address) -> None:
    engine = engine_on(lucene)
    asked = _asked(Question(), Understood(""), None, Tree.load())

    found = engine.ask(asked, limit=24, offset=9_990)

    assert (list(found.hits), found.counts.total) == ([], ListingCard.objects.count())
    assert len(engine.ask(replace(asked), limit=24, offset=0).hits) == 24


def test_counts_of_a_large_catalogue_are_kept_and_only_its_pages_asked_for(
    lucene: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MANY", 100)
    cache.clear()
    engine, tree = engine_on(lucene), Tree.load()
    bodies: list[dict[str, Any]] = []
    search = ElasticEngine._search

    def noted(own: ElasticEngine, body: dict[str, Any]) -> Any:
        bodies.append(body)
        return search(own, body)

    monkeypatch.setattr(ElasticEngine, "_search", noted)
    asked = [_asked(Question(pdn=True, page=page), Understood(""), None, tree) for page in (1, 2)]

    first, second = (engine.ask(each, limit=24, offset=24 * at) for at, each in enumerate(asked))
    from_postgresql = PostgresEngine().ask(asked[1], limit=24, offset=24)
    cache.clear()
    counted = PostgresEngine().ask(asked[1], limit=24, offset=24)

    assert ["aggs" in body for body in bodies] == [True, False]
    assert first.counts == second.counts == from_postgresql.counts == counted.counts
    assert list(second.hits) == list(counted.hits) != list(first.hits)
    assert engine.ask(asked[1], limit=24, offset=5_000).hits == []
    cache.clear()
