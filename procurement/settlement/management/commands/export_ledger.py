"""`manage.py export_ledger`: the books as text that beancount or hledger reads and checks."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace.regulation.models import Region
from procurement.settlement.ledger.export import FORMATS, Span, export


class Command(BaseCommand):
    """Writes the books for another program's eyes."""

    help = "Tulis buku besar sebagai teks beancount atau hledger, lengkap dengan saldo yang harus cocok."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which program, whose books, which days, where to."""
        parser.add_argument("--format", choices=FORMATS, default="beancount")
        parser.add_argument("--region", metavar="KODE", help="kode KLPD daerah; tanpa ini semua daerah")
        parser.add_argument("--from", dest="since", type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--to", dest="until", type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--out", metavar="FILE", help="berkas; tanpa ini ke layar")

    def handle(self, **options: Any) -> None:
        """Write line by line: the books may be larger than memory."""
        since, until = options["since"], options["until"]
        if since and until and since > until:
            raise CommandError(f"--from {since} lebih akhir dari --to {until}; tukar keduanya.")
        lines = export(options["format"], Span(_region(options["region"]), since, until))
        if options["out"]:
            _into(Path(options["out"]), lines)
            return
        for line in lines:
            self.stdout.write(line)


def _into(path: Path, lines: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)


def _region(code: str | None) -> int | None:
    if code is None:
        return None
    found = Region.objects.filter(klpd_code=code).first()
    if found is None:
        raise CommandError(f"Tidak ada daerah berkode {code}; periksa kode KLPD-nya.")
    return found.pk
