"""Spreadsheets of listings as people get them: sheets DATA, REF and Keterangan, or CSV. Pure: no database.

The same columns are written here as are read in `reading`. Texts are neutralised, so that no spreadsheet program
takes a product's name for a formula. Equal contents give equal bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import IO, Any, Final

import xlsxwriter

from marketplace.core.spreadsheets import csv_lines, neutralised
from vendors.bulk_upload.cells import KINDS, Cell
from vendors.bulk_upload.columns import TAX_CLASSES, Column, columns_of

DATA, REFERENCE, NOTES = "DATA", "REF", "Keterangan"
LAST_ROW: Final = 50_000
MARK: Final = b"\xef\xbb\xbf"
"""Tells spreadsheet programs that a CSV is UTF-8."""
UNITS: Final = (
    *(
        "buah",
        "kotak",
        "porsi",
        "paket",
        "dus",
        "rim",
        "lusin",
        "set",
        "lembar",
        "botol",
        "kilogram",
        "liter",
    ),
    *("meter", "meter persegi", "unit", "orang/hari", "kegiatan", "bulan"),
)
WORDS: Final = (
    "Isi lembar DATA: satu baris satu produk. Judul kolom bertanda * wajib diisi.",
    "Baris CONTOH tidak ikut dibaca; boleh dihapus.",
    "Urutan kolom boleh diubah, kolom yang tidak dipakai boleh dihapus. Judul kolom jangan diganti.",
    "Baris dengan kode yang sudah ada mengubah produk itu. Kolom yang tidak ada di berkas tidak mengubah apa pun.",
    "Tidak ada yang tersimpan sebelum Anda melihat hasil pemeriksaan dan menekan Simpan.",
)
_MADE_AT: Final = datetime(2026, 1, 1)  # noqa: DTZ001 - a fixed day in the file's properties, for equal bytes
_LISTED: Final = {"category_id": "A", "unit": "B", "tax_class": "C"}
"""Columns whose drop-down is long, and so stands in a column of REF."""
_AS_TEXT: Final = frozenset({"sku", "kbki_code", "area_codes", "regional_prices"})


class Book:
    """An xlsx file being written. Rows go to the disk as they come, so that 50,000 of them fit into little memory."""

    def __init__(self, file: IO[bytes]) -> None:
        self._book = xlsxwriter.Workbook(
            file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        self._book.set_properties({"created": _MADE_AT, "title": "Produk"})
        self.sheet = self._book.add_worksheet(DATA)
        add = self._book.add_format
        self._heading = add(
            {"bold": True, "bg_color": "#eff5fd", "bottom": 1, "text_wrap": True, "valign": "top"}
        )
        self._required = add(
            {"bold": True, "bg_color": "#196bcd", "font_color": "#ffffff", "text_wrap": True}
        )
        self._red = add({"font_color": "#d50b0b", "bg_color": "#fdeded", "text_wrap": True, "valign": "top"})
        self._red_heading = add({"bold": True, "font_color": "#ffffff", "bg_color": "#d50b0b"})
        self._example = add({"italic": True, "font_color": "#525252", "bg_color": "#f8f8f7"})
        self._counted = add({"num_format": "#,##0"})
        self._text = add({"num_format": "@"})
        self._wrapped = add({"text_wrap": True, "valign": "top"})

    def lay_out(self, columns: Iterable[tuple[int, Column]], ways: Iterable[str]) -> None:
        """Widths, number formats and drop-downs of the columns at their places. Call it before any row."""
        lists = {"category_id": sorted(ways), "unit": list(UNITS)}
        for place, column in columns:
            shape = self._text if column.fills in _AS_TEXT else self._counted if column.counted else None
            self.sheet.set_column(place, place, column.width, shape)
            choices = lists.get(column.fills, list(column.choices))
            if choices:
                self._drop_down(place, column, choices)

    def _drop_down(self, place: int, column: Column, choices: Sequence[str]) -> None:
        source: Any = list(choices)
        if letter := _LISTED.get(column.fills):
            source = f"={REFERENCE}!${letter}$2:${letter}${len(choices) + 1}"
        self.sheet.data_validation(
            1,
            place,
            LAST_ROW,
            place,
            {
                "validate": "list",
                "source": source,
                "show_error": column.fills != "unit",
                "error_title": "Pilih dari daftar",
                "error_message": column.note[:250],
            },
        )

    def write_headings(self, row: int, columns: Iterable[tuple[int, Column]]) -> None:
        """Headings with their explanations as comments, and a frozen first row."""
        for place, column in columns:
            self.sheet.write_string(
                row, place, column.shown, self._required if column.required else self._heading
            )
            if column.note:
                self.sheet.write_comment(row, place, column.note, {"author": "e-Order", "x_scale": 1.6})
        self.sheet.freeze_panes(row + 1, 0)

    def write_headings_as_given(self, row: int, headings: Iterable[str]) -> None:
        """Headings in the words of whoever made the file."""
        for place, heading in enumerate(headings):
            if heading:
                self.sheet.write_string(row, place, neutralised(heading), self._heading)
        self.sheet.freeze_panes(row + 1, 0)

    def write(self, row: int, cells: Iterable[tuple[int, Cell]], *, example: bool = False) -> None:
        """One row: whole numbers as numbers, texts as texts."""
        shape = self._example if example else None
        for place, cell in cells:
            if isinstance(cell, int):
                self.sheet.write_number(row, place, cell, shape)
            elif cell:
                self.sheet.write_string(row, place, neutralised(cell), shape)

    def write_red(self, row: int, place: int, text: str, *, heading: bool = False) -> None:
        """A cell of the column of errors."""
        if heading:
            self.sheet.set_column(place, place, 60)
        if text:
            self.sheet.write_string(
                row, place, neutralised(text), self._red_heading if heading else self._red
            )

    def close(self, columns: Sequence[Column], ways: Iterable[str]) -> None:
        """Add REF and Keterangan and finish the file."""
        self._write_reference(ways)
        self._write_notes(columns)
        self._book.close()

    def _write_reference(self, ways: Iterable[str]) -> None:
        sheet = self._book.add_worksheet(REFERENCE)
        lists: dict[str, Sequence[str]] = {
            "Kategori": sorted(ways),
            "Satuan": UNITS,
            "Perlakuan pajak": TAX_CLASSES,
            "Jenis": tuple(KINDS.values()),
            "Ya atau tidak": ("ya", "tidak"),
        }
        lists |= {
            column.heading.capitalize(): column.choices
            for column in columns_of(KINDS)
            if column.choices and column.fills.startswith("attributes.") and column.choices != ("ya", "tidak")
        }
        for place, name in enumerate(lists):
            sheet.set_column(place, place, 40 if place == 0 else 22)
            sheet.write_string(0, place, name, self._heading)
        for row in range(max(map(len, lists.values()))):
            for place, values in enumerate(lists.values()):
                if row < len(values):
                    sheet.write_string(row + 1, place, neutralised(values[row]))

    def _write_notes(self, columns: Sequence[Column]) -> None:
        sheet = self._book.add_worksheet(NOTES)
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 10)
        sheet.set_column(2, 2, 90)
        for row, words in enumerate(WORDS):
            sheet.write_string(row, 0, words)
        start = len(WORDS) + 1
        for place, name in enumerate(("Kolom", "Wajib", "Penjelasan")):
            sheet.write_string(start, place, name, self._heading)
        for row, column in enumerate(columns, start + 1):
            sheet.write_string(row, 0, column.heading)
            sheet.write_string(row, 1, "ya" if column.required else "")
            sheet.write_string(row, 2, column.note, self._wrapped)


def template(kind: str, ways: Mapping[int, str], *, form: str = "xlsx") -> bytes:
    """An empty spreadsheet for one kind of offer, with an example row that is never read as a product."""
    columns = columns_of([kind])
    placed = list(enumerate(columns))
    example = [_example(column, kind, ways) for column in columns]
    if form == "csv":
        return MARK + csv_line([column.shown for column in columns]) + csv_line(example)
    file = io.BytesIO()
    book = Book(file)
    book.lay_out(placed, ways.values())
    book.write_headings(0, placed)
    book.write(1, enumerate(example), example=True)
    book.close(columns, ways.values())
    return file.getvalue()


def _example(column: Column, kind: str, ways: Mapping[int, str]) -> Cell:
    if column.fills == "category_id":
        return next(iter(sorted(ways.values())), "")
    return column.examples.get(kind, "")


def csv_line(cells: Iterable[Cell]) -> bytes:
    """One row of CSV as Indonesian spreadsheet programs expect it: semicolons, UTF-8."""
    return next(csv_lines([cells])).encode()
