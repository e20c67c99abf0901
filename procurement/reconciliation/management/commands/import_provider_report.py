"""Import a settlement report: `manage.py import_provider_report FILE --provider stripe --reference po_1 --date DAY`."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace.core.transitions import Refused
from procurement.reconciliation.actions import import_provider_report
from procurement.reconciliation.actions.matching import CLERK
from procurement.reconciliation.reading import shown


class Command(BaseCommand):
    """Imports which captures one transfer of a provider stands for (CSV: reference, gross, fee)."""

    help = "Impor laporan pencairan penyedia pembayaran (CSV: reference, gross, fee)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--provider", required=True)
        parser.add_argument("--reference", required=True, help="rujukan pencairan, seperti di rekening koran")
        parser.add_argument("--date", required=True, type=date.fromisoformat)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            report = import_provider_report(
                actor=CLERK,
                provider=options["provider"],
                reference=options["reference"],
                dated=options["date"],
                content=file.read_bytes(),
            )
        except OSError as wrong:
            raise CommandError(f"{file} tidak dapat dibaca: {wrong.strerror}") from wrong
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{report}: {report.items.count()} pembayaran, {shown(report.net)} dikirim ke bank")
