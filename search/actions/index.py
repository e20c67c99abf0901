"""Verbs of operators on the index: have it compared with the cards, have what was wrong sent again."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import OperationalError, connection

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.events.actions import enqueue
from marketplace.workflow.door import doing
from search.acts import INDEX_CHECK, INDEX_REPAIR
from search.models import IndexCheck, IndexGeneration

# Above every version that the index knows, also where the database was put back to an earlier day.
_ABOVE = "SELECT setval('search_card_version', greatest(nextval('search_card_version'), %s + 1))"
_QUEUE = """
INSERT INTO search_indexchange AS noted (listing_id, version, since)
SELECT wrong, nextval('search_card_version'), clock_timestamp() FROM unnest(%s::bigint[]) AS wrong ORDER BY 1
ON CONFLICT (listing_id) DO UPDATE
   SET version = nextval('search_card_version'), since = coalesce(noted.since, excluded.since),
       attempts = 0, not_before = NULL, error = ''
"""


def ask_for_check(*, actor: Actor) -> None:
    """Have the index compared with the cards, soon and outside this request. Raises Refused without an index."""
    actor.require(Role.OPERATOR)
    with doing(actor=actor) as deed:
        serving = IndexGeneration.objects.filter(stage=IndexGeneration.Stage.SERVING).first()
        if serving is None:
            raise Refused(
                "no_index",
                "Tidak ada indeks yang melayani, jadi tidak ada yang dapat dibandingkan.",
                fix="Bangun indeks: manage.py search_rebuild --engine elastic.",
            )
        deed.record(INDEX_CHECK, ("index", serving.index), {"index": serving.index})
        enqueue("search.check_index", {}, key=str(deed.uuid))


def repair_index(*, actor: Actor, check_id: int) -> int:
    """Have the listings that a comparison found wrong sent again; returns how many.

    Raises Refused when it found nothing, was mended before, is not the newest, or acts hold these listings at the
    moment; IndexCheck.DoesNotExist.
    """
    actor.require(Role.OPERATOR)
    try:
        with doing(actor=actor) as deed:
            check = IndexCheck.objects.select_for_update().get(pk=check_id)
            _may_repair(check)
            listings = [each["listing"] for each in check.mismatches]
            known = [each["theirs"] or 0 for each in check.mismatches]
            _queue(listings, above=max(known))
            check.repaired_at = clock.now()
            check.save(update_fields=["repaired_at"])
            deed.record(
                INDEX_REPAIR, ("index", check.index), {"index": check.index, "listings": len(listings)}
            )
    except OperationalError as busy:
        raise Refused(
            "busy", "Sebagian produk itu sedang diubah orang lain.", fix="Ulangi beberapa saat lagi."
        ) from busy
    return len(listings)


def _may_repair(check: IndexCheck) -> None:
    if not check.mismatches:
        raise Refused("nothing_wrong", "Pemeriksaan ini tidak menemukan yang salah.")
    if check.repaired_at is not None:
        raise Refused(
            "repaired_before",
            "Hasil pemeriksaan ini sudah dikirim ulang.",
            fix="Periksa lagi untuk melihat hasilnya.",
        )
    if IndexCheck.objects.filter(pk__gt=check.pk).exists():
        raise Refused(
            "checked_since",
            "Sudah ada pemeriksaan yang lebih baru.",
            fix="Pakai hasil pemeriksaan yang terakhir.",
        )


def _queue(listings: Sequence[int], *, above: int) -> None:
    with connection.cursor() as cursor:
        # Whoever changes these listings at the moment must not be the one who fails.
        cursor.execute("SET LOCAL lock_timeout = '500ms'")
        cursor.execute(_ABOVE, [above])
        cursor.execute(_QUEUE, [list(listings)])
