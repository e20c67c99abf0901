"""Reads of the treasury's documents."""

from procurement.treasury.queries.imprest import cover_of, replenishable, up_limit
from procurement.treasury.queries.requests import (
    get_request_for,
    listed,
    may_read,
    requestable,
    requests_of,
)

__all__ = [
    "cover_of",
    "get_request_for",
    "listed",
    "may_read",
    "replenishable",
    "requestable",
    "requests_of",
    "up_limit",
]
