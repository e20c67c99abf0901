"""Running jobs: claim one by a lease, run it outside any transaction, mark it done if it is still ours.

A worker that dies keeps nothing but a lease; the sweeper gives its job back when the lease runs out. A job may
therefore run twice (the worker was only slow), which is why handlers are idempotent; it is never lost.
"""

from __future__ import annotations

import json
import logging
import random
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from django.db import connection

from marketplace.core import clock
from marketplace.events import registry, wakeups
from marketplace.events.failures import described
from marketplace.events.registry import LEASE

logger = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS: Final = 5.0
LONGEST_PAUSE_SECONDS: Final = 3600.0

_CLAIM: Final = """
UPDATE events_job
SET locked_by = %(holder)s, locked_until = clock_timestamp() + make_interval(secs => %(lease)s), attempts = attempts + 1
WHERE id = (
    SELECT id FROM events_job
    WHERE done_at IS NULL AND failed_at IS NULL AND run_at <= %(now)s
      AND locked_by = '' AND (locked_until IS NULL OR locked_until <= clock_timestamp())
    ORDER BY run_at, id LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING id, kind, payload::text, attempts
"""

_RENEW: Final = """
UPDATE events_job SET locked_until = clock_timestamp() + make_interval(secs => %s) WHERE id = %s AND locked_by = %s
"""

_DONE: Final = """
UPDATE events_job SET done_at = clock_timestamp(), locked_by = '', locked_until = NULL, last_error = ''
WHERE id = %s AND locked_by = %s
"""

# `locked_until` of a job that nobody holds is the end of its pause.
_FAILED: Final = """
UPDATE events_job
SET locked_by = '', last_error = %(error)s,
    failed_at = CASE WHEN %(parked)s THEN clock_timestamp() END,
    locked_until = CASE WHEN %(parked)s THEN NULL ELSE clock_timestamp() + make_interval(secs => %(pause)s) END
WHERE id = %(id)s AND locked_by = %(holder)s
"""

_SWEEP: Final = """
UPDATE events_job
SET locked_by = '', locked_until = NULL,
    last_error = 'the worker went away',
    failed_at = CASE WHEN attempts >= coalesce((%(limits)s::jsonb ->> kind)::int, %(limit)s)
                THEN clock_timestamp() END
WHERE id IN (
    SELECT id FROM events_job WHERE locked_by <> '' AND locked_until <= clock_timestamp()
    ORDER BY id FOR UPDATE SKIP LOCKED
)
RETURNING id, kind, failed_at IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that is ours until the lease ends. `holder` is new with every claim."""

    id: int
    kind: str
    payload: Mapping[str, Any]
    attempt: int
    holder: str


def run_due(*, limit: int | None = None, stop: threading.Event | None = None) -> int:
    """Run jobs that are due, one after the other, until none is left, `limit` is reached or `stop` is set.

    Returns how many were tried. Call it outside a transaction.
    """
    tried = 0
    while (limit is None or tried < limit) and not (stop and stop.is_set()):
        claim = claim_next()
        if claim is None:
            break
        run(claim)
        tried += 1
    return tried


def claim_next() -> Claim | None:
    """Take the job that has been due longest and that nobody holds; None when there is none."""
    holder = uuid4().hex
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"holder": holder, "lease": LEASE.total_seconds(), "now": clock.now()})
        row = cursor.fetchone()
    if row is None:
        return None
    return Claim(row[0], row[1], json.loads(row[2]), row[3], holder)


def run(claim: Claim) -> None:
    """Run a claimed job and write down how it ended. A failing job never raises here; a lost database does."""
    try:
        kind = registry.job_kind(claim.kind)
        with _renewed(claim):
            kind.handler(claim.payload)
    except Exception as error:
        _note_failure(claim, error)
        return
    with connection.cursor() as cursor:
        cursor.execute(_DONE, [claim.id, claim.holder])
        if cursor.rowcount == 0:
            logger.warning("events.lease_lost: job %d (%s) ended after its lease", claim.id, claim.kind)


def sweep() -> int:
    """Give back the jobs of workers that went away; park those that took too many workers with them.

    Returns how many leases had run out.
    """
    limits = {name: kind.max_attempts for name, kind in registry.job_kinds().items()}
    with connection.cursor() as cursor:
        cursor.execute(_SWEEP, {"limits": json.dumps(limits), "limit": registry.MAX_ATTEMPTS})
        swept = cursor.fetchall()
    for job_id, kind, parked in swept:
        logger.log(
            logging.ERROR if parked else logging.WARNING,
            "events.lease_expired: job %d (%s)%s",
            job_id,
            kind,
            " is parked" if parked else "",
        )
    if swept:
        wakeups.wake_after_commit()
    return len(swept)


def pause_after(attempt: int) -> float:
    """Seconds until the next attempt: 5, 15, 45 … at most an hour, spread so that failures do not march in step."""
    pause = min(FIRST_PAUSE_SECONDS * 3.0 ** (attempt - 1), LONGEST_PAUSE_SECONDS)
    return pause * random.uniform(0.75, 1.25)


def _note_failure(claim: Claim, error: Exception) -> None:
    limit = _limit_of(claim.kind)
    parked = claim.attempt >= limit
    logger.error(
        "events.job_failed: job %d (%s), attempt %d of %d: %s",
        claim.id,
        claim.kind,
        claim.attempt,
        limit,
        described(error),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            _FAILED,
            {
                "id": claim.id,
                "holder": claim.holder,
                "error": described(error),
                "parked": parked,
                "pause": pause_after(claim.attempt),
            },
        )


def _limit_of(kind: str) -> int:
    known = registry.job_kinds().get(kind)
    return known.max_attempts if known else registry.MAX_ATTEMPTS


@contextmanager
def _renewed(claim: Claim) -> Iterator[None]:
    """Renew the lease from a thread of its own while the block runs: long work keeps its job, dead work does not."""
    finished = threading.Event()
    renewer = threading.Thread(
        target=_renew_until, args=(finished, claim), name=f"renew-{claim.id}", daemon=True
    )
    renewer.start()
    try:
        yield
    finally:
        finished.set()
        renewer.join()


def _renew_until(finished: threading.Event, claim: Claim) -> None:
    try:
        while not finished.wait(LEASE.total_seconds() / 3):
            with connection.cursor() as cursor:
                cursor.execute(_RENEW, [LEASE.total_seconds(), claim.id, claim.holder])
    except Exception as error:
        # The lease runs out and the job runs again elsewhere: at least once is the promise.
        logger.warning("events.renewal_failed: job %d: %s", claim.id, described(error))
    finally:
        connection.close()
