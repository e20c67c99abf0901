"""What every format of bank statement comes down to, and what must hold before any of it is believed. Pure."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Final

from marketplace.core import clock
from marketplace.core.texts import control_in
from marketplace.core.transitions import Refused

MAX_LINES: Final = 200_000
LARGEST: Final = 9 * 10**15
"""Sen: ninety trillion rupiah, above the treasury of any region and within what the log writes as a number."""


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One movement as stated. `amount` in sen, above zero when money came."""

    booked_on: date
    value_on: date
    amount: int
    remark: str = ""
    bank_reference: str = ""
    counterparty: str = ""
    code: str = ""
    is_reversal: bool = False


@dataclass(frozen=True, slots=True)
class ReadStatement:
    """One statement as stated. `sequence` is its number where the bank counts, to see what is missing."""

    account: str
    currency: str
    number: str
    sequence: int | None
    period_from: date
    period_to: date
    opening: int
    closing: int
    lines: tuple[ReadLine, ...]

    @property
    def content_hash(self) -> str:
        """Equal for the same statement told in another file."""
        told = json.dumps(asdict(self), default=str, sort_keys=True)
        return sha256(told.encode()).hexdigest()

    @property
    def moved(self) -> int:
        """Sum of the lines, in sen."""
        return sum(line.amount for line in self.lines)


def sen(text: str | Decimal) -> int:
    """Sen of an amount with at most two decimals, point as the mark. Raises Refused `statement.amount`."""
    try:
        amount = Decimal(text) * 100
    except ArithmeticError as wrong:  # no number, or one with more digits than there are
        raise _not_an_amount(text) from wrong
    if not amount.is_finite() or amount != amount.to_integral_value() or abs(amount) > LARGEST:
        raise _not_an_amount(text)
    return int(amount)


def _not_an_amount(text: object) -> Refused:
    return Refused(
        "statement.amount",
        f"“{str(text)[:40]}” bukan nilai rupiah dengan paling banyak dua angka desimal.",
        fix="Unduh ulang rekening koran dari portal bank; jangan mengubah isinya.",
    )


def unreadable(what: str) -> Refused:
    """The file cannot be understood; `what` says where."""
    return Refused(
        "statement.unreadable",
        f"Berkas rekening koran tidak terbaca: {what}.",
        fix="Unduh ulang dari portal bank dalam format MT940, camt.053 atau CSV.",
    )


def readable(text: str) -> str:
    """The text of a statement. Raises Refused `statement.unreadable` when it holds a control character."""
    hidden = control_in(text)
    if hidden:
        raise unreadable(f"ada karakter yang tidak terlihat ({hidden})")
    return text


def counted(number: str) -> int | None:
    """A statement's number where the bank counts them; None where it says something else."""
    return int(number) if number.isascii() and number.isdigit() else None


def insist_days(statement: ReadStatement) -> None:
    """Raise Refused `statement.unreadable` for a day that no bank can mean."""
    lines = (day for line in statement.lines for day in (line.booked_on, line.value_on))
    for day in (statement.period_from, statement.period_to, *lines):
        if not clock.FIRST <= day <= clock.LAST:
            raise unreadable(f"tanggal {day:%d-%m-%Y} tidak mungkin")


def insist_closes(statement: ReadStatement) -> None:
    """Raise Refused `statement.does_not_close` unless opening balance and lines make the closing balance."""
    if statement.opening + statement.moved == statement.closing:
        return
    raise Refused(
        "statement.does_not_close",
        f"Rekening koran {statement.number} tidak menutup: saldo awal {shown(statement.opening)} ditambah mutasi "
        f"{shown(statement.moved)} bukan saldo akhir {shown(statement.closing)}; selisih "
        f"{shown(statement.closing - statement.opening - statement.moved)}.",
        rule="Saldo awal ditambah seluruh mutasi sama dengan saldo akhir",
        fix="Ada baris yang hilang atau berubah. Unduh ulang berkasnya dari portal bank.",
    )


def shown(amount: int) -> str:
    """Sen as `Rp1.234,56` (`-Rp…` below zero)."""
    rupiah, rest = divmod(abs(amount), 100)
    grouped = f"{rupiah:,}".replace(",", ".")
    return f"{'-' if amount < 0 else ''}Rp{grouped}{f',{rest:02}' if rest else ''}"
