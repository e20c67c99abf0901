"""Building the index anew while people search and vendors edit, and going back to the one before.

No transaction is open while the engine is spoken to: cards are read page by page, each page with its versions in one
statement. A card that changes after its page was read is noted by the database and sent to the new index as to the old;
whichever message comes last, the later version stays.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from django.db import connection
from elasticsearch import ApiError, TransportError

from marketplace.core.transitions import Refused
from marketplace.events.failures import described
from search.engines.elastic.comparing import compare
from search.engines.elastic.connecting import Address, address, writing
from search.engines.elastic.documents import STEMS_SQL, document_sql
from search.engines.elastic.following import Away, Change, acknowledge, send, waiting
from search.engines.elastic.generations import Generations
from search.models import IndexGeneration, ListingCard

PAGE: Final = 1_000
THREADS: Final = 2
TRIES: Final = 5
Teller = Callable[[str], object]

_BOUNDS: Final = """
SELECT listing_id FROM (SELECT listing_id, row_number() OVER (ORDER BY listing_id) AS place FROM search_listingcard)
 WHERE place %% %s = 0 ORDER BY listing_id
"""
_CARDS: Final = f"""
SELECT card.listing_id, coalesce(noted.version, 0), {document_sql("coalesce(noted.version, 0)")}
  FROM search_listingcard AS card
  LEFT JOIN search_indexchange AS noted ON noted.listing_id = card.listing_id
 CROSS JOIN {STEMS_SQL}
 WHERE card.listing_id > %s AND card.listing_id <= %s
"""
_LOCK: Final = "hashtext('search.index.rebuild')"


@dataclass(frozen=True, slots=True)
class Built:
    """What was built: the index, how many documents, seconds of loading alone and from begin to end."""

    index: str
    documents: int
    loading: float
    seconds: float
    dropped: tuple[str, ...] = ()


def rebuild(*, tell: Teller, keep: int = 1) -> Built:
    """Build a new index from the cards and let it serve once it equals them.

    Args:
        tell: is called with a line now and then.
        keep: how many of the earlier indexes stay, to go back to.

    Raises Refused when somebody else builds, no engine is named, the engine fails, or the new index does not equal
    the cards; the one before serves on.
    """
    found = _engine()
    with _alone():
        try:
            return _built(Generations(writing(found), found), tell, keep)
        except (ApiError, TransportError, Away) as error:
            raise Refused(
                "engine_failed",
                f"Mesin pencari tidak menjawab dengan benar ({described(error)}). Indeks lama tetap melayani.",
                fix="Periksa mesin pencari di alamat SEARCH_URL, lalu jalankan lagi.",
            ) from error


def roll_back(*, tell: Teller) -> str:
    """Let the index before serve again; returns its name. It was told of every change meanwhile.

    Raises Refused when there is none, somebody builds, or the engine fails.
    """
    found = _engine()
    with _alone():
        generations = Generations(writing(found), found)
        try:
            generations.put_right()
            kept = IndexGeneration.objects.filter(stage=IndexGeneration.Stage.KEPT)
            before = kept.order_by("-served_at", "-id").first()
            if before is None:
                raise Refused(
                    "nothing_kept",
                    "Tidak ada indeks sebelumnya yang disimpan.",
                    fix="Bangun indeks baru: manage.py search_rebuild --engine elastic.",
                )
            generations.serve(before)
        except (ApiError, TransportError) as error:
            raise Refused(
                "engine_failed",
                f"Mesin pencari tidak menjawab dengan benar ({described(error)}).",
                fix="Periksa mesin pencari, lalu jalankan lagi.",
            ) from error
        tell(f"{before.index} melayani lagi.")
        return before.index


def forget() -> int:
    """Forget all indexes, so that changes are no longer noted; returns how many. For those who leave the engine."""
    with _alone():
        return IndexGeneration.objects.all().delete()[0]


def _engine() -> Address:
    found = address()
    if found is None:
        raise Refused(
            "no_engine",
            "SEARCH_URL tidak menyebut mesin pencari, jadi tidak ada indeks terpisah.",
            fix="Isi SEARCH_URL=https://host:9200/nama, lalu jalankan lagi.",
        )
    return found


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the lock of building for this connection; whoever dies lets go of it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_lock({_LOCK})")
        if not cursor.fetchone()[0]:
            raise Refused(
                "already_building",
                "Indeks sedang dibangun oleh proses lain.",
                fix="Tunggu sampai selesai; kemajuannya tampak di halaman kesehatan pencarian.",
            )
        try:
            yield
        finally:
            cursor.execute(f"SELECT pg_advisory_unlock({_LOCK})")


def _built(generations: Generations, tell: Teller, keep: int) -> Built:
    began = time.monotonic()
    generations.put_right()
    generation = generations.begin()
    try:
        loading = time.monotonic()
        documents = _load(generations, generation.index, tell)
        loading = time.monotonic() - loading
        generations.open_up(generation)
        _catch_up(generations)
        _check(generations, generation.index)
    except BaseException:
        generations.drop(generation)
        raise
    generations.serve(generation)
    seconds = time.monotonic() - began
    IndexGeneration.objects.filter(pk=generation.pk).update(seconds=seconds, documents=documents)
    dropped = generations.thin_out(keep)
    return Built(generation.index, documents, loading, seconds, tuple(dropped))


def _load(generations: Generations, index: str, tell: Teller) -> int:
    """Send all cards to the index; returns how many."""
    total = ListingCard.objects.count()
    began, done = time.monotonic(), 0
    tell(f"{index}: mengisi {total} produk …")
    with ThreadPoolExecutor(THREADS) as pool:
        pages = [pool.submit(_load_page, generations, index, *bounds) for bounds in _bounds()]
        try:
            for number, page in enumerate(as_completed(pages), start=1):
                done += page.result()
                if number % 10 == 0 or number == len(pages):
                    rate = done / max(time.monotonic() - began, 0.001)
                    tell(f"{done} dari {total} produk, {rate:.0f} per detik")
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return done


def _bounds() -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_BOUNDS, [PAGE])
        bounds = [0, *(row[0] for row in cursor.fetchall()), 2**62]
    return list(pairwise(bounds))


def _load_page(generations: Generations, index: str, above: int, upto: int) -> int:
    """Read one page of cards and send it, in a thread with a connection of its own."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(_CARDS, [above, upto])
            cards = [Change(*row) for row in cursor.fetchall()]
    finally:
        connection.close()
    for attempt in range(1, TRIES + 1):
        if not cards:
            break
        try:
            errors = send(generations.client, [index], cards)
        except Away:
            if attempt == TRIES:
                raise
            errors = {}
        else:
            if not errors:
                break
            if attempt == TRIES:
                raise Refused(
                    "refused_documents", f"Indeks baru menolak {len(errors)} produk: {errors}"[:500]
                )
        time.sleep(0.5 * attempt)
    return len(cards)


def _catch_up(generations: Generations) -> None:
    """Tell both indexes what changed meanwhile, until what was waiting at the start of a round is told."""
    for _round in range(1_000):
        indexes, changes = waiting()
        if not changes:
            return
        acknowledge(changes, send(generations.client, indexes, changes))


def _check(generations: Generations, index: str) -> None:
    found = compare(generations.client, index)
    if found.wrong:
        first = ", ".join(f"{each.listing} {each.kind}" for each in found.mismatches[:5])
        raise Refused(
            "not_equal",
            f"Indeks baru tidak sama dengan basis data: {found.wrong} produk ({first}). Indeks lama tetap melayani.",
            fix="Jalankan lagi; bila terulang, periksa catatan mesin pencari.",
        )
