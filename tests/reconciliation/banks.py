"""Bank statements as three banks write them, from one plain description."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

from marketplace.accounts.models import Organisation
from marketplace.accounts.personal_data import masked
from marketplace.core import clock
from marketplace.regulation.models import Region
from procurement.reconciliation.actions.accounts import hash_of
from procurement.reconciliation.models import OwnAccount

DAY = date(2026, 10, 5)


@dataclass(frozen=True)
class Move:
    """One movement: sen, what the bank prints, the bank's own reference."""

    amount: int
    remark: str
    reference: str = ""
    day: date = DAY
    reversal: bool = False


def account(
    region: Region, number: str = "1230004567", *, kind: str = "BANK", unit: Organisation | None = None
) -> OwnAccount:
    """A registered account of that number."""
    return OwnAccount.objects.create(
        region=region,
        organisation=unit,
        kind=kind,
        name=f"Rekening {kind}",
        bank_code="111",
        number_masked=masked(number),
        number_hash=hash_of(number),
        opened_at=clock.now(),
    )


def _decimal(sen: int, mark: str = ",") -> str:
    return f"{abs(sen) // 100}{mark}{abs(sen) % 100:02}"


def mt940(
    moves: Sequence[Move],
    *,
    number: int = 1,
    opening: int = 0,
    account: str = "1230004567",
    day: date = DAY,
    closing: int | None = None,
    currency: str = "IDR",
    width: int = 65,
) -> bytes:
    """SWIFT's format; remarks are wrapped at `width` as banks do."""
    closed = opening + sum(move.amount for move in moves) if closing is None else closing
    rows = [f":20:ST{number}", f":25:{account}", f":28C:{number}/1"]
    rows.append(f":60F:{_mark(opening)}{day:%y%m%d}{currency}{_decimal(opening)}")
    for move in moves:
        mark = ("RD" if move.amount > 0 else "RC") if move.reversal else ("C" if move.amount > 0 else "D")
        rows.append(
            f":61:{move.day:%y%m%d}{move.day:%m%d}{mark}{_decimal(move.amount)}NTRF{move.reference or 'NONREF'}"
        )
        text = move.remark or "-"
        rows.append(":86:" + "\n".join(text[i : i + width] for i in range(0, len(text), width)))
    last = max([day, *(move.day for move in moves)])
    rows.append(f":62F:{_mark(closed)}{last:%y%m%d}{currency}{_decimal(closed)}")
    return ("\r\n".join("\n".join(rows).split("\n")) + "\r\n-\r\n").encode()


def _mark(sen: int) -> str:
    return "D" if sen < 0 else "C"


def camt(
    moves: Sequence[Move],
    *,
    number: int = 1,
    opening: int = 0,
    account: str = "1230004567",
    day: date = DAY,
    closing: int | None = None,
    currency: str = "IDR",
) -> bytes:
    """ISO 20022."""
    closed = opening + sum(move.amount for move in moves) if closing is None else closing
    last = max([day, *(move.day for move in moves)])

    def balance(code: str, sen: int, on: date) -> str:
        return (
            f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_money(sen, currency)}"
            f"<Dt><Dt>{on}</Dt></Dt></Bal>"
        )

    entries = "".join(
        f"<Ntry>{_money(move.amount, currency)}<RvslInd>{str(move.reversal).lower()}</RvslInd>"
        f"<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{move.day}</Dt></BookgDt><ValDt><Dt>{move.day}</Dt></ValDt>"
        f"<NtryDtls><TxDtls><Refs><EndToEndId>{escape(move.reference or 'NOTPROVIDED')}</EndToEndId></Refs>"
        f"<RmtInf><Ustrd>{escape(move.remark)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
        for move in moves
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>'
        f"<Id>S{number}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb>"
        f"<Acct><Id><Othr><Id>{account}</Id></Othr></Id><Ccy>{currency}</Ccy></Acct>"
        f"{balance('OPBD', opening, day)}{balance('CLBD', closed, last)}{entries}"
        "</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def _money(sen: int, currency: str) -> str:
    direction = "DBIT" if sen < 0 else "CRDT"
    return f'<Amt Ccy="{currency}">{_decimal(sen, ".")}</Amt><CdtDbtInd>{direction}</CdtDbtInd>'


def csv(
    moves: Sequence[Move],
    *,
    number: int = 1,
    opening: int = 0,
    account: str = "1230004567",
    day: date = DAY,
    closing: int | None = None,
    currency: str = "IDR",
) -> bytes:
    """The general CSV."""
    closed = opening + sum(move.amount for move in moves) if closing is None else closing
    last = max([day, *(move.day for move in moves)])
    rows = [
        f"Rekening;{account}",
        f"Mata uang;{currency}",
        f"Nomor;{number}",
        f"Dari;{day:%d/%m/%Y}",
        f"Sampai;{last:%d/%m/%Y}",
        f"Saldo awal;{'-' if opening < 0 else ''}{_decimal(opening)}",
        f"Saldo akhir;{'-' if closed < 0 else ''}{_decimal(closed)}",
        "Tanggal;Tanggal valuta;Keterangan;Referensi;Lawan transaksi;Debit;Kredit",
    ]
    for move in moves:
        came = _decimal(move.amount) if move.amount > 0 else ""
        went = _decimal(move.amount) if move.amount < 0 else ""
        on = f"{move.day:%d/%m/%Y}"
        rows.append(f'{on};{on};"{move.remark}";{move.reference};;{went};{came}')
    return "\n".join(rows).encode()


FORMATS = {"mt940": mt940, "camt": camt, "csv": csv}
