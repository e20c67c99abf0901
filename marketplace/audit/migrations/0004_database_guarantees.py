"""Append-only triggers, gap-free event numbers and size limits of the log."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from marketplace.database.guarantees import RunGuarantees


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("audit", "0003_witnesses_and_stamps")]
    operations: ClassVar[list[RunGuarantees]] = [RunGuarantees("audit")]
