"""`manage.py rebuild_standing`: work out anew what of the ranking does not depend on the question."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand

from search.standing import recompute


class Command(BaseCommand):
    """Safe to repeat; changes only cards whose standing changed."""

    help = "Hitung ulang kedudukan (skor, golongan harga, pemerataan) semua produk tayang."

    def handle(self, **options: Any) -> None:
        """Exit code 0 when done."""
        started = time.monotonic()
        done = recompute()
        seconds = time.monotonic() - started
        self.stdout.write(f"{done.vendors} penyedia, {done.cards} produk berubah, {seconds:.1f} detik.")
