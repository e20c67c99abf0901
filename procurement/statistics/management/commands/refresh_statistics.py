"""`manage.py refresh_statistics`: make the public figures and dashboards anew, now."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand

from procurement.statistics.actions import prove_days, refresh


class Command(BaseCommand):
    """Safe to repeat; a second one beside the first leaves the work to it."""

    help = "Hitung ulang angka halaman publik dan dasbor, serta bukti nontunai hari terakhir."

    def handle(self, **options: Any) -> None:
        """Exit code 0 when done."""
        started = time.monotonic()
        edition = refresh()
        if edition is None:
            self.stdout.write("Sedang dihitung oleh proses lain.")
            return
        cells, units = edition.spending.count(), edition.units.count()
        days = prove_days()
        seconds = time.monotonic() - started
        self.stdout.write(
            f"{cells} sel belanja, {units} satuan kerja-tahun, {len(days)} bukti hari, {seconds:.1f} detik."
        )
