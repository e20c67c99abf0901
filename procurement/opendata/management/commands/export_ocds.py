"""`manage.py export_ocds --out FILE.jsonl [--since INDEX]`: every OCDS release, one JSON object a line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace.events import registry
from marketplace.events.reading import read_batch
from procurement.opendata.queries import READER, horizon, stream

BATCH: Final = 1_000
"""Leaves of one transaction while the reader catches up: each asks as little as a short one."""


class Command(BaseCommand):
    """Write the releases in the order of the log's leaves."""

    help = "Menulis semua rilis OCDS menurut urutan log audit, satu rilis sebaris (JSON Lines)."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--out` and `--since`."""
        parser.add_argument("--out", type=Path, required=True, help="berkas yang ditulis")
        parser.add_argument("--since", type=int, default=0, help="mulai dari daun log ini")

    def handle(self, *args: Any, **options: Any) -> None:
        """Let the reader catch up with the log, then write; the file appears whole or not at all."""
        out, since = options["out"], options["since"]
        if since < 0:
            raise CommandError("--since dihitung dari 0.")
        for reader in registry.readers():
            while reader.name == READER and read_batch(reader, size=BATCH):
                pass
        fresh = out.with_name(f".{out.name}.new")
        try:
            with fresh.open("w", encoding="utf-8") as file:
                count = sum(file.write(f"{text}\n") > 0 for text in stream(since))
            os.replace(fresh, out)
        except OSError as error:
            raise CommandError(f"{out} tidak dapat ditulis: {error.strerror}") from error
        self.stdout.write(f"{count} rilis, sampai sebelum daun {horizon()}.")
