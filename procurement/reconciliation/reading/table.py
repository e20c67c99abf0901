"""CSV from bank portals. Each bank's dialect is data: one file in `reconciliation/data`, recognised by its heading."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from procurement.reconciliation.reading.parsed import (
    MAX_LINES,
    ReadLine,
    ReadStatement,
    counted,
    readable,
    sen,
    unreadable,
)

DATA: Final = Path(__file__).resolve().parents[1] / "data"
_PREFACE_ROWS: Final = 40
csv.field_size_limit(100_000)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one bank writes its CSV.

    `columns` and `preface` map our names to the bank's (lower case, single spaces). Amounts stand in columns `in` and
    `out`, or in `amount` with a column `direction` whose `debit_marks` mean money going out.
    """

    name: str
    delimiter: str
    columns: dict[str, str]
    preface: dict[str, str]
    dates: tuple[str, ...]
    thousands: str
    decimal: str
    currency: str
    debit_marks: tuple[str, ...]
    number_from: str

    @property
    def needed(self) -> frozenset[str]:
        """The headings that make a row the heading row."""
        return frozenset(self.columns.values())


@cache
def dialects() -> tuple[Dialect, ...]:
    """All dialects, the one with most columns first: the most particular wins."""
    found = [
        _dialect(json.loads(path.read_text(encoding="utf-8"))) for path in sorted(DATA.glob("csv_*.json"))
    ]
    return tuple(sorted(found, key=lambda each: -len(each.columns)))


def _dialect(told: dict[str, Any]) -> Dialect:
    return Dialect(
        **{**told, "dates": tuple(told["dates"]), "debit_marks": tuple(told.get("debit_marks", ()))}
    )


def recognised(content: bytes) -> Dialect | None:
    """The dialect in which a file is written; None when none fits."""
    head = _text(content[:20_000]).split("\n")[:_PREFACE_ROWS]
    for dialect in dialects():
        for row in csv.reader(head, delimiter=dialect.delimiter):
            if dialect.needed <= {_plain(cell) for cell in row}:
                return dialect
    return None


def read(content: bytes, dialect: Dialect) -> list[ReadStatement]:
    """The one statement of a file. Raises Refused `statement.unreadable`, `statement.amount`."""
    try:
        rows = [
            row
            for row in csv.reader(readable(_text(content)).split("\n"), delimiter=dialect.delimiter)
            if any(row)
        ]
    except csv.Error as wrong:
        raise unreadable("CSV rusak") from wrong
    at = next(i for i, row in enumerate(rows) if dialect.needed <= {_plain(cell) for cell in row})
    preface = _preface(rows[:at], dialect)
    heading = [_plain(cell) for cell in rows[at]]
    places = {ours: heading.index(theirs) for ours, theirs in dialect.columns.items()}
    body = rows[at + 1 :]
    if len(body) > MAX_LINES:
        raise unreadable(f"lebih dari {MAX_LINES} baris")
    lines = tuple(_line(row, places, dialect) for row in body)
    first, last = _period(preface, lines, dialect)
    number = _number(preface, last, dialect)
    return [
        ReadStatement(
            account=re.sub(r"\D", "", preface["account"]),
            currency=preface.get("currency", dialect.currency).strip().upper(),
            number=number,
            sequence=counted(number) if dialect.number_from == "preface" else None,
            period_from=first,
            period_to=last,
            opening=_amount(preface["opening"], dialect),
            closing=_amount(preface["closing"], dialect),
            lines=lines,
        )
    ]


def _number(preface: dict[str, str], last: date, dialect: Dialect) -> str:
    return preface["number"].strip()[:35] if dialect.number_from == "preface" else last.strftime("%m%d")


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _plain(cell: str) -> str:
    return " ".join(cell.split()).strip(" :").lower()


def _preface(rows: list[list[str]], dialect: Dialect) -> dict[str, str]:
    """What stands above the heading: account, number, balances, period."""
    theirs = {_plain(row[0]): row[1] for row in rows if len(row) > 1}
    found = {ours: theirs[label] for ours, label in dialect.preface.items() if label in theirs}
    missing = sorted(dialect.preface[each] for each in {"account", "opening", "closing"} - found.keys())
    if dialect.number_from == "preface" and "number" not in found:
        missing.append(dialect.preface["number"])
    if missing:
        raise unreadable(f"“{'”, “'.join(missing)}” tidak ada di atas tabel")
    return found


def _period(preface: dict[str, str], lines: tuple[ReadLine, ...], dialect: Dialect) -> tuple[date, date]:
    booked = [line.booked_on for line in lines]
    stated = [_day(preface[each], dialect) for each in ("from", "to") if each in preface]
    days = booked + stated
    if not days:
        raise unreadable("periode tidak ada")
    return min(days), max(days)


def _line(row: list[str], places: dict[str, int], dialect: Dialect) -> ReadLine:
    def cell(name: str) -> str:
        place = places.get(name)
        if place is None:
            return ""
        if place >= len(row):
            raise unreadable(f"baris “{dialect.delimiter.join(row)[:60]}” terlalu pendek")
        return row[place].strip()

    booked_on = _day(cell("date"), dialect)
    return ReadLine(
        booked_on=booked_on,
        value_on=_day(cell("value_date"), dialect) if cell("value_date") else booked_on,
        amount=_moved(cell("in"), cell("out"), cell("amount"), cell("direction"), dialect),
        remark=cell("remark"),
        bank_reference=cell("reference"),
        counterparty=cell("counterparty"),
        code=cell("code")[:20],
    )


def _moved(came: str, went: str, amount: str, direction: str, dialect: Dialect) -> int:
    if amount:
        told = _amount(amount, dialect)
        return -abs(told) if direction.upper() in dialect.debit_marks else told
    return _amount(came or "0", dialect) - _amount(went or "0", dialect)


def _amount(told: str, dialect: Dialect) -> int:
    plain = told.strip().replace(" ", "").removeprefix("Rp").replace(dialect.thousands, "")
    return sen(plain.replace(dialect.decimal, ".") or "0")


def _day(told: str, dialect: Dialect) -> date:
    for pattern in dialect.dates:
        try:
            return datetime.strptime(told.strip(), pattern).date()  # noqa: DTZ007 - a day, no moment
        except ValueError:
            continue
    raise unreadable(f"“{told[:20]}” bukan tanggal")
