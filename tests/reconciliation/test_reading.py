"""Files of three formats say the same; broken, hostile and untrue ones are refused with the figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from marketplace.core.transitions import Refused
from procurement.reconciliation.reading import MAX_BYTES, read_file
from procurement.reconciliation.reading.parsed import counted, sen, shown
from tests.reconciliation.banks import DAY, FORMATS, Move, camt, csv, mt940

MOVES = [
    Move(15_000_050, "BYR-12-a1b2c3d4e5f6 WS_OB;", "REF1"),
    Move(-2_500_000, "TRANSFER EO-2026-000123 " + "keterangan yang panjang sekali " * 3),
    Move(-100_000, "BIAYA ADM", day=date(2026, 10, 6)),
]


def refused(content: bytes) -> Refused:
    with pytest.raises(Refused) as refusal:
        read_file(content)
    return refusal.value


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_says_the_same(name: str) -> None:
    (statement,) = read_file(FORMATS[name](MOVES, number=7, opening=1_000)).statements
    assert (statement.account, statement.currency, statement.number, statement.sequence) == (
        "1230004567",
        "IDR",
        "7",
        7,
    )
    assert (statement.opening, statement.closing) == (1_000, 12_401_050)
    assert (statement.period_from, statement.period_to) == (DAY, date(2026, 10, 6))
    assert [line.amount for line in statement.lines] == [15_000_050, -2_500_000, -100_000]
    assert statement.lines[0].bank_reference == "REF1" and "a1b2c3d4e5f6" in statement.lines[0].remark
    assert statement.lines[2].booked_on == date(2026, 10, 6)


@pytest.mark.parametrize("name", FORMATS)
def test_what_does_not_close_is_refused_with_the_figures(name: str) -> None:
    refusal = refused(FORMATS[name](MOVES, opening=1_000, closing=12_401_051))
    assert refusal.code == "statement.does_not_close"
    assert "Rp10" in refusal.sentence and "Rp124.010,51" in refusal.sentence and "Rp0,01" in refusal.sentence


@pytest.mark.parametrize("name", ["mt940", "camt"])
def test_reversals_carry_the_sign_of_the_money(name: str) -> None:
    moves = [Move(-5_000, "batal kredit", reversal=True), Move(7_000, "batal debit", reversal=True)]
    (statement,) = read_file(FORMATS[name](moves, opening=50_000)).statements
    assert [(line.amount, line.is_reversal) for line in statement.lines] == [(-5_000, True), (7_000, True)]
    assert statement.closing == 52_000


def test_pages_of_one_statement_become_one_and_must_join() -> None:
    first, second = (
        mt940(MOVES[:1], number=4).decode(),
        mt940(MOVES[1:], number=4, opening=15_000_050).decode(),
    )
    second = second.replace(":28C:4/1", ":28C:4/2").replace(":60F:", ":60M:")
    (statement,) = read_file((first.replace(":62F:", ":62M:") + second).encode()).statements
    assert len(statement.lines) == 3 and statement.opening == 0 and statement.closing == 12_400_050
    broken = mt940(MOVES[1:], number=4, opening=15_000_049).decode().replace(":28C:4/1", ":28C:4/2")
    assert refused((first + broken).encode()).code == "statement.unreadable"


def test_one_file_may_hold_many_days() -> None:
    later = mt940(
        [Move(100, "x", day=date(2026, 10, 7))], number=2, opening=15_000_050, day=date(2026, 10, 7)
    )
    read = read_file(later + mt940(MOVES[:1], number=1))
    assert [each.number for each in read.statements] == ["1", "2"]
    assert refused(mt940(MOVES) + mt940(MOVES)).code in {"statement.double", "statement.unreadable"}


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE camt.053 [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">&b;</Document>"""
ENTITY = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">&a;</Document>"""
DTD = b"""<?xml version="1.0"?><!DOCTYPE x SYSTEM "http://contoh.test/x.dtd">
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"/>"""


@pytest.mark.parametrize("hostile", [LAUGHS, ENTITY, DTD])
def test_entities_and_dtds_are_refused(hostile: bytes) -> None:
    refusal = refused(hostile)
    assert refusal.code == "statement.unreadable" and "DTD" in refusal.sentence


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"\x00" * 200,
        b"halo",
        b"%PDF-1.7 rekening koran",
        camt(MOVES)[:-30],
        mt940(MOVES).replace(b":62F:", b":99F:"),
        mt940(MOVES).replace(b":61:2610051005C", b":61:26X0051005C"),
        camt(MOVES).replace(b"CRDT", b"APA?"),
        camt(MOVES).replace(b"150000.50", b"150000.505"),
        csv(MOVES).replace(b"150000,50", b"seratus"),
        csv(MOVES).replace(b"05/10/2026;", b"35/10/2026;"),
        csv(MOVES).replace(b"Saldo awal", b"Saldo"),
        csv(MOVES).replace(b"150000,50", b"NaN"),
    ],
)
def test_rubbish_is_refused_in_words(broken: bytes) -> None:
    assert refused(broken).code in {"statement.unreadable", "statement.amount"}


@pytest.mark.parametrize("form", [mt940, csv])
@pytest.mark.parametrize("hidden", ["\x00", "\x07", "\x1b", "\x7f"])
def test_a_character_that_nobody_sees_is_refused(form: Callable[..., bytes], hidden: str) -> None:
    refusal = refused(form([Move(5_000, f"BYR{hidden}-1")]))
    assert refusal.code == "statement.unreadable"
    assert f"U+{ord(hidden):04X}" in refusal.sentence


@pytest.mark.parametrize("day", ["31/12/9999", "01/01/0001", "31/12/1999"])
def test_a_day_that_no_bank_can_mean_is_refused(day: str) -> None:
    assert refused(csv(MOVES).replace(b"05/10/2026", day.encode())).code == "statement.unreadable"


@pytest.mark.parametrize("amount", [b"1e999999999", b"9" * 40, b"Infinity", b"-0,001"])
def test_an_amount_that_no_bank_can_mean_is_refused(amount: bytes) -> None:
    assert refused(csv(MOVES).replace(b"150000,50", amount)).code == "statement.amount"


def test_a_number_in_other_digits_counts_nothing() -> None:
    assert counted("7") == 7
    assert counted("²") is None and counted("٧") is None and counted("") is None


def test_a_line_of_nothing_and_a_giant_are_refused() -> None:
    assert refused(csv([Move(0, "nol")])).code == "statement.empty_line"
    assert refused(b" " * (MAX_BYTES + 1)).code == "statement.too_large"


def test_announced_entries_are_no_money() -> None:
    told = camt(MOVES[:1]).replace(b"BOOK", b"PDNG")
    assert refused(told).code == "statement.does_not_close"


def test_the_dialect_with_marks() -> None:
    told = (
        b"No. Rekening,1230004567\nMata Uang,IDR\nPeriode Awal,01-10-2026\nPeriode Akhir,05-10-2026\n"
        b'Saldo Awal,"1,000.00"\nSaldo Akhir,"2,500.50"\n'
        b"Tanggal Transaksi,Uraian Transaksi,Nominal,D/K\n"
        b'03-10-2026,BYR-1-a1b2c3d4e5f6,"2,000.50",K\n04-10-2026,BIAYA ADM,500.00,D\n'
    )
    (statement,) = read_file(told).statements
    assert [line.amount for line in statement.lines] == [200_050, -50_000]
    assert (statement.number, statement.sequence) == ("1005", None)


@pytest.mark.parametrize(("text", "amount"), [("1.5", 150), ("0", 0), ("-2.25", -225), ("1E2", 10_000)])
def test_sen(text: str, amount: int) -> None:
    assert sen(text) == amount


def test_shown() -> None:
    assert (shown(123_456_78), shown(-5), shown(100)) == ("Rp123.456,78", "-Rp0,05", "Rp1")
