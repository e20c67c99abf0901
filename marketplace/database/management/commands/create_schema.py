"""``manage.py create_schema``: tables, guarantees and migration records in about a second."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from marketplace.database import schema


class Command(BaseCommand):
    """Make the schema when it is missing; run missing migrations when it is older; else do nothing."""

    help = "Make the whole database schema without replaying migrations (does nothing when it is up to date)."
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        """Carry it out and say what was done."""
        made = schema.create_all(connection)
        if options["verbosity"]:
            self.stdout.write(
                {
                    schema.Made.NOTHING: "Skema basis data sudah lengkap.",
                    schema.Made.SCHEMA: "Skema basis data dibuat.",
                    schema.Made.MIGRATED: "Migrasi yang belum jalan sudah dijalankan.",
                }[made]
            )
