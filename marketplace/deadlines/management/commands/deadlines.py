"""What the next tick of the clock will say and do. Reads only."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from marketplace.core import clock
from marketplace.deadlines.queries import coming


class Command(BaseCommand):
    """Lists reminders, escalations and the clock's own moves that are due."""

    help = "Daftar yang akan dikirim dan dilakukan detak waktu berikutnya: pengingat, eskalasi, langkah otomatis."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--due", action="store_true", help="yang jatuh pada detak berikutnya")
        parser.add_argument("--json", action="store_true", help="sebagai JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["due"]:
            raise CommandError("Sebut apa yang didaftar: --due.")
        rows = coming()
        if options["json"]:
            self.stdout.write(json.dumps([{**asdict(row), "at": row.at.isoformat()} for row in rows]))
            return
        table = Table(title=f"{len(rows)} yang jatuh tempo")
        for heading in ("Saat (WIB)", "Apa", "Perihal", "Status", "Dipegang"):
            table.add_column(heading)
        for row in rows:
            at = row.at.astimezone(clock.JAKARTA)
            what = row.what if row.share is None else f"{row.what} {row.share}%"
            table.add_row(f"{at:%Y-%m-%d %H:%M}", what, row.label, row.state, row.holder)
        Console(file=self.stdout).print(table)  # type: ignore[arg-type]
