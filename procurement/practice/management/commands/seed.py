"""Synthetic data of any size, for benchmarks and load: vendors, listings, orders."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from marketplace.audit import sequencer
from marketplace.core.money import rupiah
from marketplace.regulation.models import Region
from procurement.practice.goods import stalls
from procurement.practice.market import bring_goods, bring_vendors
from procurement.practice.orders import bring_orders
from procurement.practice.units import bring_units
from vendors.models import Vendor

REGION = "D197"
ORDERS_A_UNIT = 1_000
MOST = 5_000_000
MOST_SEEDS = 20


class Command(BaseCommand):
    """`manage.py seed --vendors N --listings N --orders N`."""

    help = "Isi basis data dengan data buatan sebesar yang diminta (untuk uji beban; bukan untuk production)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--vendors", type=int, default=100, help="jumlah penyedia (bawaan 100)")
        parser.add_argument("--listings", type=int, default=1_000, help="jumlah produk tayang (bawaan 1000)")
        parser.add_argument("--orders", type=int, default=200, help="jumlah pesanan (bawaan 200)")
        parser.add_argument("--seed", type=int, default=2, help="benih acak; benih sama, data sama")
        parser.add_argument("--pictures", action="store_true", help="beri produk gambar")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Data buatan tidak untuk production.")
        sizes = {name: options[name] for name in ("vendors", "listings", "orders")}
        for name, size in sizes.items():
            if not 0 <= size <= MOST:
                raise CommandError(f"--{name} {size}: isi angka 0 sampai {MOST}.")
        if (sizes["listings"] and not sizes["vendors"]) or (sizes["orders"] and not sizes["listings"]):
            raise CommandError("Pesanan memerlukan produk, produk memerlukan penyedia: isi ketiganya.")
        began = time.monotonic()
        call_command("load_regulation", verbosity=0)
        call_command("load_tax_rules", verbosity=0)
        region = Region.objects.get(klpd_code=REGION)
        if not 1 <= options["seed"] <= MOST_SEEDS:
            raise CommandError(f"--seed {options['seed']}: isi angka 1 sampai {MOST_SEEDS}.")
        if Vendor.objects.filter(nib=next(stalls(1, seed=options["seed"])).nib).exists():
            raise CommandError(
                f"Benih {options['seed']} sudah ditanam: pakai --seed lain, atau basis data baru."
            )
        value = self._plant(region, sizes, options)
        self.stdout.write(
            f"{sizes['vendors']} penyedia, {sizes['listings']} produk, {sizes['orders']} pesanan senilai "
            f"{rupiah(value)} dalam {time.monotonic() - began:.0f} detik."
        )

    def _plant(self, region: Region, sizes: dict[str, int], options: dict[str, Any]) -> int:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        value = 0
        with Progress(*columns, disable=not sys.stdout.isatty()) as bar:

            def counting(what: str, total: int) -> Callable[[int], object]:
                task = bar.add_task(what, total=total)
                return lambda more: bar.advance(task, more)

            seed = options["seed"]
            told = counting("penyedia", sizes["vendors"])
            vendors = bring_vendors(region, sizes["vendors"], seed=seed, with_owner=False, progress=told)
            if sizes["listings"]:
                told = counting("produk", sizes["listings"])
                bring_goods(
                    vendors, sizes["listings"], seed=seed, pictures=options["pictures"], progress=told
                )
            if sizes["orders"]:
                told = counting("pesanan", sizes["orders"])
                units = bring_units(region, -(-sizes["orders"] // ORDERS_A_UNIT))
                value = bring_orders(units, sizes["orders"], seed=seed, progress=told)
            told = counting("log audit", 1)
            while sequencer.integrate() is not None:
                pass
            told(1)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        return value
