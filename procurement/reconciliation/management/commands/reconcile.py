"""The daily three-way report: `manage.py reconcile --date 2026-10-05 [--region D197] [--json]`. Exit code 0: closed."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from marketplace.regulation.models import Region
from procurement.reconciliation.models import OwnAccount
from procurement.reconciliation.reading import shown
from procurement.reconciliation.report import DayReport, report
from procurement.settlement.models import Journal


class Command(BaseCommand):
    """Tells for each region whose money moves what orders, providers and banks say of a day, and every difference."""

    help = "Rekonsiliasi tiga arah satu hari: pesanan, penyedia pembayaran, bank. Kode keluar 1 bila ada selisih."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--date", required=True, type=date.fromisoformat, help="hari, seperti 2026-10-05")
        parser.add_argument("--region", help="kode KLPD; tanpa ini semua daerah yang uangnya bergerak")
        parser.add_argument("--json", action="store_true", help="jawab dengan JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        reports = [report(region, options["date"]) for region in _regions(options["region"])]
        closed = all(each.closed for each in reports)
        if options["json"]:
            told = {"date": options["date"].isoformat(), "closed": closed}
            self.stdout.write(json.dumps({**told, "regions": [each.told() for each in reports]}))
        else:
            self.stdout.write("\n\n".join(_words(each) for each in reports))
        if not closed:
            raise SystemExit(1)


def _regions(code: str | None) -> list[Region]:
    """The region of that code; without one, all that have an account or whose books moved."""
    if code is not None:
        named = Region.objects.filter(klpd_code=code).first()
        if named is None:
            raise CommandError(f"Daerah {code} tidak dikenal. Tulis kode KLPD, seperti D197.")
        return [named]
    own, moved = OwnAccount.objects.values("region_id"), Journal.objects.values("region_id")
    return list(Region.objects.filter(Q(pk__in=own) | Q(pk__in=moved)).order_by("klpd_code"))


def _words(told: DayReport) -> str:
    rows = [
        f"{told.region}, {told.day:%d/%m/%Y}: {'SELESAI' if told.closed else 'ADA SELISIH'}",
        *(
            f"  {name:<10} {side.count:>7} masuk {shown(side.came):>24} keluar {shown(side.went):>24}"
            for name, side in (("pesanan", told.orders), ("penyedia", told.provider), ("bank", told.bank))
        ),
        f"  saldo buku {shown(told.ledger)}, mutasi bank {shown(told.statements)}, "
        f"dalam perjalanan {shown(told.on_its_way)}, tanpa penjelasan {shown(told.unexplained)}",
        *(
            []
            if told.accounts
            else ["  belum ada rekening terdaftar: daftarkan dengan `manage.py open_account`"]
        ),
        *(
            f"  {account.name}: {'ada' if account.covered else 'BELUM ADA'} rekening koran, "
            f"saldo {shown(account.closing) if account.closing is not None else '–'}"
            for account in told.accounts
        ),
        *(
            f"  - {each.label}: {each.reference} {shown(each.amount)}"
            + (f" (seharusnya {shown(each.expected)})" if each.expected is not None else "")
            for each in told.differences
        ),
    ]
    return "\n".join(rows)
