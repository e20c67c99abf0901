"""Judge orders now: `manage.py red_flags --since 2026-01-01 [--rule ID08 …] [--json]`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections import Counter
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace.core import clock
from procurement.redflags.actions import Evaluated, evaluate
from procurement.redflags.cardinal import INDICATORS
from procurement.redflags.rules import RULES


class Command(BaseCommand):
    """Asks every rule about all regions, keeps what is new, and tells all that was found."""

    help = "Nilai pesanan dengan aturan tanda bahaya, simpan temuan baru, dan tampilkan semua temuan."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--since", required=True, type=date.fromisoformat, help="hari, seperti 2026-01-31"
        )
        parser.add_argument("--rule", action="append", help="hanya aturan ini; boleh diulang")
        parser.add_argument("--json", action="store_true", help="satu objek JSON tiap baris")

    def handle(self, *args: Any, **options: Any) -> None:
        since, codes = options["since"], options["rule"]
        if since > clock.today():
            raise CommandError(f"{since} belum tiba. Tulis hari yang sudah lewat.")
        unknown = set(codes or ()) - {*RULES, *INDICATORS}
        if unknown:
            raise CommandError(f"Aturan {', '.join(sorted(unknown))} tidak dikenal.")
        told = evaluate(since=since, codes=codes)
        if options["json"]:
            for each in told:
                for found in each.found:
                    line = {"region": each.region_id, **found.told()}
                    self.stdout.write(json.dumps(line, ensure_ascii=False, sort_keys=True))
            return
        for each in told:
            self.stdout.write(_words(each))


def _words(told: Evaluated) -> str:
    kept, counts = told.kept, Counter(each.rule for each in told.found)
    lines = [
        f"Daerah {told.region_id}: {len(told.found)} temuan; {kept.new} baru, {kept.changed} berubah, "
        f"{kept.known} sudah ada, {kept.under_review} sedang ditinjau; {kept.given_up} tanda versi lama dilepas."
    ]
    lines += [f"  {code} {counts[code]:>7}" for code in sorted(counts)]
    return "\n".join(lines)
