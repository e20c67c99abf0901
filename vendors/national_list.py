"""Reading a copy of the national blacklist: rows with a decree, or what is wrong with them, by line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from marketplace.core import identifiers, spreadsheets
from marketplace.core.transitions import Refused

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "npwp": ("npwp",),
    "nib": ("nib",),
    "name": ("name", "nama", "nama penyedia", "nama_penyedia"),
    "decree": ("decree", "sk", "nomor sk", "nomor_sk", "no sk"),
    "act": ("act", "pelanggaran", "jenis pelanggaran", "jenis_pelanggaran"),
    "start": ("start", "mulai", "tanggal mulai", "tanggal_mulai", "berlaku sejak"),
    "end": ("end", "selesai", "tanggal selesai", "tanggal_selesai", "berlaku sampai"),
    "publisher": ("publisher", "penerbit", "instansi"),
}
"""Our name of each column, and the names it goes by in files."""
DAYS: Final = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of the list. One of `npwp` and `nib` may be empty, not both."""

    line: int
    npwp: str
    nib: str
    name: str
    decree: str
    act: str
    starts: date
    ends: date
    publisher: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a line, for the person who has the file."""

    line: int
    column: str
    sentence: str

    def __str__(self) -> str:
        return f"Baris {self.line}, kolom {self.column}: {self.sentence}"


def read(content: bytes) -> Iterator[Listed | Fault]:
    """Every line of a CSV or spreadsheet. Raises Refused `list_columns` for a missing column, and those of `rows`."""
    lines = spreadsheets.rows(content)
    first = next(lines, None)
    where = _columns(first[1] if first else [])
    for line, cells in lines:
        said = {name: cells[at].strip() if at < len(cells) else "" for name, at in where.items()}
        try:
            yield _listed(line, said)
        except _Wrong as wrong:
            yield Fault(line, wrong.column, wrong.sentence)


class _Wrong(Exception):
    def __init__(self, column: str, sentence: str) -> None:
        super().__init__(sentence)
        self.column, self.sentence = column, sentence


def _columns(header: list[str]) -> dict[str, int]:
    named = [" ".join(cell.casefold().split()) for cell in header]
    found = {
        name: next((at for at, cell in enumerate(named) if cell in aliases), -1)
        for name, aliases in COLUMNS.items()
    }
    missing = [name for name, at in found.items() if at < 0]
    if missing:
        raise Refused(
            "list_columns",
            f"Kolom {', '.join(missing)} tidak ada.",
            fix=f"Baris pertama memuat nama kolom: {', '.join(COLUMNS)}.",
        )
    return found


def _listed(line: int, said: Mapping[str, str]) -> Listed:
    npwp = _number("npwp", identifiers.npwp16, said["npwp"])
    nib = _number("nib", identifiers.nib, said["nib"])
    if not npwp and not nib:
        raise _Wrong("npwp", "isi NPWP atau NIB")
    for column in ("name", "decree", "act", "publisher"):
        if not said[column]:
            raise _Wrong(column, "wajib diisi")
    starts, ends = _day("start", said["start"]), _day("end", said["end"])
    if ends < starts:
        raise _Wrong("end", "lebih awal daripada tanggal mulai")
    return Listed(
        line,
        npwp,
        nib,
        said["name"][:200],
        said["decree"][:80],
        said["act"][:500],
        starts,
        ends,
        said["publisher"][:160],
    )


def _number(column: str, check: Callable[[str], str], text: str) -> str:
    if not text:
        return ""
    try:
        return check(text)
    except identifiers.Malformed as malformed:
        raise _Wrong(column, str(malformed)) from None


def _day(column: str, text: str) -> date:
    for pattern in DAYS:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day of law has no hour
        except ValueError:
            continue
    raise _Wrong(column, "isi tanggal, contoh 2026-08-17 atau 17/08/2026")
