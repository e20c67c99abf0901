"""Lay a payment provider's key into the vault."""

from __future__ import annotations

import sys
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace.accounts.actors import Actor
from marketplace.core.transitions import Refused
from marketplace.regulation.models import Region
from procurement.settlement.actions.secrets import rotate_secret


class Command(BaseCommand):
    """`manage.py set_provider_secret snap private_key < key.pem`: the key before it serves on beside it."""

    help = (
        "Simpan kunci penyedia pembayaran secara tersegel, dibaca dari masukan standar; kunci sebelumnya tetap "
        "berlaku sampai penggantian berikutnya. stripe: api_key, webhook_secret. snap: client_secret, private_key, "
        "bank_public_key, callback_secret."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("provider", help="stripe atau snap")
        parser.add_argument("name", help="nama kunci, contoh private_key")
        parser.add_argument("--region", metavar="KODE", help="hanya untuk daerah ini")
        parser.add_argument(
            "--at-once", action="store_true", help="kunci lama bocor: berhenti berlaku sekarang"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the key, seal it. It is an argument of nothing: other people of this machine see arguments."""
        region = None
        if options["region"]:
            region = Region.objects.filter(klpd_code=options["region"]).first()
            if region is None:
                raise CommandError(f"Daerah {options['region']} tidak dikenal.")
        value = getpass("Kunci: ") if sys.stdin.isatty() else sys.stdin.read()
        try:
            rotate_secret(
                actor=Actor.system("Penggantian kunci penyedia pembayaran"),
                provider_name=options["provider"],
                name=options["name"],
                value=value,
                region_id=region.pk if region else None,
                at_once=options["at_once"],
            )
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"Kunci {options['provider']} {options['name']} tersimpan dan berlaku.")
