"""The engines that look a question up, and which one this installation uses."""

from __future__ import annotations

from search.engines.postgres import PostgresEngine
from search.finder import Engine

__all__ = ["engine"]

_postgres = PostgresEngine()


def engine() -> Engine:
    """The engine of this installation."""
    return _postgres
