"""`manage.py prove_ledger`: compute the books again and say whether they are true."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from procurement.settlement.actions.proving import reckoned
from procurement.settlement.ledger.proving import Reckoning


class Command(BaseCommand):
    """Proves the books; writes nothing."""

    help = "Hitung ulang semua buku dari ayat jurnalnya. Kode keluar 0 bila sah, 1 bila tidak."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Shape of the output."""
        parser.add_argument("--json", action="store_true", help="cetak sebagai JSON")

    def handle(self, **options: Any) -> None:
        """Exit code 0 when the books are true, 1 otherwise."""
        found = reckoned()
        told = {"outcome": "SAH" if found.sound else "TIDAK SAH", **asdict(found)}
        self.stdout.write(json.dumps(told, ensure_ascii=False) if options["json"] else _plainly(found))
        if not found.sound:
            raise SystemExit(1)


def _plainly(found: Reckoning) -> str:
    head = "SAH" if found.sound else "TIDAK SAH"
    lines = [
        f"{head}: {found.accounts} akun, {found.journals} jurnal, {found.entries} ayat",
        f"SHA-256 saldo: {found.digest}",
    ]
    lines += [f"! {each.check} {each.about}: {each.said}" for each in found.findings]
    return "\n".join(lines)
