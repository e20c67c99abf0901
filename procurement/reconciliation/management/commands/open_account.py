"""Register an own account: `manage.py open_account --region D197 --name Penampungan --bank 111 --number 1230004567`."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import replace
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace.accounts.models import Organisation
from marketplace.core.transitions import Refused
from marketplace.regulation.models import Region
from procurement.reconciliation.actions import open_account
from procurement.reconciliation.actions.matching import CLERK


class Command(BaseCommand):
    """Registers an account of a region or of one of its units; its number is kept as a hash and a mask."""

    help = "Daftarkan rekening penampungan, kas daerah, atau rekening bendahara satu perangkat daerah."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--region", required=True, help="kode KLPD")
        parser.add_argument("--name", required=True, help="nama rekening")
        parser.add_argument("--bank", required=True, help="kode bank tiga angka")
        parser.add_argument("--number", required=True, help="nomor rekening")
        parser.add_argument("--kind", choices=["BANK", "TREASURY"], default="BANK")
        parser.add_argument("--unit", help="kode perangkat daerah yang memegangnya; tanpa ini milik daerah")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            region = Region.objects.get(klpd_code=options["region"])
            unit = (
                Organisation.objects.get(region=region, code=options["unit"]).pk if options["unit"] else None
            )
            account = open_account(
                actor=replace(CLERK, region_id=region.pk),
                name=options["name"],
                bank_code=options["bank"],
                number=options["number"],
                kind=options["kind"],
                unit=unit,
            )
        except (Region.DoesNotExist, Organisation.DoesNotExist) as unknown:
            raise CommandError("Daerah atau perangkat daerah itu tidak ada.") from unknown
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{account.pk}: {account}")
