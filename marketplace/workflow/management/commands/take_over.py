"""`manage.py take_over --reason …`: tell the log of rows older than the entries that would tell of them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace.workflow.taking_over import take_over


class Command(BaseCommand):
    """Writes an entry about everything that the log should know and does not; again, it writes nothing."""

    help = (
        "Catat dalam log, sebagaimana didapati, semua yang belum dikenalnya: sekali, sesudah memperbarui pemasangan "
        "lama. Periksa dahulu dengan `audit verify`."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reason", required=True, help="alasan, contoh: pembaruan ke versi 0.1")

    def handle(self, *args: Any, **options: Any) -> None:
        reason = options["reason"].strip()
        if not reason:
            raise CommandError(
                "Alasan kosong. Tulis mengapa data ini diambil alih, contoh: --reason 'pembaruan 0.1'."
            )
        taken = take_over(reason=reason[:300])
        told = ", ".join(f"{kind} {count}" for kind, count in sorted(taken.items()))
        self.stdout.write(f"Diambil alih: {told}." if told else "Log sudah mengenal semuanya.")
