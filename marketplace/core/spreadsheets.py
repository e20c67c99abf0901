"""Tables people upload, whatever program wrote them, as rows of text; and text that a spreadsheet will not run.

Reads xlsx, xls and ods (calamine) and CSV with semicolon, comma, tab or bar, in UTF-8, UTF-16 or Windows-1252. What a
file is, is found out by its content.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import python_calamine

from marketplace.core import archives
from marketplace.core.texts import control_in, decoded
from marketplace.core.transitions import Refused

MEGABYTE: Final = 1024 * 1024
LARGEST_BYTES: Final = 20 * MEGABYTE
LARGEST_UNPACKED: Final = 160 * MEGABYTE
"""What the parts of an xlsx or ods file may hold together: 50,000 rows of 30 columns need half of it."""
MOST_ROWS: Final = 50_000
MOST_COLUMNS: Final = 100
LONGEST_CELL: Final = 10_000
DELIMITERS: Final = (";", ",", "\t", "|")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_MACROS: Final = ("vbaproject", "macrosheets", "activex", "scripts/", "basic/")
Cleaner = Callable[[str], str]
_SAVE_AGAIN: Final = "Simpan ulang sebagai Excel (.xlsx) atau CSV, lalu unggah lagi."


def rows(
    content: bytes,
    *,
    most_rows: int = MOST_ROWS,
    largest_bytes: int = LARGEST_BYTES,
    keep_lines: bool = False,
) -> Iterator[tuple[int, list[str]]]:
    """(line in the file from 1, cells as people read them) of the first sheet; lines without any text are left out.

    Args:
        content: the file as it came.
        most_rows: rows with text, the header included.
        largest_bytes: most bytes of the file itself.
        keep_lines: leave the line breaks within a cell; without it a cell is one line.

    Raises:
        Refused: `table_empty`, `table_too_large`, `table_type`, `table_broken`, `table_macros`, `table_too_many_rows`,
            `table_too_wide`, `table_control`, and those of `archives.refuse_bomb`. It may come after some rows.
    """
    if not content.strip():
        raise Refused("table_empty", "Berkas kosong.", fix=_SAVE_AGAIN)
    if len(content) > largest_bytes:
        raise Refused(
            "table_too_large",
            f"Berkas lebih besar dari {largest_bytes // MEGABYTE} MB.",
            fix="Bagi menjadi beberapa berkas.",
        )
    found = 0
    for line, cells in enumerate(_all_rows(content, _in_lines if keep_lines else _plain), 1):
        if not any(cells):
            continue
        found += 1
        if found > most_rows:
            raise Refused(
                "table_too_many_rows",
                f"Berkas berisi lebih dari {most_rows:,} baris.".replace(",", "."),
                fix="Bagi menjadi beberapa berkas.",
            )
        if len(cells) > MOST_COLUMNS:
            raise Refused(
                "table_too_wide", f"Ada baris dengan lebih dari {MOST_COLUMNS} kolom.", fix=_SAVE_AGAIN
            )
        hidden = control_in("".join(cells))
        if hidden:
            raise Refused(
                "table_control",
                f"Baris {line} memuat karakter yang tidak terlihat ({hidden}).",
                fix=_SAVE_AGAIN,
            )
        yield line, cells
    if not found:
        raise Refused("table_empty", "Berkas tidak berisi satu baris pun.", fix=_SAVE_AGAIN)


def _all_rows(content: bytes, cleaned: Cleaner) -> Iterator[list[str]]:
    if content.lstrip()[:5] in {b"%PDF-", b"{\\rtf", b"<html", b"<?xml", b"<!DOC"}:
        raise Refused("table_type", "Berkas ini bukan lembar kerja atau CSV.", fix=_SAVE_AGAIN)
    if content.startswith(_ZIP):
        if any(part in name.lower() for name in archives.names(content) for part in _MACROS):
            raise Refused("table_macros", "Berkas ini memuat makro.", fix=_SAVE_AGAIN)
        archives.refuse_bomb(content, largest_total=LARGEST_UNPACKED)
        return _sheet_rows(content, cleaned)
    if content.startswith(_OLE):
        return _sheet_rows(content, cleaned)
    return _text_rows(content, cleaned)


def _sheet_rows(content: bytes, cleaned: Cleaner) -> Iterator[list[str]]:
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = book.get_sheet_by_index(0)
        if sheet.width > MOST_COLUMNS * 2:
            raise Refused("table_too_wide", f"Lembar ini lebih dari {MOST_COLUMNS} kolom.", fix=_SAVE_AGAIN)
        first = (sheet.start or (0, 0))[0]
        yield from ([] for _empty in range(first))
        for row in sheet.iter_rows():
            yield _trimmed([cleaned(cell) if isinstance(cell, str) else as_text(cell) for cell in row])
    except (python_calamine.CalamineError, ValueError, OSError, IndexError) as broken:
        raise Refused("table_broken", "Lembar kerja ini tidak dapat dibaca.", fix=_SAVE_AGAIN) from broken


def _text_rows(content: bytes, cleaned: Cleaner) -> Iterator[list[str]]:
    read = decoded(content)
    if read is None:
        raise Refused("table_type", "Berkas ini bukan lembar kerja atau CSV.", fix=_SAVE_AGAIN)
    text = read[0]
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 0
    try:
        for cells in reader:
            # A quoted cell may span lines: later rows keep the number people see in their editor.
            yield from ([] for _inside in range(reader.line_num - line - 1))
            line = reader.line_num
            yield _trimmed([cleaned(cell) for cell in cells])
    except csv.Error as broken:
        raise Refused("table_broken", f"Baris {line + 1} tidak dapat dibaca.", fix=_SAVE_AGAIN) from broken


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells


def as_text(cell: Any) -> str:
    """A cell as people read it: whole numbers without `.0`, days as 2026-08-17, truth as ya or tidak."""
    if isinstance(cell, str):
        return _plain(cell)
    if isinstance(cell, bool):
        return "ya" if cell else "tidak"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell).replace(".", ",")
    if isinstance(cell, datetime):
        return (
            cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ", timespec="minutes")
        )
    if isinstance(cell, date | time | timedelta | int):
        return str(cell)
    return ""


def _plain(text: str) -> str:
    return without_mark(" ".join(text[:LONGEST_CELL].split()))


def _in_lines(text: str) -> str:
    if "\n" not in text and "\r" not in text:
        return _plain(text)
    lines = (" ".join(line.split()) for line in text[:LONGEST_CELL].splitlines())
    return without_mark("\n".join(lines).strip())


_RUN: Final = ("=", "+", "-", "@")
"""With what a cell begins that a spreadsheet program may take for a formula."""


def neutralised(text: str) -> str:
    """`text` so that no spreadsheet program runs it as a formula: an apostrophe in front where needed."""
    bare = text.lstrip("'")
    return "'" + text if bare.startswith(_RUN) or text.startswith(("\t", "\r", "\n")) else text


class _Handing:
    """What `csv` writes to: it hands back the line."""

    def write(self, text: str) -> str:
        return text


def csv_lines(rows: Iterable[Iterable[object]], *, delimiter: str = ";") -> Iterator[str]:
    """Rows as lines of CSV, one after the other; no text among the cells runs as a formula."""
    writer = csv.writer(_Handing(), delimiter=delimiter)
    for row in rows:
        yield writer.writerow([neutralised(cell) if isinstance(cell, str) else cell for cell in row])


def without_mark(text: str) -> str:
    """The inverse of `neutralised`: what was exported comes back as it was."""
    bare = text.lstrip("'")
    return text[1:] if text.startswith("'") and bare.startswith(_RUN) else text
