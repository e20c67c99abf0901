"""From bytes to rows of text, whatever spreadsheet program wrote them. Pure: no database.

Knows comma, semicolon, tab and bar as separators, UTF-8 (with or without mark), UTF-16 and Windows-1252, and JSON
lists with the same fields. A file that cannot be a table is refused as a whole; a row that cannot be a row is a
row error.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from marketplace.core.texts import control_in, decoded
from marketplace.core.transitions import Refused

MAX_BYTES: Final = 40 * 1024 * 1024
"""Largest file read: ten times the plan of the largest region."""
DELIMITERS: Final = (",", ";", "\t", "|")
_KINDS_OF_BINARY: Final = {
    b"PK\x03\x04": "Excel (.xlsx) atau ZIP",
    b"\xd0\xcf\x11\xe0": "Excel lama (.xls)",
    b"%PDF": "PDF",
    b"\x1f\x8b": "arsip gzip",
}
_SAVE_AS_CSV: Final = (
    "Buka berkas di lembar kerja lalu simpan sebagai CSV (UTF-8), atau unduh ulang dari SiRUP."
)


@dataclass(frozen=True, slots=True)
class RowError:
    """Why one row cannot be taken: line of the file, column, what stood there, the reason, and the way to mend it."""

    line: int
    column: str
    value: str
    reason: str
    fix: str

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "line": self.line,
            "column": self.column,
            "value": self.value[:80],
            "reason": self.reason,
            "fix": self.fix,
        }


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file (its place in the list, for JSON) and its values by column name."""

    line: int
    values: dict[str, str]


@dataclass
class Table:
    """A file as rows of text, with what was found out about it on the way."""

    rows: list[Row] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    encoding: str = "utf-8"
    delimiter: str = ""
    unknown_columns: list[str] = field(default_factory=list)


def read_table(content: bytes, *, known: frozenset[str], required: Sequence[str]) -> Table:
    """Read `content` as CSV or JSON. Raises Refused when it is no table or lacks one of the `required` columns."""
    if len(content) > MAX_BYTES:
        raise Refused(
            "file_too_large",
            f"Berkas {len(content) // 1024 // 1024} MB terlalu besar; paling besar {MAX_BYTES // 1024 // 1024} MB.",
            fix="Bagi berkas per satuan kerja.",
        )
    text, encoding = _decode(content)
    if not text.strip():
        raise Refused("file_empty", "Berkas kosong.", fix="Unduh ulang berkas dari SiRUP.")
    table = (
        _read_json(text, known, required) if text.lstrip()[:1] in "[{" else _read_csv(text, known, required)
    )
    table.encoding = encoding
    return table


def _decode(content: bytes) -> tuple[str, str]:
    for magic, kind in _KINDS_OF_BINARY.items():
        if content.startswith(magic):
            raise Refused("file_binary", f"Berkas ini {kind}, bukan CSV atau JSON.", fix=_SAVE_AS_CSV)
    read = decoded(content)
    if read is None:
        raise Refused("file_binary", "Berkas ini bukan teks.", fix=_SAVE_AS_CSV)
    return read


def _read_csv(text: str, known: frozenset[str], required: Sequence[str]) -> Table:
    first_line = next(line for line in text.splitlines() if line.strip())
    delimiter = max(DELIMITERS, key=lambda each: len(known & set(_header(first_line, each))))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    table = Table(delimiter=delimiter)
    try:
        header = next(row for row in reader if any(cell.strip() for cell in row))
    except csv.Error as broken:
        raise _no_header(required) from broken
    columns = [_column_name(cell) for cell in header]
    _check_columns(columns, known, required)
    table.unknown_columns = [name for name in columns if name and name not in known]
    for line, cells, reason in _rows(reader):
        if reason:
            table.errors.append(_broken_row(line, reason))
        elif hidden := control_in("".join(cells)):
            table.errors.append(_hidden(line, hidden))
        elif len(cells) != len(columns):
            table.errors.append(_wrong_length(line, len(cells), len(columns)))
        else:
            values = {name: cell.strip() for name, cell in zip(columns, cells, strict=True) if name in known}
            table.rows.append(Row(line, values))
    if not table.rows and not table.errors:
        raise Refused("file_no_rows", "Berkas hanya berisi judul kolom, tanpa baris data.", fix=_SAVE_AS_CSV)
    return table


def _header(line: str, delimiter: str) -> list[str]:
    return [_column_name(cell) for cell in line.split(delimiter)]


def _column_name(cell: str) -> str:
    return cell.strip().strip('"').strip().lower().replace(" ", "_")


def _rows(reader: Any) -> Iterator[tuple[int, list[str], str]]:
    """Yield (line, cells, reason); the reason is set when the csv module cannot make sense of the row."""
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as broken:
            yield line, [], str(broken)
            continue
        if any(cell.strip() for cell in cells):
            yield line, cells, ""


def _broken_row(line: int, reason: str) -> RowError:
    return RowError(
        line,
        "",
        "",
        f"Baris tidak dapat dibaca (tanda kutip tidak berpasangan): {reason}.",
        "Periksa tanda kutip pada baris ini, atau unduh ulang berkasnya.",
    )


def _hidden(line: int, character: str) -> RowError:
    return RowError(
        line,
        "",
        "",
        f"Baris memuat karakter yang tidak terlihat ({character}).",
        "Unduh ulang berkasnya, atau ketik ulang baris ini.",
    )


def _wrong_length(line: int, found: int, wanted: int) -> RowError:
    return RowError(
        line,
        "",
        "",
        f"Baris berisi {found} kolom, seharusnya {wanted}: terpotong atau pemisahnya keliru.",
        "Unduh ulang berkas; bila disunting sendiri, beri tanda kutip pada nilai yang memuat tanda pemisah.",
    )


def _check_columns(columns: Sequence[str], known: frozenset[str], required: Sequence[str]) -> None:
    if not known & set(columns):
        raise _no_header(required)
    missing = [name for name in required if name not in columns]
    if missing:
        raise Refused(
            "column_missing",
            f"Kolom wajib tidak ada: {', '.join(missing)}.",
            fix="Unduh berkas lengkap dari SiRUP; urutan kolom boleh berbeda, judulnya tidak boleh diubah.",
        )
    twice = sorted({name for name in columns if name in known and columns.count(name) > 1})
    if twice:
        raise Refused(
            "column_twice", f"Kolom tertulis dua kali: {', '.join(twice)}.", fix="Hapus salah satu kolomnya."
        )


def _no_header(required: Sequence[str]) -> Refused:
    return Refused(
        "header_missing",
        "Baris pertama bukan judul kolom yang dikenal.",
        fix=f"Baris pertama harus memuat antara lain: {', '.join(required)}.",
    )


def _read_json(text: str, known: frozenset[str], required: Sequence[str]) -> Table:
    try:
        # Numbers stay text, so that no amount ever passes through a float.
        parsed = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError) as broken:
        raise Refused(
            "json_broken", f"Berkas JSON tidak dapat dibaca: {broken}.", fix="Unduh ulang berkasnya."
        ) from broken
    items = parsed.get("data") if isinstance(parsed, dict) else parsed
    if not isinstance(items, list) or not items:
        raise Refused(
            "json_no_list",
            "Berkas JSON harus berupa daftar baris.",
            fix="Isi: [{…}, {…}] seperti dari SiRUP.",
        )
    table = _json_table(items)
    written = dict.fromkeys(name for item in items if isinstance(item, dict) for name in item)
    columns = list(dict.fromkeys(_column_name(name) for name in written))
    _check_columns(columns, known, required)
    table.unknown_columns = [name for name in columns if name not in known]
    return table


def _json_table(items: Iterable[Any]) -> Table:
    table = Table(delimiter="json")
    for number, item in enumerate(items, 1):
        if isinstance(item, dict) and all(not isinstance(value, (dict, list)) for value in item.values()):
            values = {_column_name(str(name)): _json_text(value) for name, value in item.items()}
            hidden = control_in("".join(values.values()))
            if hidden:
                table.errors.append(_hidden(number, hidden))
            else:
                table.rows.append(Row(number, values))
        else:
            reason = "Butir ini bukan objek dengan nilai sederhana."
            table.errors.append(RowError(number, "", str(item), reason, "Tulis satu objek untuk tiap baris."))
    return table


def _json_text(value: object) -> str:
    return "" if value is None else str(value).strip()
