"""MT940, SWIFT's customer statement message. The library reads the tags; here they become statements."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import groupby, pairwise
from typing import Any, Final

import mt940

from marketplace.core.transitions import Refused
from procurement.reconciliation.reading.parsed import (
    ReadLine,
    ReadStatement,
    counted,
    readable,
    sen,
    unreadable,
)

# RC and RD (a credit, a debit taken back) carry the sign of the money: without this the library counts RC as income.
_OPTIONS: Final = mt940.Options(reversal_sign=True)
_STARTS: Final = re.compile(rb"^(\{1:|:20:)", re.MULTILINE)
_ENTRY: Final = re.compile(r"^:61:", re.MULTILINE)


def recognises(content: bytes) -> bool:
    """Whether a file looks like MT940."""
    head = content[:4_000]
    return bool(_STARTS.search(head)) and b":25:" in head and (b":60F:" in head or b":60M:" in head)


def read(content: bytes) -> list[ReadStatement]:
    """The statements of a file; pages of one statement (60M/62M) become one. Raises Refused `statement.unreadable`."""
    text = _text(content)
    pages = [_page(block) for block in _blocks(text)]
    if not pages:
        raise unreadable("tidak ada pesan MT940")
    grouped = groupby(pages, key=lambda page: (page.account, page.number))
    return [_joined(list(same)) for _key, same in grouped]


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _blocks(text: str) -> Iterable[str]:
    """The messages of a file without the envelopes (`{1:…}{4:` and `-}`) that some banks leave around them."""
    for block in re.split(r"(?m)^(?=(?:\{1:.*)?:20:)", re.sub(r"(?m)^\{1:.*\{4:\n?", "", text)):
        if block.strip().startswith(":20:"):
            yield re.sub(r"(?m)^-\}?.*\Z", "", block.rstrip())


def _page(block: str) -> ReadStatement:
    try:
        parsed = mt940.parse(readable(block), options=_OPTIONS)
    except Refused:
        raise
    except Exception as wrong:  # whatever a broken file makes the library raise is one answer to the reader
        raise unreadable(f"pesan MT940 rusak ({type(wrong).__name__})") from wrong
    told: dict[str, Any] = parsed.data
    opening = told.get("final_opening_balance") or told.get("intermediate_opening_balance")
    closing = told.get("final_closing_balance") or told.get("intermediate_closing_balance")
    if not (opening and closing and told.get("account_identification") and told.get("statement_number")):
        raise unreadable("nomor rekening, nomor rekening koran atau saldo tidak ada")
    lines = tuple(_line(each.data) for each in parsed if each.data.get("amount") is not None)
    if len(lines) != len(_ENTRY.findall(block)):
        raise unreadable("ada baris :61: yang tidak menurut format")
    number = str(told["statement_number"])
    return ReadStatement(
        account=_account(str(told["account_identification"])),
        currency=str(opening.amount.currency),
        number=number,
        sequence=counted(number),
        period_from=min([_day(opening.date), *(line.booked_on for line in lines)]),
        period_to=max([_day(closing.date), *(line.booked_on for line in lines)]),
        opening=sen(opening.amount.amount),
        closing=sen(closing.amount.amount),
        lines=lines,
    )


def _joined(pages: list[ReadStatement]) -> ReadStatement:
    """One statement of its pages, each of which continues the one before."""
    for earlier, later in pairwise(pages):
        if earlier.closing != later.opening:
            raise unreadable(f"halaman rekening koran {later.number} tidak menyambung")
    first, last = pages[0], pages[-1]
    return ReadStatement(
        account=first.account,
        currency=first.currency,
        number=first.number,
        sequence=first.sequence,
        period_from=first.period_from,
        period_to=last.period_to,
        opening=first.opening,
        closing=last.closing,
        lines=tuple(line for page in pages for line in page.lines),
    )


def _line(told: dict[str, Any]) -> ReadLine:
    amount: Decimal = told["amount"].amount
    references = (told.get("customer_reference"), told.get("bank_reference"))
    named = [str(each).strip() for each in references if each and str(each).strip() != "NONREF"]
    details = [str(told.get(key) or "") for key in ("transaction_details", "extra_details")]
    value_on = _day(told["date"])
    return ReadLine(
        booked_on=_day(told.get("entry_date") or told["date"]),
        value_on=value_on,
        amount=sen(amount),
        remark="\n".join(filter(None, details)),
        bank_reference=" ".join(named),
        code=str(told.get("id") or ""),
        is_reversal=str(told.get("status", "")).startswith("R"),
    )


def _day(told: date) -> date:
    return date(told.year, told.month, told.day)


def _account(told: str) -> str:
    """The account's own number: banks put their code before a stroke, the currency behind."""
    return re.sub(r"\D", "", told.rpartition("/")[2])
