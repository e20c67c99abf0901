"""The rows of a table as CSV and as JSON, one after the other."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from typing import Any

from marketplace.core.spreadsheets import neutralised
from procurement.opendata.lkpp.shapes import Shape


class _Line:
    """What a CSV writer writes to: it hands back the line."""

    def write(self, text: str) -> str:
        return text


def csv_lines(shape: Shape, year: int) -> Iterator[str]:
    """Comma-separated lines with a header; no cell of people's text runs as a formula in a spreadsheet program."""
    writer = csv.writer(_Line())
    yield str(writer.writerow(shape.columns))
    for row in shape.rows(year):
        yield str(writer.writerow(_safe(row)))


def _safe(row: Sequence[Any]) -> list[Any]:
    return [neutralised(cell) if isinstance(cell, str) else cell for cell in row]


def json_lines(shape: Shape, year: int) -> Iterator[str]:
    """A JSON array of objects; numbers are numbers, and nothing is changed for the sake of spreadsheets."""
    lead = "["
    for row in shape.rows(year):
        yield lead + json.dumps(dict(zip(shape.columns, row, strict=True)), ensure_ascii=False)
        lead = ",\n"
    yield "]\n" if lead != "[" else "[]\n"
