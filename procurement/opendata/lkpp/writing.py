"""The rows of a table as CSV and as JSON, one after the other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain

from marketplace.core.spreadsheets import csv_lines
from procurement.opendata.lkpp.shapes import Shape


def csv_of(shape: Shape, year: int) -> Iterator[str]:
    """Comma-separated lines with a header; no cell of people's text runs as a formula in a spreadsheet program."""
    return csv_lines(chain([shape.columns], shape.rows(year)), delimiter=",")


def json_of(shape: Shape, year: int) -> Iterator[str]:
    """A JSON array of objects; numbers are numbers, and nothing is changed for the sake of spreadsheets."""
    lead = "["
    for row in shape.rows(year):
        yield lead + json.dumps(dict(zip(shape.columns, row, strict=True)), ensure_ascii=False)
        lead = ",\n"
    yield "]\n" if lead != "[" else "[]\n"
