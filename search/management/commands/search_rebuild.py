"""`manage.py search_rebuild`: build the buyers' read model anew from the listings on show."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from search import index


class Command(BaseCommand):
    """Cards, category counts and words from scratch, in one transaction: readers see the old ones until it ends."""

    help = "Bangun ulang kartu produk, jumlah per kategori, dan kosakata pencarian."

    def handle(self, **options: Any) -> None:
        """Exit code 0 when done; a second run waits for the first."""
        started = time.monotonic()
        with transaction.atomic():
            count = index.rebuild()
        seconds = time.monotonic() - started
        self.stdout.write(self.style.SUCCESS(f"{count} produk tayang diindeks dalam {seconds:.1f} detik."))
