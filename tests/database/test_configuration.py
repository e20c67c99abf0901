"""DATABASE_URL: read when it is PostgreSQL, refused with a sentence otherwise."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from marketplace.database import cluster
from marketplace.database.configuration import KEEP_SECONDS, database


def test_a_url_becomes_a_persistent_connection():
    entry = database("postgresql://eorder:s%2Fcret@db.example.go.id:5433/pengadaan?sslmode=require")

    assert entry["ENGINE"] == "django.db.backends.postgresql"
    assert (entry["HOST"], str(entry["PORT"]), entry["NAME"]) == ("db.example.go.id", "5433", "pengadaan")
    assert (entry["USER"], entry["PASSWORD"]) == ("eorder", "s/cret")
    assert entry["OPTIONS"]["sslmode"] == "require"
    assert entry["CONN_MAX_AGE"] == KEEP_SECONDS
    assert entry["CONN_HEALTH_CHECKS"] is True


def test_a_unix_socket_is_a_host():
    assert (
        database("postgresql://eorder:x@%2Fvar%2Frun%2Fpostgresql:5432/eorder")["HOST"]
        == "/var/run/postgresql"
    )


def test_without_a_url_the_private_cluster_is_meant():
    entry = database(None)

    assert entry["NAME"] == cluster.DATABASE
    assert entry["USER"] == cluster.ROLE


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("sqlite:///db.sqlite3", "PostgreSQL only"),
        ("mysql://a:b@host/name", "PostgreSQL only"),
        ("postgresql://host", "names no database"),
        ("nonsense", "cannot be read"),
        ("oracle+nothing://x", "cannot be read"),
    ],
)
def test_anything_else_is_refused(url, says):
    with pytest.raises(ImproperlyConfigured, match=says):
        database(url)
