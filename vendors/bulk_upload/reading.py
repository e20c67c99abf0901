"""From a file's rows to what each says of a listing, or to what is wrong with it. Pure: no database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from marketplace.core import spreadsheets
from marketplace.core.transitions import Refused
from vendors.bulk_upload.cells import Reference, line_of_text
from vendors.bulk_upload.columns import ADDED, EXAMPLE, Column, by_name, kinds_named, plain_heading

MOST_ROWS: Final = 50_000
LARGEST_BYTES: Final = 20 * 1024 * 1024
HEADING_WITHIN: Final = 10
"""In which of the first rows the headings must stand: people put a title above their table."""

Problem = tuple[str, str]
"""(column, what is wrong with it): the two halves of “kolom harga: isi angka, contoh 35000”."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The headings of a file: as they stand, which column stands where, and what is not known."""

    line: int
    headings: tuple[str, ...]
    columns: tuple[tuple[int, Column], ...]
    unknown: tuple[str, ...]
    kind: str
    """The kind of offer of a row that does not say: that of the only kind whose attributes have columns."""

    @property
    def fills(self) -> frozenset[str]:
        """What the file says something about."""
        return frozenset(column.fills for _place, column in self.columns)


@dataclass(slots=True)
class Parsed:
    """What one row says: values by what they fill, attributes as text, pictures; and what cannot be read.

    `place` counts the file's rows from 1, `line` is the number beside the row. Only columns of the file are in
    `said`: what a file does not speak of stays as it is.
    """

    place: int
    line: int
    said: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    pictures: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def sku(self) -> str:
        """The code as given; empty when the row has none."""
        return str(self.said.get("sku") or "")


@dataclass(slots=True)
class Sheet:
    """A file that is a table of listings: its layout, and its rows read one by one."""

    content: bytes
    layout: Layout
    total: int

    def rows(self) -> Iterator[tuple[int, int, list[str]]]:
        """(place, line, cells) of every row under the headings."""
        place = 0
        for line, cells in spreadsheets.rows(
            self.content, most_rows=MOST_ROWS + HEADING_WITHIN, largest_bytes=LARGEST_BYTES, keep_lines=True
        ):
            if line > self.layout.line:
                place += 1
                yield place, line, cells


def opened(content: bytes) -> Sheet:
    """Look through a file: find its headings, count its rows.

    Raises:
        Refused: `header_missing`, `column_twice`, `column_missing`, `file_no_rows`, `table_too_many_rows`, and those
            of `core.spreadsheets.rows`.
    """
    layout, total = None, 0
    read = spreadsheets.rows(
        content, most_rows=MOST_ROWS + HEADING_WITHIN, largest_bytes=LARGEST_BYTES, keep_lines=True
    )
    for seen, (line, cells) in enumerate(read, 1):
        if layout is not None:
            total += 1
        elif _is_heading(cells):
            layout = laid_out(line, cells)
        elif seen >= HEADING_WITHIN:
            break
    if layout is None:
        raise Refused(
            "header_missing",
            "Baris judul kolom tidak ditemukan.",
            fix="Pakai templat, atau beri judul kolom: kode, nama, kategori, satuan, harga.",
        )
    if total > MOST_ROWS:
        raise Refused(
            "table_too_many_rows",
            f"Berkas berisi lebih dari {MOST_ROWS:,} baris.".replace(",", "."),
            fix="Bagi menjadi beberapa berkas.",
        )
    if not total:
        raise Refused(
            "file_no_rows", "Berkas hanya berisi judul kolom.", fix="Isi satu baris untuk tiap produk."
        )
    return Sheet(content, layout, total)


def _is_heading(cells: Sequence[str]) -> bool:
    """Two headings that are known make a row of headings."""
    known = by_name()
    return sum(plain_heading(cell) in known for cell in cells) >= 2


def laid_out(line: int, cells: Sequence[str]) -> Layout:
    """The layout of a row of headings. Raises Refused `column_twice`, `column_missing`."""
    known = by_name()
    columns: list[tuple[int, Column]] = []
    unknown: list[str] = []
    for place, cell in enumerate(cells):
        name = plain_heading(cell)
        column = known.get(name)
        if column is not None:
            columns.append((place, column))
        elif name and name not in ADDED:
            unknown.append(line_of_text(cell)[:60])
    fills = [column.fills for _place, column in columns]
    twice = next((column.heading for _place, column in columns if fills.count(column.fills) > 1), None)
    if twice is not None:
        raise Refused(
            "column_twice", f"Kolom “{twice}” tertulis dua kali.", fix="Hapus atau ganti judul salah satunya."
        )
    if not {"sku", "title"} & set(fills):
        raise Refused(
            "column_missing",
            "Kolom “kode” dan “nama” tidak ada; produk tidak dapat dikenali.",
            fix="Tambahkan salah satunya; lebih baik keduanya.",
        )
    kinds = kinds_named(column for _place, column in columns)
    kind = next(iter(kinds)) if len(kinds) == 1 else ""
    return Layout(line, tuple(cells), tuple(columns), tuple(unknown), kind)


def parsed(layout: Layout, place: int, line: int, cells: Sequence[str], reference: Reference) -> Parsed:
    """What a row says under that layout."""
    row = Parsed(place, line)
    count = len(cells)
    for at, column in layout.columns:
        text = cells[at] if at < count else ""
        try:
            value = column.read(text, reference)
        except ValueError as wrong:
            row.problems.append((column.heading, str(wrong)))
            continue
        if column.fills.startswith("attributes."):
            row.attributes[column.fills.removeprefix("attributes.")] = value
        elif column.fills == "pictures":
            row.pictures = value
        else:
            row.said[column.fills] = value
    return row


def is_example(layout: Layout, cells: Sequence[str]) -> bool:
    """Whether a row is the template's example."""
    place = next((at for at, column in layout.columns if column.fills == "sku"), None)
    return place is not None and place < len(cells) and cells[place].strip() == EXAMPLE


def made_sku(said: Mapping[str, Any]) -> str:
    """The code of a row that gives none: from its name, kind and unit, so that the same row finds its listing again."""
    text = "\n".join(line_of_text(str(said.get(name) or "")).casefold() for name in ("title", "kind", "unit"))
    return "EO-" + sha256(text.encode()).hexdigest()[:12].upper()
