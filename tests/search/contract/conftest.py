"""One market, committed once for all tests of a file, and an engine of each kind over it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection

from search.engines.elastic.connecting import Address
from search.engines.postgres import PostgresEngine
from search.finding import TextFinder
from tests import baseline
from tests.search.contract import indexes, market


@pytest.fixture(scope="module")
def regions(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[int]]:
    """The two regions of the market, which is there while they are asked for."""
    cache.clear()  # counts of another market
    with django_db_blocker.unblock():
        made = market.build()
    yield made
    with django_db_blocker.unblock():
        baseline.restore(connection)
    cache.clear()


@pytest.fixture(scope="module")
def lucene(regions: list[int], request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[Address]:
    """The market in an index on the Lucene node."""
    url = request.getfixturevalue("lucene_node").url
    with django_db_blocker.unblock(), indexes.filled(url) as address:
        yield address


@pytest.fixture(scope="module")
def noida(regions: list[int], request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[Address]:
    """The market in an index of noida-db."""
    url = request.getfixturevalue("noida_url")
    with django_db_blocker.unblock(), indexes.filled(url) as address:
        yield address


@pytest.fixture(
    params=[
        "postgresql",
        pytest.param("lucene", marks=pytest.mark.peer),
        pytest.param("noida", marks=[pytest.mark.peer, pytest.mark.long]),
    ],
)
def finder(request: pytest.FixtureRequest, regions: list[int], db: None) -> TextFinder:
    """A finder on each engine."""
    if request.param == "postgresql":
        return TextFinder(PostgresEngine())
    return TextFinder(indexes.engine_on(request.getfixturevalue(request.param)))


@pytest.fixture
def plain(regions: list[int], db: None) -> TextFinder:
    """The finder on PostgreSQL: what the others are compared with."""
    return TextFinder(PostgresEngine())
