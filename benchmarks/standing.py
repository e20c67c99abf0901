"""What the nightly standing of all cards costs, and what one changed card does.

    .venv/bin/python benchmarks/standing.py --listings 2000 --times 50      # 100,000 cards

The database is filled by `manage.py seed` and dropped afterwards unless --keep; listings, stock and cards are copied in
the database. Measured: a first night (every card changes), one on which nothing changed, one on which every tenth did.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from benchmarks.pages import filled_database  # noqa: E402

STEP = 10_000_000
COPIED = {
    "partner_stockrecord": {"id": "c.id + n * {step}", "partner_sku": "c.partner_sku || '-' || n"},
    "vendors_listing": {
        "id": "c.id + n * {step}",
        "product_id": "c.product_id + n * {step}",
        "stockrecord_id": "c.stockrecord_id + n * {step}",
        "price": "greatest(c.price * (80 + 7 * n % 50) / 100, 1)",
        "sku": "CASE WHEN c.sku = '' THEN '' ELSE c.sku || '-' || n END",
    },
    "search_listingcard": {
        "listing_id": "c.listing_id + n * {step}",
        "product_id": "c.product_id + n * {step}",
        "stockrecord_id": "c.stockrecord_id + n * {step}",
    },
}


def main() -> None:
    """Fill a database and measure in a process of its own."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--listings", type=int, default=2_000)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--vendors", type=int, default=500)
    parser.add_argument("--orders", type=int, default=0)
    parser.add_argument("--keep", action="store_true", help="keep the database for the next run")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        measure(options.times)
        return
    with filled_database(options.listings, options) as url:
        again = [sys.executable, __file__, "--inside", *sys.argv[1:]]
        subprocess.run(again, check=True, env={**os.environ, "DATABASE_URL": url, "EORDER_ENV": "demo"})


def measure(times: int) -> None:
    """Copy, then work the standing out three times."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
    import django

    django.setup()
    from django.db import connection

    from search.models import ListingCard
    from search.standing import recompute, standing_of

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for table, picked in COPIED.items():
            cursor.execute(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_name = %s AND is_generated = 'NEVER'",
                [table],
            )
            names = [row[0] for row in cursor.fetchall()]
            values = ", ".join(picked.get(name, f"c.{name}").format(step=STEP) for name in names)
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {table} c"
                f" CROSS JOIN generate_series(1, {times - 1}) AS n"
            )
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("UPDATE search_listingcard SET standing = 0, standing_parts = '{}'")
        for table in COPIED:
            cursor.execute(f"VACUUM ANALYZE {table}")
    print(f"{ListingCard.objects.count():,} cards")
    for night in ("every card changes", "nothing changed", "every tenth changed"):
        if night.startswith("every tenth"):
            with connection.cursor() as cursor:
                cursor.execute("UPDATE vendors_listing SET is_pdn = NOT is_pdn WHERE id % 10 = 0")
        began = time.perf_counter()
        done = recompute()
        print(f"{night:<24}{done.cards:>9,} written{time.perf_counter() - began:>8.1f} s")
    ids = list(ListingCard.objects.order_by("?").values_list("pk", flat=True)[:1_000])
    for number in (1, 1_000):
        began = time.perf_counter()
        standing_of(ids[:number])
        print(f"standing of {number:<12,}{(time.perf_counter() - began) * 1000:>26.1f} ms")


if __name__ == "__main__":
    main()
