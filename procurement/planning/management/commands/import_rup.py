"""Import a procurement plan (RUP) in LKPP's published format."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from marketplace.accounts.actors import Actor
from procurement.planning.importing.command import ImportCommand
from procurement.planning.importing.plan import import_plan
from procurement.planning.importing.report import ImportReport


class Command(ImportCommand):
    """`manage.py import_rup FILE`: packages and budget lines; may be repeated, changes only what changed."""

    help = (
        "Impor rencana pengadaan (RUP) dari data terbuka LKPP; boleh diulang, hanya perubahan yang ditulis."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--region", metavar="KODE", help="hanya terima baris K/L/PD ini, contoh D197")

    def run_import(self, options: dict[str, Any], **arguments: Any) -> ImportReport:
        return import_plan(actor=Actor.system("Impor RUP"), only_region=options["region"], **arguments)
