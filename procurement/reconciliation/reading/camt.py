"""camt.053, the ISO 20022 bank statement. Any version of the schema; no DTD, no entity, nothing fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from procurement.reconciliation.reading.parsed import ReadLine, ReadStatement, counted, sen, unreadable

_BOOKED: Final = ("BOOK", "")


def recognises(content: bytes) -> bool:
    """Whether a file looks like camt.053."""
    head = content[:4_000]
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and b"camt.053" in head


def read(content: bytes) -> list[ReadStatement]:
    """The statements of a file. Raises Refused `statement.unreadable` for broken XML, a DTD or an entity."""
    try:
        root = fromstring(content, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as forbidden:
        raise unreadable("XML memuat DTD atau entitas, yang tidak dipakai bank") from forbidden
    except (ParseError, ValueError, LookupError) as wrong:
        raise unreadable("XML rusak") from wrong
    for each in root.iter():
        each.tag = each.tag.rpartition("}")[2]
    found = [_statement(each) for each in root.iter("Stmt")]
    if not found:
        raise unreadable("tidak ada rekening koran (Stmt) di dalamnya")
    return found


def _statement(told: Element) -> ReadStatement:
    balances = {_said(each, "Tp/CdOrPrtry/Cd"): each for each in told.findall("Bal")}
    opening = next((balances[code] for code in ("OPBD", "PRCD") if code in balances), None)
    closing = balances.get("CLBD")
    number = _said(told, "LglSeqNb") or _said(told, "ElctrncSeqNb") or _said(told, "Id")
    account = _said(told, "Acct/Id/Othr/Id") or _said(told, "Acct/Id/IBAN")
    if opening is None or closing is None or not number or not account:
        raise unreadable("nomor rekening, nomor rekening koran atau saldo tidak ada")
    currency = _said(told, "Acct/Ccy") or _currency(opening)
    lines = tuple(_lines(told, currency))
    if _currency(opening) != currency or _currency(closing) != currency:
        raise unreadable("mata uang saldo berbeda dari mata uang rekening")
    return ReadStatement(
        account=re.sub(r"\D", "", account),
        currency=currency,
        number=number[:35],
        sequence=counted(number),
        period_from=_first(told, "FrToDt/FrDtTm", opening, [line.booked_on for line in lines]),
        period_to=_last(told, "FrToDt/ToDtTm", closing, [line.booked_on for line in lines]),
        opening=_signed(opening),
        closing=_signed(closing),
        lines=lines,
    )


def _first(told: Element, path: str, balance: Element, booked: list[date]) -> date:
    stated = _said(told, path)
    return _day(stated) if stated else min([*booked, _day_of(balance, "Dt")])


def _last(told: Element, path: str, balance: Element, booked: list[date]) -> date:
    stated = _said(told, path)
    return max([*booked, _day(stated) if stated else _day_of(balance, "Dt")])


def _lines(told: Element, currency: str) -> Iterator[ReadLine]:
    for entry in told.findall("Ntry"):
        if (_said(entry, "Sts/Cd") or _said(entry, "Sts")) not in _BOOKED:
            continue  # announced, not booked: it is not in the balance
        if _currency(entry) != currency:
            raise unreadable("ada baris dalam mata uang lain")
        yield _line(entry)


def _line(entry: Element) -> ReadLine:
    amount = _signed(entry)
    party = "Dbtr" if amount > 0 else "Cdtr"
    details = [*_all(entry, "Ustrd"), *_all(entry, "Ref"), _said(entry, "AddtlNtryInf")]
    references = [*_all(entry, "EndToEndId"), *_all(entry, "InstrId"), *_all(entry, "TxId")]
    own = _said(entry, "AcctSvcrRef")
    named = [each for each in [*references, own] if each not in {"NOTPROVIDED", "NONREF", ""}]
    booked_on = _day_of(entry, "BookgDt")
    return ReadLine(
        booked_on=booked_on,
        value_on=_day_of(entry, "ValDt", booked_on),
        amount=amount,
        remark="\n".join(filter(None, details)),
        bank_reference=" ".join(dict.fromkeys(named)),
        counterparty=next((_said(each, "Nm") or _said(each, "Pty/Nm") for each in entry.iter(party)), ""),
        code=_said(entry, "BkTxCd/Prtry/Cd") or _said(entry, "BkTxCd/Domn/Fmly/SubFmlyCd"),
        is_reversal=_said(entry, "RvslInd") == "true",
    )


def _said(told: Element, path: str) -> str:
    found = told.find(path)
    return (found.text or "").strip() if found is not None else ""


def _all(told: Element, tag: str) -> list[str]:
    return [(each.text or "").strip() for each in told.iter(tag) if (each.text or "").strip()]


def _currency(told: Element) -> str:
    amount = told.find("Amt")
    return amount.get("Ccy", "") if amount is not None else ""


def _signed(told: Element) -> int:
    """Sen with the sign of CdtDbtInd; of a reversal, too, it says which way the money went."""
    direction = _said(told, "CdtDbtInd")
    if direction not in {"CRDT", "DBIT"}:
        raise unreadable("arah uang (CdtDbtInd) tidak ada")
    amount = sen(_said(told, "Amt"))
    if amount < 0:
        raise unreadable("nilai di bawah nol")
    return amount if direction == "CRDT" else -amount


def _day_of(told: Element, tag: str, otherwise: date | None = None) -> date:
    stated = _said(told, f"{tag}/Dt") or _said(told, f"{tag}/DtTm")
    if not stated and otherwise is not None:
        return otherwise
    return _day(stated)


def _day(stated: str) -> date:
    try:
        return date.fromisoformat(stated[:10])
    except ValueError as wrong:
        raise unreadable(f"“{stated[:20]}” bukan tanggal") from wrong
