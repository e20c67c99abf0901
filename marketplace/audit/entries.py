"""Writing the log: one function, called by the door alone, inside the business transaction.

The caller holds the row lock of the aggregate. That is what makes `last event + 1` safe without any global
lock, and what puts a cause before its effect: ids are handed out in the order in which writers get this far.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final, TypeAlias
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.transaction import TransactionManagementError

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.audit import acts, canonical
from marketplace.audit.models import MAX_PAYLOAD_BYTES, Entry

VERSION: Final = 1
"""Version of the payload's shape; a reader of old entries looks here first."""

_MAC_PURPOSE: Final = b"e-order audit entry v1\n"

_LAST_EVENTS: Final = """
SELECT wanted.type, wanted.id, last.event_no, last.region_id
FROM unnest(%s::text[], %s::text[]) AS wanted(type, id)
CROSS JOIN LATERAL (
    SELECT event_no, region_id FROM audit_entry
    WHERE aggregate_type = wanted.type AND aggregate_id = wanted.id
    ORDER BY event_no DESC LIMIT 1
) AS last
"""

TYPED_BY_PEOPLE: Final = frozenset({"reason", "evaluation", "note", "comment"})
"""Facts in which people write freely. Their full text stays with the business row; the leaf is public."""

# E-mail addresses, and ten digits or more: NIK, NPWP, account and telephone numbers, also in groups; not amounts.
_REACHES_A_PERSON: Final = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.-]+|(?<![\d.])(?<!Rp)(?<!Rp )\+?\d(?:[ .\-]?\d){9,}"
)

Aggregate: TypeAlias = tuple[str, str]


# What differs between the entries of a deed comes in arrays, what is the same comes once: an import of thousands
# is one statement. Rows are inserted, numbered and returned in the order of the arrays.
_INSERT: Final = """
INSERT INTO audit_entry (
    region_id, act, aggregate_type, aggregate_id, event_no, payload, leaf_hash, mac,
    at, user_id, organisation_id, appointment_id, actor_name, actor_role, organisation_name, deed, key_id
)
SELECT region_id, act, aggregate_type, aggregate_id, event_no, payload, leaf_hash, mac,
       %s, %s, %s, %s, %s, %s, %s, %s, %s
FROM unnest(
    %s::bigint[], %s::text[], %s::text[], %s::text[], %s::int[], %s::bytea[], %s::bytea[], %s::bytea[]
) WITH ORDINALITY AS given(
    region_id, act, aggregate_type, aggregate_id, event_no, payload, leaf_hash, mac, place
)
ORDER BY place
RETURNING id, xid::text
"""
_SAME: Final = (
    "at", "user_id", "organisation_id", "appointment_id", "actor_name", "actor_role", "organisation_name", "deed",
    "key_id",
)  # fmt: skip
_DIFFERENT: Final = (
    "region_id", "act", "aggregate_type", "aggregate_id", "event_no", "payload", "leaf_hash", "mac",
)  # fmt: skip


class PayloadTooLong(ValueError):
    """The facts do not fit into one entry: a programming error. Put documents in by their SHA-256."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened within a deed: act, aggregate (type, id), facts, and region if known."""

    act: str
    aggregate: Aggregate
    facts: Mapping[str, Any] = field(default_factory=dict)
    region_id: int | None = None


def record(
    *,
    actor: Actor,
    act: str,
    aggregate: Aggregate,
    facts: Mapping[str, Any],
    deed: UUID,
    at: datetime,
    region_id: int | None = None,
) -> Entry:
    """Write one entry and return it. See `record_many`."""
    happening = Happening(act, aggregate, facts, region_id)
    return record_many([happening], actor=actor, deed=deed, at=at)[0]


def record_many(happenings: Sequence[Happening], *, actor: Actor, deed: UUID, at: datetime) -> list[Entry]:
    """Write the entries of one deed in the order given and return them.

    The caller has locked the row of every aggregate named. An entry belongs to the region named, else to the
    region of its aggregate's earlier entries (a vendor's answer stays with the agency's order), else to the
    actor's.

    Raises `TransactionManagementError` outside a transaction, `acts.UnknownAct`, `acts.MissingFact`,
    `canonical.NotCanonical`, `PayloadTooLong` (all four programming errors: nothing is written).
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError(
            "an audit entry is written in the transaction of the change it records"
        )
    if not happenings:
        return []
    for happening in happenings:
        acts.get(happening.act).check(happening.facts)
    last = _last_events({happening.aggregate for happening in happenings})
    key_id, key = _current_key()
    entries = []
    for happening in happenings:
        event_no, region_id = last.get(happening.aggregate, (0, None))
        region_id = happening.region_id or region_id or actor.region_id
        last[happening.aggregate] = (event_no + 1, region_id)
        entry = _entry(happening, actor, deed, at, event_no + 1, region_id)
        entry.key_id = key_id
        entry.mac = seal(key, bytes(entry.leaf_hash), entry.actor_name, entry.organisation_name)
        entries.append(entry)
    return _insert(entries)


def leaf_hash(payload: bytes) -> bytes:
    """Return the RFC 6962 hash of a leaf: SHA-256 over a zero byte and the entry."""
    return sha256(b"\x00" + payload).digest()


def seal(key: bytes, leaf: bytes, actor_name: str, organisation_name: str) -> bytes:
    """Return the MAC of an entry: over its leaf hash, and over the names the public payload leaves out."""
    return hmac.digest(key, _MAC_PURPOSE + leaf + _sealed_names(actor_name, organisation_name), "sha256")


@lru_cache(maxsize=4_096)
def _sealed_names(actor_name: str, organisation_name: str) -> bytes:
    return canonical.encode([actor_name, organisation_name])


def seal_keys() -> dict[str, bytes]:
    """Return every MAC key by its id, old ones too. Raises `ImproperlyConfigured`."""
    keys = {str(name): _as_bytes(key) for name, key in getattr(settings, "AUDIT_MAC_KEYS", {}).items()}
    if not keys:
        raise ImproperlyConfigured("AUDIT_MAC_KEYS is empty: give at least one key of 32 bytes")
    return keys


def _current_key() -> tuple[str, bytes]:
    keys = seal_keys()
    key_id = str(getattr(settings, "AUDIT_MAC_KEY_ID", "") or next(reversed(keys)))
    if key_id not in keys:
        raise ImproperlyConfigured(f"AUDIT_MAC_KEY_ID names {key_id!r}, which is not in AUDIT_MAC_KEYS")
    return key_id, keys[key_id]


def _as_bytes(key: str | bytes) -> bytes:
    return key.encode() if isinstance(key, str) else key


def _last_events(aggregates: set[Aggregate]) -> dict[Aggregate, tuple[int, int | None]]:
    ordered = sorted(aggregates)
    with connection.cursor() as cursor:
        cursor.execute(_LAST_EVENTS, [[kind for kind, _id in ordered], [pk for _kind, pk in ordered]])
        return {(kind, pk): (event_no, region_id) for kind, pk, event_no, region_id in cursor.fetchall()}


def _insert(entries: list[Entry]) -> list[Entry]:
    """Insert the entries of one deed; give them their ids and transaction number."""
    same = [getattr(entries[0], name) for name in _SAME]
    different = [[getattr(entry, name) for entry in entries] for name in _DIFFERENT]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [*same, *different])
        for entry, (entry_id, xid) in zip(entries, cursor.fetchall(), strict=True):
            entry.id, entry.xid = entry_id, int(xid)
            entry._state.adding, entry._state.db = False, connection.alias
    return entries


def _entry(
    happening: Happening, actor: Actor, deed: UUID, at: datetime, event_no: int, region_id: int | None
) -> Entry:
    aggregate_type, aggregate_id = happening.aggregate
    payload = canonical.encode(
        {
            "v": VERSION,
            "act": happening.act,
            "actor": _actor_without_name(actor),
            "aggregate": {"type": aggregate_type, "id": aggregate_id},
            "at": moment(at),
            "deed": str(deed),
            "event": event_no,
            "facts": {name: _published(name, value) for name, value in happening.facts.items()},
            "region": region_id,
        }
    )
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise PayloadTooLong(f"{happening.act}: {len(payload)} bytes, at most {MAX_PAYLOAD_BYTES}")
    return Entry(
        at=at,
        user_id=actor.user_id,
        organisation_id=actor.organisation_id,
        appointment_id=actor.appointment_id,
        region_id=region_id,
        actor_name=actor.name,
        actor_role=str(actor.role),
        organisation_name=actor.organisation_name or "",
        act=happening.act,
        aggregate_type=aggregate_type,
        aggregate_id=aggregate_id,
        event_no=event_no,
        deed=deed,
        payload=payload,
        leaf_hash=leaf_hash(payload),
    )


def _published(name: str, value: Any) -> Any:
    """Return a fact as the public tree may hold it: what people type is stripped of numbers and addresses."""
    if name in TYPED_BY_PEOPLE and isinstance(value, str):
        return _REACHES_A_PERSON.sub("•••", value)
    return value


def _actor_without_name(actor: Actor) -> dict[str, Any]:
    """Who acted, by number and office only: the payload is public, names of persons are not."""
    return {
        "role": str(actor.role),
        "user": actor.user_id,
        "organisation": actor.organisation_id,
        "appointment": actor.appointment_id,
        "system": actor.name if actor.role == Role.SYSTEM else None,
    }


def moment(at: datetime) -> str:
    """Return a moment as the log writes it: UTC, microseconds, `Z`. Raises `ValueError` for a naive one."""
    if at.tzinfo is None:
        raise ValueError("a moment in the log needs a time zone")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
