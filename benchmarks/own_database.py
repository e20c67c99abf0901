"""A database of a benchmark's own: made, filled by the product's commands, and dropped when the benchmark is over."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

PROJECT = Path(__file__).resolve().parent.parent


@contextmanager
def own_database(
    name: str, *, keep: bool = False, again: bool = False, environment: str = "demo"
) -> Iterator[bool]:
    """Django set up on the database `name` of the cluster; yields whether it is empty and must be filled.

    It is dropped at the end unless `keep`; one that was kept is used as it is, unless `again` asks for an empty one.
    `environment` is EORDER_ENV; `test` uses the settings of the tests.
    """
    import psycopg

    from marketplace.database import cluster

    server = os.environ.get("DATABASE_URL") or cluster.ensure_running()
    os.environ |= {
        "DATABASE_URL": urlunsplit(urlsplit(server)._replace(path=f"/{name}")),
        "EORDER_ENV": environment,
    }
    settings = "tests.settings" if environment == "test" else "marketplace.settings"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings)
    with psycopg.connect(server, autocommit=True) as connection:
        if again:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not known:
            connection.execute(f'CREATE DATABASE "{name}"')
        import django

        django.setup()
        whole = False
        try:
            yield not known
            whole = True
        finally:
            from django.db import connections

            connections.close_all()
            if keep and (known or whole):
                print(f"kept: {name}")
            else:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def manage(*commands: list[str]) -> None:
    """Run the product's own commands one after another, each in a process of its own."""
    for command in commands:
        subprocess.run([sys.executable, "manage.py", *command], check=True, cwd=PROJECT)


SCHEMA = ["create_schema"]
STATIC = ["collectstatic", "--noinput", "-v0"]
