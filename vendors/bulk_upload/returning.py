"""The vendor's own file given back: every row where it stood, with a red column of what is wrong or was done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Final

from marketplace.core import spreadsheets
from vendors.bulk_upload import files, reading
from vendors.bulk_upload.cells import Cell
from vendors.bulk_upload.columns import ADDED, ERRORS, OUTCOME, Column, plain_heading
from vendors.bulk_upload.writing import MARK, Book, csv_line
from vendors.models import ListingUpload, UploadRow
from vendors.queries import leaf_categories

_CODE: Final = "kode"


@dataclass(frozen=True, slots=True)
class Remark:
    """What we add to a row: its code, what was done, what is wrong."""

    sku: str
    outcome: str
    errors: str


class Returned:
    """An uploaded file, ready to be written again with our columns beside its own."""

    def __init__(self, upload: ListingUpload) -> None:
        self._content = files.read(upload.sha256)
        self._layout = reading.opened(self._content).layout
        self._ended = bool(upload.outcome)
        self._remarks = _remarks(upload)
        headings = self._layout.headings
        self._kept = [place for place, cell in enumerate(headings) if plain_heading(cell) not in ADDED]
        self._codes_at = next((at for at, column in self._layout.columns if column.fills == "sku"), None)
        self._added = [
            *([] if self._codes_at is not None or not self._ended else [_CODE]),
            *([OUTCOME] if self._ended else []),
            ERRORS,
        ]

    def as_csv(self) -> Iterator[bytes]:
        """The file as CSV; rows keep their numbers."""
        yield MARK
        at = 1
        for line, cells, added in self._rows():
            row = csv_line([*cells, *added])
            yield b"\r\n" * (line + 1 - row.count(b"\n") - at) + row
            at = line + 1

    def as_xlsx(self, file: IO[bytes]) -> None:
        """The file as xlsx; rows keep their numbers, our columns are red."""
        ways = [way for _pk, way in leaf_categories()]
        placed = self._placed()
        book = Book(file)
        book.lay_out(placed, ways)
        counted = {place for place, column in placed if column.counted}
        for line, cells, added in self._rows():
            numbers = (
                (at, int(cell) if at in counted and _is_number(cell) else cell)
                for at, cell in enumerate(cells)
            )
            if line == self._layout.line:
                book.write_headings_as_given(line - 1, cells)
            else:
                book.write(line - 1, numbers)
            for at, text in enumerate(added, len(self._kept)):
                book.write_red(line - 1, at, text, heading=line == self._layout.line)
        book.close([column for _place, column in placed], ways)

    def _placed(self) -> list[tuple[int, Column]]:
        columns = dict(self._layout.columns)
        return [(at, columns[place]) for at, place in enumerate(self._kept) if place in columns]

    def _rows(self) -> Iterator[tuple[int, list[str], list[str]]]:
        """(line, the row's own cells, ours)."""
        for line, cells in spreadsheets.rows(
            self._content,
            most_rows=reading.MOST_ROWS + reading.HEADING_WITHIN,
            largest_bytes=reading.LARGEST_BYTES,
            keep_lines=True,
        ):
            own = [cells[place] if place < len(cells) else "" for place in self._kept]
            if line < self._layout.line:
                yield line, own, []
            elif line == self._layout.line:
                yield line, own, self._added
            else:
                yield line, *self._with_remark(own, self._remarks.get(line))

    def _with_remark(self, own: list[str], remark: Remark | None) -> tuple[list[str], list[str]]:
        if remark is None:
            return own, [""] * len(self._added)
        given = {_CODE: remark.sku, OUTCOME: remark.outcome, ERRORS: remark.errors}
        if self._ended and self._codes_at in self._kept:
            at = self._kept.index(self._codes_at)
            own[at] = own[at] or remark.sku
        return own, [given[name] for name in self._added]


def _remarks(upload: ListingUpload) -> Mapping[int, Remark]:
    """By line; before anything was written only wrong rows have something to say."""
    rows = upload.rows.all() if upload.outcome else upload.rows.filter(verdict=UploadRow.Verdict.WRONG)
    labels = dict(UploadRow.Outcome.choices)
    return {
        line: Remark(sku, str(labels.get(outcome, "")), errors_of(problems))
        for line, sku, outcome, problems in rows.values_list("line", "sku", "outcome", "problems").iterator()
    }


def errors_of(problems: list[tuple[str, str]]) -> str:
    """All that is wrong with a row, in one cell."""
    return "; ".join(f"kolom {column}: {sentence}" for column, sentence in problems)


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, str) and cell.isascii() and cell.isdigit() and len(cell) < 15
