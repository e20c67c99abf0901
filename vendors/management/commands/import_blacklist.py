"""Import a copy of the national blacklist."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace.accounts.actors import Actor
from marketplace.core.transitions import Refused
from vendors.actions.blacklist import BlacklistReport, import_blacklist

NOTHING_IMPORTED = 1
SOME_ROWS_REJECTED = 3
SHOWN_ERRORS = 20


class Command(BaseCommand):
    """`manage.py import_blacklist FILE`: may be repeated. Exit codes: 0 done, 1 nothing, 3 without the wrong rows."""

    help = "Impor salinan Daftar Hitam Nasional (npwp, nib, name, decree, act, start, end, publisher); boleh diulang."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="berkas CSV atau lembar sebar")
        parser.add_argument("--dry-run", action="store_true", help="periksa saja, jangan ubah apa pun")
        parser.add_argument("--json", action="store_true", help="cetak hasil sebagai JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the file, import it, say what came of it."""
        path = Path(options["file"])
        try:
            report = import_blacklist(
                actor=Actor.system("Impor Daftar Hitam Nasional"),
                content=path.read_bytes(),
                dry_run=options["dry_run"],
            )
        except OSError as unreadable:
            raise CommandError(f"{path}: {unreadable.strerror}.", returncode=NOTHING_IMPORTED) from unreadable
        except Refused as refused:
            raise CommandError(str(refused), returncode=NOTHING_IMPORTED) from refused
        self.stdout.write(json.dumps(asdict(report)) if options["json"] else _told(report))
        for fault in report.errors[: 0 if options["json"] else SHOWN_ERRORS]:
            self.stderr.write(str(fault))
        if report.errors:
            raise SystemExit(SOME_ROWS_REJECTED)


def _told(report: BlacklistReport) -> str:
    done = "Diimpor" if report.applied else "Akan diimpor"
    return (
        f"{done}: {report.new} baru, {report.changed} berubah, {report.same} sama, {len(report.errors)} salah; "
        f"{report.sanctioned} penyedia terkena."
    )
