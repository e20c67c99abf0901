"""What settlement costs, part by part.

    .venv/bin/python benchmarks/settlement.py reconcile [payments]

`reconcile`: a month of payments at three banks (MT940, camt.053, CSV), two lines in a hundred gone wrong, imported and
matched; prints seconds, the share matched by rule, wrong matches (must be none) and what became of the noise.
A database of its own is filled, then dropped.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))
DATABASE = "bench_settlement"
PAYMENTS = 10_000


def main() -> None:
    """Make the database, run the part asked for, drop the database."""
    import psycopg

    from marketplace.database import cluster

    part = PARTS[sys.argv[1] if len(sys.argv) > 1 else "reconcile"]
    server = os.environ.get("DATABASE_URL") or cluster.ensure_running()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {DATABASE}")
        os.environ["DATABASE_URL"] = urlunsplit(urlsplit(server)._replace(path=f"/{DATABASE}"))
        os.environ["EORDER_ENV"] = "test"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
        import django

        django.setup()
        try:
            part()
        finally:
            from django.db import connections

            connections.close_all()
            connection.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")


def reconcile() -> None:
    """Import and match a month; print the figures."""
    from django.core.management import call_command

    from marketplace.accounts.roles import Role
    from tests import people
    from tests.reconciliation import month
    from tests.settlement.orders import accepted

    call_command("create_schema", verbosity=0)
    call_command("load_regulation", verbosity=0)
    case = accepted()
    body = people.organisation(people.KIND_OF_ROLE[Role.OPERATOR], in_region=case.purchase.region)
    payments = int(sys.argv[2]) if len(sys.argv) > 2 else PAYMENTS
    result = month.run(case, people.actor(Role.OPERATOR, body), payments)
    print(f"{result.payments:>8,} payments, {result.lines:,} lines")
    print(f"{result.seconds:>8.1f} s import and match ({result.lines / result.seconds:,.0f} lines a second)")
    print(f"{result.rate:>8.2%} matched by rule ({result.matched:,})")
    print(f"{result.false:>8} wrong matches")
    print(f"         noise:      {_listed(result.noise)}")
    print(f"         exceptions: {_listed(result.exceptions)}")


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(counts.items()))


PARTS = {"reconcile": reconcile}

if __name__ == "__main__":
    main()
