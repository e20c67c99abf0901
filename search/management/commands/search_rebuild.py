"""`manage.py search_rebuild`: build what the search reads anew, cards from listings, an index from cards."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from marketplace.core.transitions import Refused
from search import index
from search.engines.elastic import rebuilding
from search.engines.elastic.connecting import address


class Command(BaseCommand):
    """Cards in one transaction, then the index of a search engine where SEARCH_URL names one; searches go on."""

    help = (
        "Bangun ulang kartu produk, jumlah per kategori, dan kosakata pencarian; lalu indeks mesin pencari bila "
        "SEARCH_URL menyebutnya. Pencarian tetap berjalan."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to build, how many indexes to keep, or the way back."""
        parser.add_argument(
            "--engine",
            choices=["postgresql", "elastic"],
            help="hanya kartu (postgresql) atau hanya indeks (elastic); tanpa ini keduanya",
        )
        parser.add_argument(
            "--keep", type=int, default=1, metavar="N", help="simpan N indeks sebelumnya (bawaan 1)"
        )
        parser.add_argument(
            "--rollback", action="store_true", help="layani lagi dengan indeks sebelumnya, seketika"
        )
        parser.add_argument(
            "--forget",
            action="store_true",
            help="berhenti mencatat perubahan: mesin pencari tidak dipakai lagi",
        )

    def handle(self, **options: Any) -> None:
        """Exit code 0 when done, 1 when refused. A second run for the cards waits, one for the index is refused."""
        try:
            self._do(options)
        except Refused as refused:
            raise CommandError(str(refused)) from refused

    def _do(self, options: dict[str, Any]) -> None:
        if options["keep"] < 0:
            raise CommandError("--keep: isi 0 atau lebih.")
        if options["rollback"]:
            rebuilding.roll_back(tell=self.stdout.write)
        elif options["forget"]:
            self.stdout.write(f"{rebuilding.forget()} indeks dilupakan.")
        else:
            if options["engine"] != "elastic":
                self._cards()
            if options["engine"] == "elastic" or (options["engine"] is None and address() is not None):
                self._index(options["keep"])

    def _cards(self) -> None:
        started = time.monotonic()
        with transaction.atomic():
            count = index.rebuild()
        seconds = time.monotonic() - started
        self.stdout.write(self.style.SUCCESS(f"{count} produk tayang diindeks dalam {seconds:.1f} detik."))

    def _index(self, keep: int) -> None:
        built = rebuilding.rebuild(tell=self.stdout.write, keep=keep)
        rate = built.documents / max(built.loading, 0.001)
        self.stdout.write(
            self.style.SUCCESS(
                f"{built.index} melayani: {built.documents} produk, {rate:.0f} per detik, "
                f"seluruhnya {built.seconds:.1f} detik."
            )
        )
        for name in built.dropped:
            self.stdout.write(f"{name} dihapus.")
