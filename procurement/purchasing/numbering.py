"""Numbers of orders: `EO-2026-000123`, from a sequence; a gap is harmless, a lock would not be."""

from __future__ import annotations

from django.db import connection

from marketplace.core import clock


def next_number() -> str:
    """A number never given before. Taken outside any lock; an order that is then refused leaves a gap."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('purchasing_number')")
        (value,) = cursor.fetchone()
    return f"EO-{clock.today().year}-{value:06d}"
