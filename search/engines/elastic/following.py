"""Following the cards: what changed is sent, and forgotten only once every index has said that it knows.

No order is needed and nobody need be alone. A message carries the card and its version as one snapshot showed them, and
an index takes it only if it knows no later version; so two workers, a late one, or one killed in the middle change
nothing but the work done twice. A listing that left the show leaves a stone with its version (see `documents`).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from django.db import connection
from elasticsearch import ApiError, Elasticsearch, TransportError

from marketplace.events.failures import described
from search.engines.elastic.connecting import Address, address, writing
from search.engines.elastic.documents import STEMS_SQL, document_sql, stone

logger = logging.getLogger(__name__)

BATCH: Final = 500
"""Changes of one message: about a megabyte."""
LONGEST_PAUSE: Final = 30.0
"""Seconds between tries while the engine is away; at first one."""
CONFLICT: Final = 409
WRITING: Final = "-write"

_WAITING: Final = f"""
WITH waiting AS (
    SELECT listing_id, version FROM search_indexchange
     WHERE since IS NOT NULL AND (not_before IS NULL OR not_before <= clock_timestamp())
     ORDER BY since LIMIT %s
)
SELECT ARRAY(SELECT index FROM search_indexgeneration ORDER BY id), waiting.listing_id, waiting.version,
       CASE WHEN card.listing_id IS NOT NULL THEN {document_sql("waiting.version")} END
  FROM waiting
  LEFT JOIN search_listingcard AS card ON card.listing_id = waiting.listing_id
  LEFT JOIN {STEMS_SQL} ON true
"""
# A row that somebody is changing is skipped: it will have another version, or be sent once more.
_SENT: Final = """
WITH sent AS (
    SELECT noted.listing_id, given.error
      FROM search_indexchange AS noted
      JOIN unnest(%s::bigint[], %s::bigint[], %s::text[]) AS given(listing_id, version, error)
        ON given.listing_id = noted.listing_id AND given.version = noted.version
     WHERE noted.since IS NOT NULL
       FOR UPDATE OF noted SKIP LOCKED
)
UPDATE search_indexchange AS noted
   SET since = CASE WHEN sent.error = '' THEN NULL ELSE noted.since END,
       sent_at = CASE WHEN sent.error = '' THEN clock_timestamp() ELSE noted.sent_at END,
       attempts = CASE WHEN sent.error = '' THEN 0 ELSE least(noted.attempts + 1, 1000) END,
       not_before = CASE WHEN sent.error = '' THEN NULL
                         ELSE clock_timestamp() + make_interval(secs => least(power(2, noted.attempts), 600)) END,
       error = sent.error
  FROM sent WHERE sent.listing_id = noted.listing_id
"""
_CONTACT: Final = """
INSERT INTO search_indexcontact AS last (id, reached_at, failed_at, failures, error)
VALUES (1, CASE WHEN %(error)s = '' THEN clock_timestamp() END, CASE WHEN %(error)s <> '' THEN clock_timestamp() END,
        (%(error)s <> '')::int, %(error)s)
ON CONFLICT (id) DO UPDATE SET
    reached_at = coalesce(excluded.reached_at, last.reached_at),
    failed_at = coalesce(excluded.failed_at, last.failed_at),
    failures = CASE WHEN excluded.failures = 0 THEN 0 ELSE last.failures + 1 END,
    error = excluded.error
"""


@dataclass(frozen=True, slots=True)
class Change:
    """A card as one snapshot showed it: its version, and its document as JSON."""

    listing: int
    version: int
    told: str


class Away(Exception):
    """The engine did not answer, or not sensibly. What was sent may or may not be known; it is sent again."""


class Rest:
    """When the engine may be asked again: one second after the first failure, longer after each further one."""

    def __init__(self) -> None:
        self.failures = 0
        self.until = 0.0

    @property
    def over(self) -> bool:
        """Whether it may be asked."""
        return time.monotonic() >= self.until

    def note(self, *, well: bool) -> None:
        """Remember how it went."""
        self.failures = 0 if well else self.failures + 1
        pause = min(2.0 ** (self.failures - 1), LONGEST_PAUSE) if self.failures else 0.0
        self.until = time.monotonic() + pause


_rest: Final = Rest()


def follow(*, patient: bool = True) -> int:
    """Tell the indexes what changed, until nothing is left; returns how many changes they know now.

    Call it outside a transaction. While the engine is away it returns at once; `patient=False` tries all the same.
    """
    found = address()
    if found is None or (patient and not _rest.over):
        return 0
    done = 0
    while (step := _step(found)) is not None:
        done += step[1]
        if step[0] < BATCH:
            break
    return done


def _step(found: Address) -> tuple[int, int] | None:
    """One message: how many changes it held and how many are known; None when there was nothing or nobody."""
    indexes, changes = waiting()
    if not changes or not indexes:
        return None
    try:
        errors = send(writing(found), indexes, changes)
    except Away as away:
        _rest.note(well=False)
        _note_contact(str(away))
        if _rest.failures == 1:
            logger.warning("search.engine_away: %s", away)
        return None
    if _rest.failures:
        logger.warning("search.engine_back")
    _rest.note(well=True)
    _note_contact("")
    return len(changes), acknowledge(changes, errors)


def waiting(limit: int = BATCH) -> tuple[list[str], list[Change]]:
    """The indexes there are and the changes they wait for, longest waiting first. One statement, one snapshot."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [limit])
        rows = cursor.fetchall()
    changes = [
        Change(listing, version, told if told is not None else stone(listing, version))
        for _indexes, listing, version, told in rows
    ]
    return (rows[0][0] if rows else []), changes


def send(client: Elasticsearch, indexes: Sequence[str], changes: Sequence[Change]) -> dict[int, str]:
    """Send changes to every index; returns why it refused, by listing. A later version there is no refusal.

    Raises Away when there is no sensible answer.
    """
    answer = _bulk(client, lines(indexes, changes))
    items = answer.get("items") or []
    if len(items) != len(indexes) * len(changes):
        raise Away(f"{len(items)} answers to {len(indexes) * len(changes)} changes")
    errors: dict[int, str] = {}
    for place, item in enumerate(items):
        result = item.get("index") or {}
        status = result.get("status", 0)
        if (status >= 300 and status != CONFLICT) or not status:
            change = changes[place // len(indexes)]
            errors[change.listing] = _reason(indexes[place % len(indexes)], result.get("error"))
    return errors


def lines(indexes: Sequence[str], changes: Iterable[Change]) -> list[str]:
    """The body of a bulk message: to every index a line that names the document, and the document."""
    return [
        line
        for change in changes
        for index in indexes
        for line in (
            f'{{"index":{{"_index":"{index}{WRITING}","_id":"{change.listing}","version":{change.version},'
            '"version_type":"external_gte"}}',
            change.told,
        )
    ]


def _bulk(client: Elasticsearch, body: Sequence[str]) -> Mapping[str, Any]:
    try:
        # An alias is asked for: an index that is gone must not come back by itself with guessed fields.
        return client.bulk(
            operations=cast(Any, body),
            require_alias=True,
            filter_path="items.*.status,items.*.error.type,items.*.error.reason",
        ).body
    except (ApiError, TransportError) as error:
        raise Away(described(error)) from error


def _reason(index: str, error: Any) -> str:
    told = error if isinstance(error, dict) else {"reason": str(error)}
    return f"{index}: {told.get('type', '')} {told.get('reason', '')}"[:300]


def acknowledge(changes: Sequence[Change], errors: Mapping[int, str]) -> int:
    """Forget what the indexes know, remember why they refused; returns how many changes they know."""
    given = sorted((change.listing, change.version, errors.get(change.listing, "")) for change in changes)
    with connection.cursor() as cursor:
        cursor.execute(_SENT, [list(column) for column in zip(*given, strict=True)])
    return len(changes) - len(errors)


def _note_contact(error: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_CONTACT, {"error": error[:300]})
