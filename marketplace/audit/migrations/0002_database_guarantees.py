"""Append-only triggers, gap-free event numbers and size limits of the log: made by 0004 with all later tables."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Nothing left to do; see 0004."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("audit", "0001_initial")]
    operations: ClassVar[list[object]] = []
