"""Triggers that keep what rules saw; see `redflags/sql.py`."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from marketplace.database.guarantees import RunGuarantees


class Migration(migrations.Migration):
    """Run the room's raw SQL."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("redflags", "0001_initial")]
    operations: ClassVar[list[RunGuarantees]] = [RunGuarantees("redflags")]
