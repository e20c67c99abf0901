"""Are the books true? Everything is computed again from the entries, which nobody can change.

Four questions: does every running balance equal the sum of its entries; does every journal sum to zero over at least
two legs; is no account below its floor; and, per order, is what providers say came in still there, released to the
vendor, given back, or waiting in suspense.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from django.db import connection

_BALANCES: Final = """
SELECT account.code, balance.amount, coalesce(sum(entry.amount), 0)::bigint
  FROM settlement_account AS account
  LEFT JOIN settlement_balance AS balance ON balance.account_id = account.id
  LEFT JOIN settlement_entry AS entry ON entry.account_id = account.id
 GROUP BY account.id, account.code, balance.amount
 ORDER BY account.code COLLATE "C"
"""

_JOURNALS: Final = """
SELECT journal.id, count(entry.id), coalesce(sum(entry.amount), 0)::bigint
  FROM settlement_journal AS journal LEFT JOIN settlement_entry AS entry ON entry.journal_id = journal.id
 GROUP BY journal.id HAVING count(entry.id) < 2 OR coalesce(sum(entry.amount), 0) <> 0
 ORDER BY journal.id LIMIT 100
"""

_FLOORS: Final = """
SELECT account.code, sum(entry.amount) * account.side, account.floor
  FROM settlement_account AS account JOIN settlement_entry AS entry ON entry.account_id = account.id
 WHERE account.floor IS NOT NULL
 GROUP BY account.id HAVING sum(entry.amount) * account.side < account.floor
 ORDER BY account.code LIMIT 100
"""

# What providers told us (attempts) against what the books say became of it. Held: escrow and suspense now; released:
# escrow that became debts by a BAST; refunded: everything else that left escrow or suspense. A journal and the one
# that reverses it count on the same side.
_ORDERS: Final = """
WITH told AS (
    SELECT purchase.number, sum(attempt.received + coalesce(late.amount, 0)) AS paid_in
      FROM settlement_paymentattempt AS attempt
      LEFT JOIN settlement_unmatchedmoney AS late ON late.attempt_id = attempt.id AND late.kind = 'LATE'
      JOIN settlement_paymentobligation AS obligation ON obligation.id = attempt.obligation_id
      JOIN purchasing_purchase AS purchase ON purchase.id = obligation.purchase_id
     GROUP BY purchase.number HAVING sum(attempt.received + coalesce(late.amount, 0)) > 0
), moved AS (
    SELECT journal.purchase_number AS number, coalesce(original.kind, journal.kind) AS kind, -sum(entry.amount) AS sen
      FROM settlement_entry AS entry
      JOIN settlement_account AS account ON account.id = entry.account_id
      JOIN settlement_journal AS journal ON journal.id = entry.journal_id
      LEFT JOIN settlement_journal AS original ON original.id = journal.reverses_id
     WHERE (account.kind = 'ESCROW' OR account.kind LIKE 'SUSPENSE%') AND journal.purchase_number <> ''
     GROUP BY 1, 2
), summed AS (
    SELECT number,
           sum(sen) AS held,
           coalesce(-sum(sen) FILTER (WHERE kind = 'RELEASE'), 0) AS released,
           coalesce(-sum(sen) FILTER (WHERE kind <> 'RELEASE' AND kind NOT LIKE 'CAPTURE%'), 0) AS refunded
      FROM moved GROUP BY number
)
SELECT coalesce(told.number, summed.number), coalesce(told.paid_in, 0)::bigint, coalesce(held, 0)::bigint,
       coalesce(released, 0)::bigint, coalesce(refunded, 0)::bigint
  FROM told FULL JOIN summed ON summed.number = told.number
 WHERE coalesce(told.paid_in, 0) <> coalesce(held, 0) + coalesce(released, 0) + coalesce(refunded, 0)
 ORDER BY 1 LIMIT 100
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: which check, what it is about, and the figures in sen."""

    check: str
    about: str
    said: str


@dataclass(frozen=True, slots=True)
class Reckoning:
    """All books, computed again. `digest` is over every account's code and sum of entries, in order of codes."""

    digest: str
    accounts: int
    journals: int
    entries: int
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


def reckon() -> Reckoning:
    """Compute the books anew from their entries. Reads only; for one view of all, call it in one transaction."""
    accounts = _rows(_BALANCES)
    text = "".join(f"{code}\t{summed}\n" for code, _running, summed in accounts)
    return Reckoning(
        digest=sha256(text.encode()).hexdigest(),
        accounts=len(accounts),
        journals=_count("settlement_journal"),
        entries=_count("settlement_entry"),
        findings=(*_wrong_balances(accounts), *_wrong_journals(), *_below_floors(), *_wrong_orders()),
    )


def _wrong_balances(accounts: list[tuple[str, int | None, int]]) -> list[Finding]:
    return [
        Finding("saldo", code, f"saldo berjalan {running}, jumlah ayat {summed}")
        for code, running, summed in accounts
        if running != summed
    ]


def _wrong_journals() -> list[Finding]:
    return [
        Finding("jurnal", str(pk), f"{legs} ayat, berjumlah {total}") for pk, legs, total in _rows(_JOURNALS)
    ]


def _below_floors() -> list[Finding]:
    return [
        Finding("batas bawah", code, f"saldo {held}, batas bawah {floor}")
        for code, held, floor in _rows(_FLOORS)
    ]


def _wrong_orders() -> list[Finding]:
    return [
        Finding(
            "pesanan",
            number,
            f"diterima {paid_in}, masih dipegang {held}, dilepas {released}, dikembalikan {refunded}",
        )
        for number, paid_in, held, released, refunded in _rows(_ORDERS)
    ]


def _rows(query: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def _count(table: str) -> int:
    return int(_rows(f"SELECT count(*) FROM {table}")[0][0])
