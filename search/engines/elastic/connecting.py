"""The way to the engine for those who write: patient where finders are hasty. It stands in `settings.SEARCH_URL`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.module_loading import import_string
from elasticsearch import Elasticsearch

SECONDS: Final = 30.0
"""How long a batch may take; a page never waits for it."""
DEFAULT_NAME: Final = "eorder"


@dataclass(frozen=True, slots=True)
class Address:
    """Where the engine is, and under which name (an alias) the index of this market is found there."""

    url: str
    name: str


def address() -> Address | None:
    """The engine this installation keeps an index in; None: it searches with PostgreSQL alone."""
    return _read(settings.SEARCH_URL)


@lru_cache
def _read(url: str) -> Address | None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return None
    return Address(
        parts._replace(path="", query="", fragment="").geturl(), parts.path.strip("/") or DEFAULT_NAME
    )


def writing(found: Address) -> Elasticsearch:
    """A client for those who write. Kept: one pool of connections a process and address."""
    return _client(found.url, settings.SEARCH_NODE)


@lru_cache
def _client(url: str, node: str) -> Elasticsearch:
    told: dict[str, Any] = {"node_class": import_string(node)} if node else {}
    parts = urlsplit(url)
    if parts.username:
        told["basic_auth"] = (parts.username, parts.password or "")
        url = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    # every failure is seen by the caller, who tries again in its own time
    return Elasticsearch(url, request_timeout=SECONDS, max_retries=0, retry_on_timeout=False, **told)
