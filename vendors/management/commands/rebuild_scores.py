"""Derive all observations, and with them all scores, from the log alone."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from vendors.actions.scores import rebuild


class Command(BaseCommand):
    """The result is the same as what came in entry by entry; safe to repeat."""

    help = "Hitung ulang semua skor penyedia dan instansi dari log audit saja."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="hasil sebagai JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        count = rebuild()
        self.stdout.write(json.dumps({"observations": count}) if options["json"] else f"{count} pengamatan.")
