"""Import working units (satuan kerja) in LKPP's published format."""

from __future__ import annotations

from typing import Any

from marketplace.accounts.actors import Actor
from procurement.planning.importing.command import ImportCommand
from procurement.planning.importing.report import ImportReport
from procurement.planning.importing.units import import_units


class Command(ImportCommand):
    """`manage.py import_satker FILE`: agency units by kd_klpd and kd_satker; may be repeated."""

    help = "Impor satuan kerja dari data terbuka LKPP (RUP-MasterSatker); boleh diulang."

    def run_import(self, options: dict[str, Any], **arguments: Any) -> ImportReport:
        arguments.pop("step")
        return import_units(actor=Actor.system("Impor satuan kerja"), **arguments)
