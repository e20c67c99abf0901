"""The way to the engine for those who ask: a page waits for it, so it has a moment and no second try."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

from django.utils.module_loading import import_string
from elasticsearch import Elasticsearch

SECONDS: Final = 0.2
"""How long an answer may take; then PostgreSQL answers, and both together stay within 300 ms."""


@lru_cache
def asking(url: str, node: str = "", seconds: float = SECONDS) -> Elasticsearch:
    """A client for those who ask. Kept: one pool of connections a process and address.

    Args:
        url: `https://user:password@host:9200`.
        node: dotted path of a class that speaks for the client's own; empty: the client's own.
        seconds: how long connecting, and then an answer, may take.
    """
    parts = urlsplit(url)
    told: dict[str, Any] = {"node_class": import_string(node)} if node else {}
    if parts.username:
        told["basic_auth"] = (parts.username, parts.password or "")
        url = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return Elasticsearch(
        url, request_timeout=seconds, max_retries=0, retry_on_timeout=False, connections_per_node=32, **told
    )
