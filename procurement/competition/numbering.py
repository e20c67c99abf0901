"""Numbers of competitions: `MK-2026-000123`, from a sequence."""

from __future__ import annotations

from django.db import connection

from marketplace.core import clock


def next_number() -> str:
    """A number never given before; a draft that is refused leaves a gap."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('competition_number')")
        (value,) = cursor.fetchone()
    return f"MK-{clock.today().year}-{value:06d}"
