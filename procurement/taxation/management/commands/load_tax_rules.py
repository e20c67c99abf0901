"""`manage.py load_tax_rules`: bring the shipped tax decision table into the database. Safe to run again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from procurement.taxation.actions import load_tax_rules


class Command(BaseCommand):
    """Load the decision table; existing versions are left as they are."""

    help = "Memuat tabel keputusan pajak bertanggal dari data bawaan."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and tell how many rows were new."""
        added = load_tax_rules()
        if options["verbosity"]:
            self.stdout.write(f"Aturan pajak: {added} baru.")
