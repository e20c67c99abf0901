"""What a minute of the clock costs: nothing due among 50,000 orders and 150,000 reminders, then 1,000 due.

    .venv/bin/python benchmarks/clockwork.py [orders]

A database of its own is filled in bulk (copies of one real order), then dropped. Figures: statements and milliseconds
for one tick of the deadlines, and for looking for orders that lapse or close.
"""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))
ORDERS = 50_000
DUE = 1_000


def main() -> None:
    """Fill a database of its own, measure, drop the database."""
    from benchmarks.own_database import own_database

    orders = int(sys.argv[1]) if len(sys.argv) > 1 else ORDERS
    with own_database("bench_clockwork", again=True, environment="test"):
        measure(orders)


def measure(orders: int) -> None:
    """Fill, then print one line for each measurement."""
    from django.core.management import call_command

    from marketplace.core import clock
    from marketplace.deadlines.models import Reminder
    from marketplace.deadlines.sending import send_due
    from procurement.purchasing import clockwork
    from tests.purchasing import factories

    call_command("create_schema", verbosity=0)
    call_command("load_regulation", verbosity=0)
    story = factories.story()
    keys = copies(story.purchase, orders)
    fill(keys)
    now = clock.now()
    timed("nothing due: reminders", send_due)
    timed("nothing due: orders that lapse or close", clockwork.tick)
    due = Reminder.objects.filter(aggregate_id__in=[str(key) for key in keys[:DUE]], share=50)
    due.update(at=now - timedelta(minutes=1))
    timed(f"{DUE:,} due: reminders", send_due)
    timed("again: reminders", send_due)


def copies(purchase, orders: int) -> list[int]:  # type: ignore[no-untyped-def]
    """The order so often, each with a number of its own; returns their keys."""
    from django.db import connection

    own = {"id", "number", "oscar_order_id"}
    columns = [field.column for field in purchase._meta.concrete_fields if field.column not in own]
    names = ", ".join(columns)
    table = purchase._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (number, {names}) SELECT 'EO-2099-' || lpad(n::text, 6, '0'), {names} "
            f"FROM {table}, generate_series(1, %s) AS n WHERE id = %s RETURNING id",
            [orders, purchase.pk],
        )
        return [row[0] for row in cursor.fetchall()]


def fill(keys: list[int]) -> None:
    """Three reminders for each, far in the future."""
    from django.db import connection

    from marketplace.core import clock

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO deadlines_reminder (aggregate_type, aggregate_id, revision, state, since, due_at, share, "
            "escalation, at) SELECT 'purchase', p.id::text, p.revision, p.state, %s, p.due_at, share, 0, "
            "p.due_at + interval '9 days' FROM purchasing_purchase p, unnest(ARRAY[50, 80, 100]) AS share "
            "WHERE p.id = ANY(%s)",
            [clock.now(), keys],
        )
        cursor.execute("ANALYZE")


def timed(what: str, act: Callable[[], object]) -> None:
    """Print statements and milliseconds of one call."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        began = time.perf_counter()
        answer = act()
        spent = (time.perf_counter() - began) * 1_000
    print(f"{what:<42} {len(captured):>6,} SQL {spent:>9,.1f} ms   → {answer}")


if __name__ == "__main__":
    main()
