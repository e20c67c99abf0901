"""How often somebody may try something: counted in the database, so that all processes count together."""

from __future__ import annotations

from datetime import timedelta

from marketplace.accounts.models import Attempt
from marketplace.accounts.personal_data import keyed_hash
from marketplace.core import clock
from marketplace.core.transitions import Refused

KEPT = timedelta(days=2)


def count_attempt(purpose: str, who: str, *, most: int, within: timedelta) -> None:
    """Count one more try of `who` (an address, a person's id). Stands even when the act itself is refused.

    Call it outside a transaction. Raises Refused `too_often` once `most` tries lie within the time.
    """
    hashed, now = keyed_hash(f"attempt.{purpose}", who), clock.now()
    recent = Attempt.objects.filter(purpose=purpose, who=hashed, at__gt=now - within).count()
    if recent >= most:
        raise Refused(
            "too_often",
            "Terlalu banyak percobaan dari sini.",
            fix="Tunggu sebentar, lalu coba lagi. Bila Anda tidak mencobanya, abaikan pesan ini.",
        )
    Attempt.objects.create(purpose=purpose, who=hashed, at=now)
    if recent == 0:
        Attempt.objects.filter(purpose=purpose, at__lt=now - KEPT).delete()
