"""What desks and the list of orders cost where one unit has very many orders: SQL, CPU, latency, beside a bare view.

    .venv/bin/python benchmarks/desks.py --orders 50000

A database of its own is filled with synthetic orders of one unit and dropped afterwards unless --keep. Pages are asked
as in benchmarks/pages.py: through Django's whole request cycle in one process, interleaved. --explain prints the plans
of the slowest statements.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))


def main() -> None:
    """Read the arguments, fill a database, measure, drop it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--orders", type=int, default=50_000)
    parser.add_argument("--requests", type=int, default=20, help="requests per page that count")
    parser.add_argument("--keep", action="store_true", help="keep the database for the next run")
    parser.add_argument("--explain", action="store_true", help="print the plans of the slowest statements")
    options = parser.parse_args()
    from benchmarks.own_database import SCHEMA, STATIC, manage, own_database

    with own_database(f"bench_desks_{options.orders}", keep=options.keep) as new:
        if new:
            manage(SCHEMA, STATIC, SEED)
            fill(options.orders)
        measure(options.orders, options.requests, explain=options.explain)


SEED = ["seed", "--vendors", "100", "--listings", "500", "--orders", "8"]


def fill(orders: int) -> None:
    """Give one unit `orders` orders, and deadlines to those under way, as their own moves would have set them."""
    from django.db import connection

    from marketplace.regulation.models import Region
    from procurement.practice.orders import bring_orders
    from procurement.practice.units import bring_units
    from procurement.purchasing.models import Purchase

    region = Region.objects.get(pk=Purchase.objects.values_list("region_id", flat=True)[0])
    bring_orders(bring_units(region, 1), orders, seed=7)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE purchasing_purchase SET due_at = now() + (id % 30 - 15) * interval '1 day'"
            " WHERE state NOT IN ('CLOSED', 'CANCELLED')"
        )
        cursor.execute(
            "UPDATE purchasing_delivery SET due_at = now() + (id % 30 - 15) * interval '1 day'"
            " WHERE stage NOT IN ('ACCEPTED', 'DROPPED')"
        )
        cursor.execute("VACUUM ANALYZE")


def asked() -> dict[str, Callable[[], bytes]]:
    """Every page by name, asked by the officers of the biggest unit."""
    from django.db.models import Count

    from benchmarks.subjects import _get, _signed_in, bare_view
    from marketplace.accounts.models import Appointment, User
    from marketplace.accounts.roles import Role
    from procurement.purchasing.models import Purchase

    unit = (
        Purchase.objects.order_by().values_list("organisation").annotate(n=Count("pk")).order_by("-n")[0][0]
    )
    sample = Purchase.objects.filter(organisation=unit).select_related("vendor__organisation").latest("pk")
    pages: dict[str, Callable[[], bytes]] = {"bare view, one query": bare_view()}
    for role in (Role.PP, Role.PPK, Role.PA, Role.RECEIVER):
        found = Appointment.objects.filter(organisation=unit, role=role).first()
        if found is None:
            continue
        client = _signed_in(User.objects.get(pk=found.user_id))
        pages[f"desk of {role}"] = _get(client, "/meja/")
        pages[f"orders, {role}"] = _get(client, "/pesanan/")
        if role == Role.PP:
            word = sample.vendor.organisation.name.split()[-1]
            pages |= {
                "orders, by deadline": _get(client, "/pesanan/?urut=tenggat"),
                "orders, by value": _get(client, "/pesanan/?urut=nilai"),
                "orders, one state": _get(client, "/pesanan/?status=CLOSED"),
                "orders, by number": _get(client, f"/pesanan/?q={sample.number}"),
                "orders, by vendor": _get(client, f"/pesanan/?q={word}"),
                "orders, by package": _get(client, "/pesanan/?q=kantor"),
                "orders, no match": _get(client, "/pesanan/?q=tidakadayangbegini"),
            }
    return pages


def measure(orders: int, requests: int, *, explain: bool) -> None:
    """Print the table."""
    from benchmarks.pages import HEAD, Cost, count_calls, count_queries, time_once

    pages = asked()
    costs = {name: Cost() for name in pages}
    for name, ask in pages.items():
        for _ in range(3):
            ask()
        costs[name].queries, costs[name].calls = count_queries(ask), count_calls(ask)
    for _ in range(requests):
        for name, ask in pages.items():
            time_once(ask, costs[name])
    print(f"\n{orders:,} orders of one unit, {requests} requests a page, interleaved")
    print(HEAD)
    for name, cost in costs.items():
        print(cost.row(name))
    if explain:
        for name, ask in pages.items():
            explain_slowest(name, ask)


def explain_slowest(name: str, ask: Callable[[], bytes]) -> None:
    """Print the plan of the slowest statement of a page, where it took more than five milliseconds."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        ask()
    slowest = max(captured.captured_queries, key=lambda each: float(each["time"]))
    if float(slowest["time"]) < 0.005 or not slowest["sql"].lstrip("(").startswith("SELECT"):
        return
    print(f"\n{name}: {slowest['time']} s\n{slowest['sql'][:300]} …")
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + slowest["sql"].replace("%", "%%"))
        print("\n".join(row[0] for row in cursor.fetchall()))


if __name__ == "__main__":
    main()
