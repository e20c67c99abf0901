"""A page's figures as a file: CSV for spreadsheets (`;`, no formula runs) or JSON, written row by row."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from marketplace.core.spreadsheets import csv_lines

KINDS: Final = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns (code → what people call it), and what they stand on."""

    name: str
    columns: Mapping[str, Any]
    rows: Iterable[Sequence[Any]]
    about: Mapping[str, Any]


def as_file(table: Table, kind: str) -> StreamingHttpResponse | None:
    """The table as the kind of file that was asked for; None when none was."""
    if kind not in KINDS:
        return None
    written = _csv(table) if kind == "csv" else _json(table)
    response = StreamingHttpResponse(written, content_type=KINDS[kind])
    response["Content-Disposition"] = f'attachment; filename="{table.name}.{kind}"'
    return response


def _csv(table: Table) -> Iterator[str]:
    yield "\ufeff"
    yield from csv_lines(chain([table.columns.values()], map(_worded, table.rows)))


def _worded(row: Sequence[Any]) -> list[Any]:
    """A row as people read it: yes and no in words; JSON keeps them as they are."""
    return [(_("ya") if cell else _("tidak")) if isinstance(cell, bool) else cell for cell in row]


def _json(table: Table) -> Iterator[str]:
    def told(value: Any) -> str:
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)

    yield told(dict(table.about))[:-1] + ', "rows": ['
    for number, row in enumerate(table.rows):
        yield (",\n" if number else "\n") + told(dict(zip(table.columns, row, strict=True)))
    yield "\n]}\n"
