"""The engines that look a question up, and which one this installation uses."""

from __future__ import annotations

from typing import Final

from search.engines.postgres import PostgresEngine
from search.finder import Engine

__all__ = ["ENGINES", "engine"]

ENGINES: Final = ("postgresql",)
"""Names of the engines one may ask for."""

_postgres = PostgresEngine()


def engine(name: str = "") -> Engine:
    """The engine of that name; without one, that of this installation."""
    return _postgres
