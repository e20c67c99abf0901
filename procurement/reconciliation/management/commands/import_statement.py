"""Import a bank's file from the command line: `manage.py import_statement FILE [--account 1] [--dry-run] [--json]`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace.core.transitions import Refused
from procurement.reconciliation.actions import Imported, import_statement
from procurement.reconciliation.actions.matching import CLERK
from procurement.reconciliation.reading import MAX_BYTES


class Command(BaseCommand):
    """Imports a statement and matches its lines; a file that was imported before changes nothing."""

    help = "Impor rekening koran (MT940, camt.053 atau CSV bank) dan cocokkan barisnya."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--account", type=int, help="id rekening yang diharapkan")
        parser.add_argument("--dry-run", action="store_true", help="periksa saja, tanpa menyimpan")
        parser.add_argument("--json", action="store_true", help="jawab dengan JSON")

    def handle(self, *args: Any, file: Path, account: int | None, dry_run: bool, **options: Any) -> None:
        try:
            with file.open("rb") as opened:
                content = opened.read(MAX_BYTES + 1)
            told = import_statement(actor=CLERK, content=content, account_id=account, dry_run=dry_run)
        except OSError as wrong:
            raise CommandError(f"{file} tidak dapat dibaca: {wrong.strerror}") from wrong
        except Refused as refusal:
            if options["json"]:
                self.stdout.write(json.dumps({"refused": refusal.code, "sentence": str(refusal)}))
                raise SystemExit(1) from refusal
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(json.dumps(_told(told)) if options["json"] else _words(told))


def _told(told: Imported) -> dict[str, Any]:
    return {
        "format": told.format,
        "dry_run": told.dry_run,
        "already_known": told.known,
        "statements": told.statements,
        "skipped": told.skipped,
        "lines": told.lines,
        "matched": told.summary.matched,
        "exceptions": told.summary.exceptions,
        "not_ours": told.summary.others,
    }


def _words(told: Imported) -> str:
    if told.known:
        return f"{told.format}: sudah pernah diimpor ({', '.join(told.skipped)}); tidak ada yang berubah."
    named = f"{told.format}: rekening koran {', '.join(told.statements)}, {told.lines} baris"
    if told.dry_run:
        return f"{named}; benar, dan tidak ada yang disimpan."
    done = told.summary
    return f"{named}; {done.matched} cocok, {done.exceptions} pengecualian, {done.others} bukan pesanan."
