"""Write every encrypted column anew under the current field key."""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from rich.console import Console
from rich.progress import Progress

from marketplace.accounts import rotation
from marketplace.accounts.personal_data import current_key_id


class Command(BaseCommand):
    """Safe while the site runs, safe to break off and to repeat: a row that changed meanwhile is left alone."""

    help = "Tulis ulang semua data pribadi dengan kunci yang berlaku (kunci pertama pada EORDER_FIELD_KEYS)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="hitung saja, tidak menulis")
        parser.add_argument("--json", action="store_true", help="hasil sebagai JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        found: dict[str, Counter[str]] = {}
        written = 0
        console = Console(stderr=True, quiet=options["json"] or not sys.stderr.isatty())
        with Progress(console=console) as progress:
            for column in rotation.columns():
                task = progress.add_task(column.name, total=None)
                for counted, changed in rotation.rotate(column, write=not options["dry_run"]):
                    found.setdefault(column.name, Counter()).update(counted)
                    written += changed
                    progress.advance(task, counted.total())
        files = {"files": rotation.rotate_files(write=not options["dry_run"])}
        if options["json"]:
            self.stdout.write(
                json.dumps(
                    {"key_id": current_key_id(), "found": found, "written": written, **files}, sort_keys=True
                )
            )
            return
        for name, counted in sorted(found.items()):
            kinds = ", ".join(
                f"kunci {key_id or 'lama'}: {count}" for key_id, count in sorted(counted.items())
            )
            self.stdout.write(f"{name}: {kinds}")
        self.stdout.write(
            f"Ditulis ulang dengan kunci {current_key_id()}: {written} nilai, {files['files']} berkas."
        )
