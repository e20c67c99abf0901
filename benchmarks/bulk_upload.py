"""What a spreadsheet of listings costs: checking it, saving it, saving it again changed, writing it out; and memory.

    .venv/bin/python benchmarks/bulk_upload.py [500 5000 50000]

A database of its own holds one vendor and a category tree. Every size is measured in a process of its own, as a worker
would do it (the job's own functions), so that the peak is that of the work and nothing else. Prints a table.
"""

from __future__ import annotations

import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))
DATABASE = "bench_bulk_upload"
SIZES = (500, 5_000, 50_000)


def main() -> None:
    """Make the database, measure every size in a process of its own, print the table, drop the database."""
    if len(sys.argv) > 2 and sys.argv[1] == "one":
        measure(int(sys.argv[2]))
        return
    import psycopg

    from marketplace.database import cluster

    sizes = [int(size) for size in sys.argv[1:]] or list(SIZES)
    server = os.environ.get("DATABASE_URL") or cluster.ensure_running()
    with psycopg.connect(server, autocommit=True) as connection, tempfile.TemporaryDirectory() as state:
        environment = {
            **os.environ,
            "DATABASE_URL": urlunsplit(urlsplit(server)._replace(path=f"/{DATABASE}")),
            "EORDER_ENV": "demo",
            "EORDER_STATE_DIR": state,
            "DJANGO_SETTINGS_MODULE": "marketplace.settings",
        }
        print(
            f"{'rows':>7}{'check CPU s':>13}{'save s':>9}{'save CPU s':>12}{'SQL check':>11}{'SQL save':>10}"
            f"{'change s':>10}{'csv s':>7}{'xlsx s':>8}{'peak MB':>9}"
        )
        for size in sizes:
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {DATABASE}")
            told = subprocess.run(
                [sys.executable, __file__, "one", str(size)],
                env=environment,
                check=True,
                stdout=subprocess.PIPE,
            )
            found = json.loads(told.stdout.splitlines()[-1])
            print(
                f"{size:>7}{found['check_cpu']:>13.2f}{found['save']:>9.2f}{found['save_cpu']:>12.2f}"
                f"{found['check_sql']:>11}{found['save_sql']:>10}{found['change']:>10.2f}{found['csv']:>7.2f}"
                f"{found['xlsx']:>8.2f}{found['peak']:>9.0f}"
            )
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


def measure(size: int) -> None:
    """Fill the database in a further process, then do the work in this one and print what it cost as JSON."""
    subprocess.run([sys.executable, "-c", _FILL, str(size)], check=True, cwd=PROJECT)
    import django

    django.setup()
    from django.core.files.base import File

    from marketplace.accounts.actors import Actor
    from marketplace.accounts.models import Appointment
    from vendors import actions
    from vendors.bulk_upload import exporting, working
    from vendors.models import ListingUpload

    owner = Actor.of(Appointment.objects.select_related("user", "organisation").get(role="VENDOR"))
    vendor = Appointment.objects.get(role="VENDOR").organisation.vendor
    costs: dict[str, float] = {}

    def upload(name: str) -> ListingUpload:
        with Path(os.environ["EORDER_STATE_DIR"], name).open("rb") as file:
            return actions.receive_upload(actor=owner, table=File(file, name))

    def save(made: ListingUpload) -> None:
        made.refresh_from_db()
        actions.commit_upload(actor=owner, upload_id=made.pk, choice="BENAR")
        working.save(made.pk)

    first = upload("new.xlsx")
    with measured(costs, "check"):
        working.read(first.pk)
    with measured(costs, "save"):
        save(first)
    first.refresh_from_db()
    assert first.outcome == {"DIBUAT": size}, (first.failure, first.outcome)
    second = upload("changed.xlsx")
    working.read(second.pk)
    with measured(costs, "change"):
        save(second)
    second.refresh_from_db()
    assert second.outcome == {"DIUBAH": size}, second.outcome
    with measured(costs, "csv"):
        for _row in exporting.as_csv(vendor.pk):
            pass
    with measured(costs, "xlsx"), tempfile.TemporaryFile() as file:
        exporting.as_xlsx(vendor.pk, file)
    costs["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(costs))


@contextmanager
def measured(costs: dict[str, Any], name: str) -> Iterator[None]:
    """Note wall seconds, CPU seconds and SQL statements of the block under `name`."""
    from django.db import connection

    statements = 0

    def count(execute: Any, *arguments: Any) -> Any:
        nonlocal statements
        statements += 1
        return execute(*arguments)

    wall, cpu = time.perf_counter(), time.process_time()
    with connection.execute_wrapper(count):
        yield
    costs[name], costs[f"{name}_cpu"] = time.perf_counter() - wall, time.process_time() - cpu
    costs[f"{name}_sql"] = statements


_FILL = """
import sys
sys.path.insert(0, ".")
import django
django.setup()
from benchmarks.bulk_upload import fill
fill(int(sys.argv[1]))
"""


def fill(size: int) -> None:
    """Make schema, categories, one vendor with its owner, and two files of `size` rows: new, and all prices changed."""

    from marketplace.accounts.actors import Actor
    from marketplace.accounts.models import User
    from marketplace.regulation.models import Region
    from procurement.practice import setup
    from vendors import bulk
    from vendors.actions import VendorData

    setup.make_schema(lambda _what: None)
    bulk.create_categories({"Konsumsi": {"Nasi kotak": {}, "Snack": {}}})
    region, _new = Region.objects.get_or_create(
        klpd_code="D197", defaults={"name": "Provinsi DKI Jakarta", "kind": Region.Kind.PROVINCE}
    )
    owner = User.objects.create_user("pemilik@contoh.test", "rahasia-sekali", name="Pemilik")
    said = VendorData(
        name="Warung Bu Sari",
        region_id=region.pk,
        nib="9120000000001",
        size="MIKRO",
        place_code="31.71.06.1001",
        place_name="Menteng, Menteng, Kota Jakarta Pusat",
        activities=[("56210", "2020")],
    )
    bulk.create_vendors([bulk.VendorRow(data=said, owner=owner)], actor=Actor.system("pengukuran"))
    for name, price in (("new.xlsx", 35_000), ("changed.xlsx", 36_000)):
        Path(os.environ["EORDER_STATE_DIR"], name).write_bytes(spreadsheet(size, price))


def spreadsheet(size: int, price: int) -> bytes:
    """A filled-in catering template of `size` rows."""
    from vendors.bulk_upload.columns import columns_of
    from vendors.bulk_upload.writing import Book

    columns = list(enumerate(columns_of(["KATERING"])))
    file = io.BytesIO()
    book = Book(file)
    book.lay_out(columns, ["Konsumsi › Nasi kotak"])
    book.write_headings(0, columns)
    for row in range(1, size + 1):
        said: dict[str, Any] = {
            "sku": f"NK-{row:06}",
            "title": f"Nasi kotak ayam bakar nomor {row}",
            "category_id": "Konsumsi › Nasi kotak",
            "description": "Nasi putih, ayam bakar bumbu kecap, lalapan, sambal, kerupuk, buah, dan air mineral.",
            "unit": "kotak",
            "price": price + row,
            "daily_capacity": 300,
            "min_order": 20,
            "lead_days": 2,
            "is_pdn": "ya",
            "halal": "ya",
            "kbki_code": "63391",
            "area_codes": "31.71; 31.74",
            "attributes.menu": "nasi putih, ayam bakar, lalapan, sambal, jeruk, air mineral",
            "attributes.serving": "Nasi kotak atau dus",
            "attributes.shelf_hours": 6,
        }
        book.write(row, ((place, said.get(column.fills, "")) for place, column in columns))
    book.close([column for _place, column in columns], ["Konsumsi › Nasi kotak"])
    return file.getvalue()


if __name__ == "__main__":
    main()
