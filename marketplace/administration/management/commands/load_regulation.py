"""`manage.py load_regulation`: bring the reference data of law that ship with the project into the database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from marketplace.administration.actions.loading import load_regulation


class Command(BaseCommand):
    """Loads dated parameters, holidays, regions and short code lists."""

    help = (
        "Muat parameter bertanggal, hari libur dan daftar daerah yang dikirim bersama proyek (boleh diulang)."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = load_regulation()
        self.stdout.write(
            f"daerah: {loaded.regions}, parameter: {len(loaded.parameters)}, "
            f"kode resmi: {loaded.codes}, hari libur: {len(loaded.holidays)}"
        )
