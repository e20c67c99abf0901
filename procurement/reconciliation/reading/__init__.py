"""Reading bank statements: the format is found out from the content, never from the file's name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from marketplace.core.transitions import Refused
from procurement.reconciliation.reading import camt, swift, table
from procurement.reconciliation.reading.parsed import (
    MAX_LINES,
    ReadLine,
    ReadStatement,
    insist_closes,
    insist_days,
    shown,
    unreadable,
)

__all__ = ["ReadFile", "ReadLine", "ReadStatement", "read_file", "shown"]

MAX_BYTES: Final = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What a file holds: its format in words, and its statements in the order of their days."""

    format: str
    statements: tuple[ReadStatement, ...]


def read_file(content: bytes) -> ReadFile:
    """Read a bank's file and check that each statement in it closes.

    Raises Refused `statement.too_large`, `statement.unreadable`, `statement.amount`, `statement.empty_line`,
    `statement.does_not_close` (all figures), `statement.double` (one statement twice in the file).
    """
    if len(content) > MAX_BYTES:
        raise Refused(
            "statement.too_large",
            f"Berkas lebih dari {MAX_BYTES // 1024 // 1024} MB.",
            fix="Unduh rekening koran per minggu atau per bulan.",
        )
    found = _read(content)
    if sum(len(each.lines) for each in found.statements) > MAX_LINES:
        raise unreadable(f"lebih dari {MAX_LINES} baris")
    for statement in found.statements:
        if any(line.amount == 0 for line in statement.lines):
            raise Refused(
                "statement.empty_line", f"Rekening koran {statement.number} memuat baris bernilai nol."
            )
        insist_days(statement)
        insist_closes(statement)
    named = {(each.account, each.period_to.year, each.number) for each in found.statements}
    if len(named) != len(found.statements):
        raise Refused("statement.double", "Satu rekening koran ada dua kali di dalam berkas ini.")
    return found


def _read(content: bytes) -> ReadFile:
    if camt.recognises(content):
        return _in_order("camt.053", camt.read(content))
    if swift.recognises(content):
        return _in_order("MT940", swift.read(content))
    dialect = table.recognised(content)
    if dialect is not None:
        return _in_order(dialect.name, table.read(content, dialect))
    raise unreadable("formatnya bukan MT940, camt.053 atau CSV bank yang dikenal")


def _in_order(name: str, statements: list[ReadStatement]) -> ReadFile:
    ordered = sorted(statements, key=lambda each: (each.account, each.period_from, each.sequence or 0))
    return ReadFile(name, tuple(ordered))
