"""What an edition of figures costs to make, and what pages that read it cost: SQL, CPU, latency, beside a bare view.

    .venv/bin/python benchmarks/figures.py --orders 100000

A database of its own is filled with synthetic orders of 200 units (two thousand made by the demonstration's bulk way,
the rest copied from them by SQL, with lines, deliveries, budget movements and observations) and dropped afterwards
unless --keep. For the cashless proof the region gets a month of --payments, with journals in its books and the
statements of its three accounts, two lines in a hundred gone wrong. Pages are asked as in benchmarks/pages.py. The
budget: at most 12 queries and 100 ms of CPU, web and database together, on every page.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

MADE = 2_000
UNITS = 200
NUMBERS_FROM = 800_000
"""Where the numbers of synthetic orders begin: those of the orders that are paid come before."""
MOST_QUERIES, MOST_MS = 12, 100.0
SEED = ["seed", "--vendors", "300", "--listings", "1000", "--orders", "8"]
COPIED = {
    "purchasing_purchaseline": "purchase_id",
    "purchasing_delivery": "purchase_id",
    "purchasing_agreement": "purchase_id",
}
"""Tables copied with an order, and the column that names it."""


def main() -> None:
    """Read the arguments, fill a database, measure, drop it. Exit code 1 when a page costs more than its budget."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--payments", type=int, default=1_000, help="payments of the month that is proved")
    parser.add_argument("--requests", type=int, default=20, help="requests per page that count")
    parser.add_argument("--keep", action="store_true", help="keep the database for the next run")
    options = parser.parse_args()
    from benchmarks.own_database import SCHEMA, STATIC, manage, own_database

    with own_database(f"bench_figures_{options.orders}", keep=options.keep) as new:
        if new:
            manage(SCHEMA, STATIC)
            number_from(NUMBERS_FROM)
            manage(SEED)
            fill(options.orders)
            pay(options.payments)
        within = measure(options.orders, options.requests)
    if not within:
        raise SystemExit(1)


def number_from(first: int) -> None:
    """Let the numbers of orders begin after `first`."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('purchasing_number', %s)", [first])


def fill(orders: int) -> None:
    """Make some orders and copy them until there are `orders`; none of them was bought, so triggers stand aside."""
    from django.db import connection

    from procurement.practice.orders import bring_orders
    from procurement.practice.units import bring_units
    from procurement.purchasing.models import Purchase

    region = Purchase.objects.select_related("region")[0].region
    bring_orders(bring_units(region, UNITS), min(MADE, orders), seed=7)
    times = max(orders // MADE - 1, 0)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "CREATE TABLE copies AS SELECT purchase.id AS old, nextval('purchasing_purchase_id_seq') AS new,"
            " copy.turn FROM purchasing_purchase AS purchase, generate_series(1, %s) AS copy(turn)"
            " WHERE purchase.id IN (SELECT id FROM purchasing_purchase ORDER BY id DESC LIMIT %s)",
            [times, MADE],
        )
        copy(cursor, "purchasing_purchase", "id", {"number": "told.number || '-' || copies.turn"})
        for table, key in COPIED.items():
            copy(cursor, table, key, {"id": f"nextval('{table}_id_seq')"})
        cursor.execute(
            "INSERT INTO planning_budgetmovement (line_id, deed, at, kind, amount, reference, before, after)"
            " SELECT budget_line_id, gen_random_uuid(), confirmed_at, 'SPEND', accepted_total, number, '{}', '{}'"
            "   FROM purchasing_purchase WHERE state IN ('PAID', 'TAX_SETTLED', 'CLOSED')"
        )
        cursor.execute(
            "INSERT INTO vendors_observation (side, subject_id, measure, purchase_id, value, at, contest, decision)"
            " SELECT 'VENDOR', vendor_id, measure, id, (id * 7) %% 101, submitted_at, '', ''"
            "   FROM purchasing_purchase, unnest(ARRAY['answer', 'on_time', 'quantity']) AS measure"
            " UNION ALL SELECT 'UNIT', organisation_id, measure, id, (id * 5) %% 101, submitted_at, '', ''"
            "   FROM purchasing_purchase, unnest(ARRAY['approval', 'acceptance']) AS measure"
            " ON CONFLICT DO NOTHING",
            [],
        )
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")


def pay(payments: int) -> None:
    """A month of payments: orders, obligations, journals, statements of three banks, imported and matched."""
    from marketplace.accounts.roles import Role
    from tests import people
    from tests.reconciliation import month
    from tests.settlement.orders import accepted

    case = accepted()
    body = people.organisation(people.KIND_OF_ROLE[Role.OPERATOR], in_region=case.purchase.region)
    month.run(case, people.actor(Role.OPERATOR, body), payments)


def copy(cursor: object, table: str, key: str, changed: dict[str, str]) -> None:
    """Copy the rows of `table` that belong to copied orders, `key` naming the copy, other columns as told."""
    from django.db.backends.utils import CursorWrapper

    assert isinstance(cursor, CursorWrapper)
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position",
        [table],
    )
    names = [row[0] for row in cursor.fetchall()]
    values = {key: "copies.new", **changed}
    if table == "purchasing_purchase":
        values["oscar_order_id"] = "NULL"
    told = ", ".join(values.get(name, f"told.{name}") for name in names)
    listed = ", ".join(names)
    cursor.execute(
        f"INSERT INTO {table} ({listed}) SELECT {told} FROM {table} AS told JOIN copies ON copies.old = told.{key}"
    )


def asked() -> dict[str, Callable[[], bytes]]:
    """Every page by name, the public ones asked by a visitor, dashboards by a PA and an auditor."""
    from django.test import Client

    from benchmarks.subjects import _get, _signed_in, bare_view
    from marketplace.accounts.models import Appointment, User
    from marketplace.accounts.roles import Role
    from procurement.practice.cast import appoint_overseers
    from procurement.statistics.models import UnitYear

    busiest = UnitYear.objects.select_related("region").order_by("-submitted")[0]
    unit = busiest.unit_id
    appoint_overseers(busiest.region)
    visitor = Client(SERVER_NAME="127.0.0.1")
    pages: dict[str, Callable[[], bytes]] = {"bare view, one query": bare_view()}
    pages |= {
        path: _get(visitor, path)
        for path in (
            "/belanja/",
            "/rapor/pembeli/",
            f"/rapor/pembeli/{unit}/",
            "/rapor/penyedia/",
            "/bukti-nontunai/",
        )
    }
    for role, paths in (
        (Role.PA, ["/dasbor/", "/dasbor/bulanan/"]),
        (Role.AUDITOR, ["/dasbor/", f"/dasbor/satuan/{unit}/", "/dasbor/bulanan/"]),
    ):
        found = Appointment.objects.filter(role=role)
        own = found.filter(organisation=unit).first() if role == Role.PA else found.first()
        if own is not None:
            client = _signed_in(User.objects.get(pk=own.user_id))
            pages |= {f"{path} {role}": _get(client, path) for path in paths}
    return pages


def proofs() -> list[tuple[str, float, int, bool]]:
    """The proof of a day in the middle and of the last of the month that was paid: seconds, queries, whether closed."""
    from datetime import timedelta

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from procurement.statistics.making.cashless import make_day, regions_with_money
    from tests.reconciliation.month import DAYS, FIRST

    found = []
    for region in regions_with_money():
        for day in (FIRST + timedelta(days=DAYS // 2), FIRST + timedelta(days=DAYS - 1)):
            with CaptureQueriesContext(connection) as asked:
                began = time.perf_counter()
                made = make_day(region, day)
                seconds = time.perf_counter() - began
            found.append((f"{region.name} {day}", seconds, len(asked), made.closed))
    return found


def measure(orders: int, requests: int) -> bool:
    """Print the tables; whether every page kept its budget."""
    import statistics

    from benchmarks.pages import HEAD, Cost, count_calls, count_queries, time_once
    from procurement.settlement.models import Journal
    from procurement.statistics.actions import refresh
    from procurement.statistics.models import Edition, Spending

    wall, cpu = time.perf_counter(), time.process_time()
    refresh()
    print(
        f"edition: {time.perf_counter() - wall:.1f} s, of which Python {time.process_time() - cpu:.1f} s; "
        f"{Spending.objects.count():,} cells of spending, {Edition.objects.get().units.count():,} units' years"
    )
    print(f"{Journal.objects.count():,} journals")
    for day, seconds, queries, closed in proofs():
        print(
            f"cashless proof of {day}: {seconds:.2f} s, {queries} queries, {'closed' if closed else 'open'}"
        )
    pages = asked()
    costs = {name: Cost() for name in pages}
    for name, ask in pages.items():
        for _ in range(3):
            ask()
        costs[name].queries, costs[name].calls = count_queries(ask), count_calls(ask)
    for _ in range(requests):
        for name, ask in pages.items():
            time_once(ask, costs[name])
    print(f"\n{orders:,} orders of {UNITS} units, {requests} requests a page, interleaved")
    print(HEAD)
    within = True
    for name, cost in costs.items():
        spent = statistics.median(cost.web_ms) + statistics.fmean(cost.database_ms)
        kept = cost.queries <= MOST_QUERIES and spent <= MOST_MS
        within = within and kept
        print(cost.row(name) + ("" if kept else "  OVER BUDGET"))
    return within


if __name__ == "__main__":
    main()
