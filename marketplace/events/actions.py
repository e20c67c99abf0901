"""Verbs of this room: enqueue a job; an operator's retry of parked work; reading a notice."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.events import acts, registry, wakeups
from marketplace.events.models import AT_ONCE, Job, Notice, ParkedEntry
from marketplace.events.queries import notices_for
from marketplace.workflow.door import doing

_ENQUEUE = """
INSERT INTO events_job (kind, key, payload, run_at, attempts, locked_by, last_error)
VALUES (%s, %s, %s, %s, 0, '', '')
ON CONFLICT (kind, key) DO NOTHING
"""

_ENQUEUE_MANY = """
INSERT INTO events_job (kind, key, payload, run_at, attempts, locked_by, last_error)
SELECT %s, given.key, given.payload::jsonb, %s, 0, '', ''
FROM unnest(%s::text[], %s::text[]) AS given(key, payload)
ON CONFLICT (kind, key) DO NOTHING
"""


def enqueue(kind: str, payload: Mapping[str, Any], *, key: str, run_at: datetime | None = None) -> bool:
    """Put a job into the current transaction: it exists exactly when the transaction commits.

    Args:
        kind: a name some room handles (`@job(kind)`).
        payload: plain JSON values; ids, never personal data.
        key: at most 120 characters; a second job of the same kind and key is not made, ever.
        run_at: aware moment of business time before which it does not run; at once when left out.

    Returns whether a new job was made. Raises registry.UnknownKind for a kind that nobody handles.
    """
    registry.job_kind(kind)
    with connection.cursor() as cursor:
        cursor.execute(_ENQUEUE, [kind, key, json.dumps(dict(payload)), run_at or AT_ONCE])
        made = cursor.rowcount == 1
    if made:
        wakeups.wake_after_commit()
    return made


def enqueue_many(kind: str, rows: Sequence[tuple[str, Mapping[str, Any]]]) -> int:
    """Put jobs of one kind, (key, payload) each, into the current transaction; returns how many are new.

    Raises registry.UnknownKind for a kind that nobody handles.
    """
    registry.job_kind(kind)
    if not rows:
        return 0
    payloads = [json.dumps(dict(payload)) for _key, payload in rows]
    with connection.cursor() as cursor:
        cursor.execute(_ENQUEUE_MANY, [kind, AT_ONCE, [key for key, _payload in rows], payloads])
        made = cursor.rowcount
    wakeups.wake_after_commit()
    return made


def retry_job(*, actor: Actor, job_id: int) -> None:
    """Let a parked job run again from its first attempt.

    Raises Refused when it is not parked, Job.DoesNotExist.
    """
    actor.require(Role.OPERATOR)
    with doing(actor=actor) as deed:
        job = Job.objects.select_for_update().get(pk=job_id)
        if job.failed_at is None:
            raise Refused("not_parked", "Pekerjaan ini tidak terparkir, jadi tidak perlu diulang.")
        job.failed_at, job.attempts, job.locked_until = None, 0, None
        job.save(update_fields=["failed_at", "attempts", "locked_until"])
        deed.record(acts.JOB_RETRIED, ("job", str(job.pk)), {"kind": job.kind})
        wakeups.wake_after_commit()


def retry_entry(*, actor: Actor, parked_id: int) -> None:
    """Give a parked entry to its reader again; it stays parked when the reader fails again.

    Raises Refused when it is settled already, when the reader is gone, or when it failed again.
    """
    actor.require(Role.OPERATOR)
    with doing(actor=actor) as deed:
        parked = ParkedEntry.objects.select_for_update(of=("self",)).select_related("entry").get(pk=parked_id)
        if parked.resolved_at is not None:
            raise Refused("not_parked", "Catatan ini sudah teratasi.")
        handler = next((each.handler for each in registry.readers() if each.name == parked.reader), None)
        if handler is None:
            raise Refused("no_reader", f"Pembaca “{parked.reader}” tidak ada lagi.")
        try:
            with transaction.atomic():
                handler(parked.entry)
        except Exception as error:
            raise Refused(
                "failed_again",
                f"Pembaca gagal lagi ({type(error).__name__}).",
                fix="Perbaiki penyebabnya lebih dahulu, lalu ulangi.",
            ) from error
        parked.resolved_at = clock.now()
        parked.save(update_fields=["resolved_at"])
        facts = {"reader": parked.reader, "leaf_index": parked.leaf_index}
        deed.record(acts.ENTRY_RETRIED, ("parked_entry", str(parked.pk)), facts)


def mark_read(*, actor: Actor, notice_id: int) -> Notice:
    """Mark one of the actor's own notices as read. Raises Notice.DoesNotExist for anybody else's."""
    notice = notices_for(actor).get(pk=notice_id)
    Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=clock.now())
    return notice


def mark_all_read(*, actor: Actor) -> int:
    """Mark all notices of the actor as read; returns how many were not."""
    return notices_for(actor).filter(read_at__isnull=True).update(read_at=clock.now())
