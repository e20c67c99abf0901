"""The engines that look a question up, and which one this installation uses (settings.SEARCH_URL)."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from search.engines.elastic.connecting import Address, address
from search.engines.elastic.finder import ElasticEngine
from search.engines.guarded import PATIENT, GuardedEngine
from search.engines.postgres import PostgresEngine
from search.finder import Engine

__all__ = ["ENGINES", "engine", "guarded"]

ENGINES: Final = ("postgresql", "elasticsearch")
"""Names of the engines one may ask for."""

_postgres = PostgresEngine()


def engine(name: str = "") -> Engine:
    """The engine of that name; without one, that of this installation.

    Where the installation has no Elasticsearch, PostgreSQL answers whatever is asked for; the answer says who it was.
    """
    guard = None if name == _postgres.name else guarded()
    return guard or _postgres


def guarded() -> GuardedEngine | None:
    """Elasticsearch with PostgreSQL behind it, the breaker of this process between them; None without one."""
    found = address()
    return None if found is None else _guarded(found)


@lru_cache
def _guarded(found: Address) -> GuardedEngine:
    return GuardedEngine(ElasticEngine(found), ElasticEngine(found, seconds=PATIENT), _postgres)
