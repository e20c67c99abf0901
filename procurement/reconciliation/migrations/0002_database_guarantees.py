"""Triggers and keys that keep statements and matches true; see `reconciliation/sql.py`."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from marketplace.database.guarantees import RunGuarantees


class Migration(migrations.Migration):
    """Run the room's raw SQL."""

    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("reconciliation", "0001_initial"),
        ("settlement", "0003_full_settlement"),
    ]
    operations: ClassVar[list[RunGuarantees]] = [RunGuarantees("reconciliation")]
