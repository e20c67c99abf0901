"""The one way into the books: `post`. The database checks what is said here again at commit (`settlement/sql.py`)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError

from marketplace.core.money import SEN_PER_RUPIAH
from marketplace.core.transitions import Refused
from marketplace.workflow.door import Deed
from procurement.settlement.ledger.accounts import AccountName, opened
from procurement.settlement.models import (
    Balance,
    Entry,
    Evidence,
    Instrument,
    Journal,
    Posting,
    ProviderEvent,
)

_CLAIM_KEY = """
INSERT INTO settlement_journal
    (idem_key, kind, instrument, region_id, purchase_number, provider_event_id, evidence_id, statement_line_id,
     reverses_id, fingerprint, memo, posted_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (idem_key) DO NOTHING
RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of a booking, in sen. Build with `debit` or `credit`."""

    account: AccountName
    amount: int


def debit(account: AccountName, rupiah: int) -> Leg:
    """A debit of whole rupiah."""
    return Leg(account, rupiah * SEN_PER_RUPIAH)


def credit(account: AccountName, rupiah: int) -> Leg:
    """A credit of whole rupiah."""
    return Leg(account, -rupiah * SEN_PER_RUPIAH)


@dataclass(frozen=True, slots=True)
class Posted:
    """The journal of a key, and whether this very call wrote it."""

    journal: Journal
    is_new: bool


def post(
    deed: Deed,
    kind: Posting,
    idem_key: str,
    legs: Sequence[Leg],
    *,
    region_id: int,
    instrument: Instrument = Instrument.BOOK,
    purchase: str = "",
    provider_event: ProviderEvent | None = None,
    evidence: Evidence | None = None,
    statement_line: int | None = None,
    reverses: Journal | None = None,
    memo: str = "",
) -> Posted:
    """Write one balanced journal, once per `idem_key`, inside the transaction of `deed`.

    Zero legs are left out. A key already used for the same booking is answered with that journal; two callers with
    one key at once: the second waits for the first. Accounts are locked in pk order.

    Raises Refused `ledger.key-reused` (same key, other booking), `ledger.unbalanced`, `ledger.overdrawn` (a floor
    would break) and `ledger.reversed-twice`; nothing is written then.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("a journal is posted in the transaction of its deed")
    moved = sorted((leg for leg in legs if leg.amount), key=lambda leg: leg.account.code)
    if len(moved) < 2 or sum(leg.amount for leg in moved) != 0:
        raise Refused("ledger.unbalanced", "Jurnal ditolak: jumlah debit dan kredit tidak sama.")
    fingerprint = _fingerprint(kind, moved, reverses)
    journal = Journal(
        idem_key=idem_key,
        kind=kind,
        instrument=instrument,
        region_id=region_id,
        purchase_number=purchase,
        provider_event=provider_event,
        evidence=evidence,
        statement_line=statement_line,
        reverses=reverses,
        fingerprint=fingerprint,
        memo=memo,
        posted_at=deed.at,
    )
    try:
        with transaction.atomic():
            if not _claim(journal):
                return Posted(_same_booking(idem_key, fingerprint), is_new=False)
            _enter(journal, moved)
    except IntegrityError as broken:
        raise _explained(broken) from broken
    deed.record("ledger.posted", journal, _told(journal, moved))
    return Posted(journal, is_new=True)


def reverse(
    deed: Deed,
    original: Journal,
    *,
    memo: str,
    provider_event: ProviderEvent | None = None,
    evidence: Evidence | None = None,
) -> Posted:
    """Undo a journal by its mirror image, at most once. The proof of the original stands unless another is named."""
    named = provider_event is not None or evidence is not None
    mirrored = [
        Leg(AccountName.of(entry.account), -entry.amount)
        for entry in original.entries.select_related("account")
    ]
    return post(
        deed,
        Posting.REVERSAL,
        f"reversal:{original.pk}",
        mirrored,
        region_id=original.region_id,
        instrument=Instrument(original.instrument),
        purchase=original.purchase_number,
        provider_event=provider_event if named else original.provider_event,
        evidence=evidence if named else original.evidence,
        statement_line=None if named else original.statement_line,
        reverses=original,
        memo=memo,
    )


@dataclass(frozen=True, slots=True)
class Booking:
    """One journal of many; what needs a proof is proved by a line of a bank statement."""

    kind: Posting
    idem_key: str
    legs: tuple[Leg, ...]
    region_id: int
    statement_line: int | None = None
    purchase: str = ""
    memo: str = ""


def post_many(deed: Deed, bookings: Sequence[Booking]) -> int:
    """Write many balanced journals at once, each once per `idem_key`; how many were new.

    The same promises as `post`, in a handful of queries: for what a whole bank statement proves. Raises Refused
    `ledger.unbalanced`, `ledger.key-reused`, `ledger.overdrawn`; nothing is written then.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("a journal is posted in the transaction of its deed")
    wanted = {booking.idem_key: _journal_of(deed, booking) for booking in bookings}
    if not wanted:
        return 0
    known = dict(Journal.objects.filter(idem_key__in=wanted).values_list("idem_key", "fingerprint"))
    for key, fingerprint in known.items():
        if wanted[key][0].fingerprint != fingerprint:
            _same_booking(key, wanted[key][0].fingerprint)
    new = {key: pair for key, pair in wanted.items() if key not in known}
    try:
        with transaction.atomic():
            Journal.objects.bulk_create([journal for journal, _legs in new.values()])
            _enter_many(list(new.values()))
    except IntegrityError as broken:
        raise _explained(broken) from broken
    deed.record_many(("ledger.posted", journal, _told(journal, legs)) for journal, legs in new.values())
    return len(new)


def _journal_of(deed: Deed, booking: Booking) -> tuple[Journal, list[Leg]]:
    legs = sorted((leg for leg in booking.legs if leg.amount), key=lambda leg: leg.account.code)
    if len(legs) < 2 or sum(leg.amount for leg in legs) != 0:
        raise Refused("ledger.unbalanced", "Jurnal ditolak: jumlah debit dan kredit tidak sama.")
    journal = Journal(
        idem_key=booking.idem_key,
        kind=booking.kind,
        instrument=Instrument.BOOK,
        region_id=booking.region_id,
        purchase_number=booking.purchase,
        statement_line=booking.statement_line,
        fingerprint=_fingerprint(booking.kind, legs, None),
        memo=booking.memo,
        posted_at=deed.at,
    )
    return journal, legs


def _enter_many(pairs: Sequence[tuple[Journal, list[Leg]]]) -> None:
    accounts = opened(leg.account for _journal, legs in pairs for leg in legs)
    pks = sorted(account.pk for account in accounts.values())
    locked = Balance.objects.filter(account_id__in=pks).order_by("account_id").select_for_update()
    list(locked.values_list("account_id"))
    entries = [
        Entry(journal=journal, account=accounts[leg.account.code], amount=leg.amount)
        for journal, legs in pairs
        for leg in legs
    ]
    Entry.objects.bulk_create(sorted(entries, key=lambda entry: entry.account_id), batch_size=2_000)


def _claim(journal: Journal) -> bool:
    row = (
        journal.idem_key,
        journal.kind,
        journal.instrument,
        journal.region_id,
        journal.purchase_number,
        journal.provider_event_id,
        journal.evidence_id,
        journal.statement_line,
        journal.reverses_id,
        journal.fingerprint,
        journal.memo,
        journal.posted_at,
    )
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM_KEY, row)
        claimed = cursor.fetchone()
    if claimed is None:
        return False
    journal.pk = claimed[0]
    journal._state.adding = False
    return True


def _same_booking(idem_key: str, fingerprint: str) -> Journal:
    known = Journal.objects.get(idem_key=idem_key)
    if known.fingerprint != fingerprint:
        raise Refused(
            "ledger.key-reused",
            "Jurnal dengan kunci yang sama sudah ada tetapi nilainya berbeda; tidak ada yang dibukukan.",
            fix="Periksa kabar pembayaran yang berulang sebelum mengulang.",
        )
    return known


def _enter(journal: Journal, legs: Sequence[Leg]) -> None:
    """Insert the legs after locking the balances they move, in pk order."""
    accounts = opened(leg.account for leg in legs)
    pks = sorted(account.pk for account in accounts.values())
    locked = Balance.objects.filter(account_id__in=pks).order_by("account_id").select_for_update()
    list(locked.values_list("account_id"))  # evaluated: a lazy queryset locks nothing
    entries = [Entry(journal=journal, account=accounts[leg.account.code], amount=leg.amount) for leg in legs]
    Entry.objects.bulk_create(sorted(entries, key=lambda entry: entry.account_id))


def _fingerprint(kind: Posting, legs: Sequence[Leg], reverses: Journal | None) -> str:
    said = [kind.value, reverses.pk if reverses else None, [[leg.account.code, leg.amount] for leg in legs]]
    return sha256(json.dumps(said).encode()).hexdigest()


def _told(journal: Journal, legs: Sequence[Leg]) -> dict[str, object]:
    return {
        "kind": str(journal.kind),
        "amount_rupiah": sum(leg.amount for leg in legs if leg.amount > 0) // SEN_PER_RUPIAH,
        "purchase": journal.purchase_number,
        "legs": {leg.account.code: leg.amount for leg in legs},
        "provider_event": journal.provider_event_id,
        "evidence": journal.evidence_id,
        "statement_line": journal.statement_line,
        "reverses": journal.reverses_id,
    }


def _explained(broken: IntegrityError) -> Refused:
    said = str(broken)
    if "settlement_balance_floor" in said:
        return Refused(
            "ledger.overdrawn",
            "Pembukuan ditolak: saldo akun akan menjadi kurang dari nol.",
            fix="Periksa apakah dana untuk pesanan ini sudah diterima atau sudah dibayarkan.",
        )
    if "reverses" in said:
        return Refused("ledger.reversed-twice", "Jurnal ini sudah pernah dibalik.")
    raise broken
