"""Django's ``DATABASES`` entry from a database URL."""

from __future__ import annotations

from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from marketplace.database import cluster

KEEP_SECONDS = 600
"""How long a connection lives; opening one costs 13 ms, more than most pages."""


def database(url: str | None) -> dict[str, Any]:
    """Return the settings of the one database.

    Args:
        url: ``DATABASE_URL``; when empty, the private cluster is meant (it need not run yet).

    Raises:
        ImproperlyConfigured: the URL names another engine than PostgreSQL or cannot be read.
    """
    try:
        entry = dict(
            dj_database_url.parse(url or cluster.url(), conn_max_age=KEEP_SECONDS, conn_health_checks=True)
        )
    except (dj_database_url.ParseError, dj_database_url.UnknownSchemeError, ValueError) as error:
        raise ImproperlyConfigured(
            "DATABASE_URL cannot be read; it has the form postgresql://user:password@host:5432/name."
        ) from error
    if entry["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured(
            "e-Order runs on PostgreSQL only (its guarantees are PostgreSQL constraints and triggers): "
            "set DATABASE_URL to postgresql://…"
        )
    if not entry["NAME"]:
        raise ImproperlyConfigured("DATABASE_URL names no database: end it with /name.")
    entry["ATOMIC_REQUESTS"] = False  # the door opens its own durable transaction
    return entry
