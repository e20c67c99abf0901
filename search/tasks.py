"""What the search does after the act: it keeps an index in step with the cards, and with the log, and notes
which listings arrived."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection

from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.events.actions import enqueue
from marketplace.events.registry import job, reader
from search.engines.elastic import health
from search.engines.elastic.connecting import address
from search.engines.elastic.following import follow

# The database notes every change by itself; this is the second pair of eyes. It asks again for listings whose last
# message is older than the entry. It never waits for a row: whoever holds one is changing it, which is noted too.
_MARK = """
UPDATE search_indexchange AS noted SET since = clock_timestamp()
 WHERE noted.listing_id IN (
       SELECT listing_id FROM search_indexchange
        WHERE since IS NULL AND sent_at < %(at)s AND {whose}
          FOR UPDATE SKIP LOCKED)
"""
_WHOSE = {
    "listing": "listing_id = %(id)s",
    "vendor": "listing_id IN (SELECT id FROM vendors_listing WHERE vendor_id = %(id)s)",
}
_ARRIVE = """
INSERT INTO search_listingarrival (listing_id) SELECT id FROM vendors_listing WHERE id = %(id)s
ON CONFLICT (listing_id) DO NOTHING
"""


def follow_cards() -> None:
    """Tell the index what changed (settings.FOLLOWERS)."""
    follow()


@reader("search.arrivals", acts=("listing.approve", "listing.draft"))
def arrive(entry: Entry) -> None:
    """Number a listing that went on show for the first time; one that comes back has arrived before."""
    shown = entry.act == "listing.approve" or entry.facts.get("state") == "LIVE"
    if shown and entry.aggregate_id.isdecimal():
        with connection.cursor() as cursor:
            cursor.execute(_ARRIVE, {"id": int(entry.aggregate_id)})


@reader("search.index", acts=("listing.", "vendor."))
def mark(entry: Entry) -> None:
    """Have the listings an entry speaks of told again, unless that was done since."""
    whose = _WHOSE.get(entry.aggregate_type)
    if whose is not None and entry.aggregate_id.isdecimal():
        with connection.cursor() as cursor:
            cursor.execute(_MARK.format(whose=whose), {"at": entry.at, "id": int(entry.aggregate_id)})


@job("search.check_index")
def check_index(payload: Mapping[str, Any]) -> None:
    """Compare the index with the cards."""
    health.check()


def check_daily() -> None:
    """Have the index compared once a day (settings.CLOCKWORK); nothing where PostgreSQL searches alone."""
    if address() is not None:
        enqueue("search.check_index", {}, key=clock.today().isoformat())
