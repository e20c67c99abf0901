"""What the page of an uploaded file shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vendors.bulk_upload.columns import heading_of
from vendors.models import ListingUpload, UploadRow

SHOWN: Final = 20
_TONES: Final = {"SALAH": "danger", "BARU": "success", "BERUBAH": "info", "SAMA": "neutral"}
_OF_ROWS: Final = (
    *UploadRow.Outcome.choices,
    ("DIAJUKAN", "Diajukan untuk kurasi"),
    ("BELUM_DIAJUKAN", "Belum dapat diajukan"),
    ("FOTO", "Foto dipasang"),
    ("FOTO_GAGAL", "Foto tidak terpasang"),
)


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row as the page shows it: price in whole rupiah where the row says one, headings of what changes."""

    line: int
    sku: str
    title: str
    price: int | None
    unit: str
    changes: list[str]
    problems: list[tuple[str, str]]

    @classmethod
    def of(cls, row: UploadRow) -> ShownRow:
        """Of a stored row."""
        changes = [heading_of(name) for name in row.changed]
        said = row.said
        return cls(
            row.line, row.sku, row.title, said.get("price"), said.get("unit", ""), changes, row.problems
        )


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one verdict: its name, tone and count, and the first of them."""

    verdict: str
    label: str
    tone: str
    count: int
    rows: list[ShownRow]


def groups_of(upload: ListingUpload) -> list[Group]:
    """What was found in a file, wrong rows first; one query for each verdict that has rows to show."""
    if upload.state not in {"PREVIEWED", "COMMITTING", "DONE", "STOPPED", "FAILED"}:
        return []
    labels = dict(UploadRow.Verdict.choices)
    return [
        Group(verdict, str(labels[verdict]), tone, count, _first(upload, verdict))
        for verdict, tone in _TONES.items()
        if (count := upload.found.get(verdict, 0)) or verdict != "SAMA"
    ]


def _first(upload: ListingUpload, verdict: str) -> list[ShownRow]:
    if not upload.found.get(verdict) or upload.state != "PREVIEWED":
        return []
    return [ShownRow.of(row) for row in upload.rows.filter(verdict=verdict).order_by("place")[:SHOWN]]


@dataclass(frozen=True, slots=True)
class Result:
    """What was written: (name, number) of each outcome, and the first rows that have something to say."""

    figures: list[tuple[str, int]]
    troubled: list[ShownRow]


def result_of(upload: ListingUpload) -> Result | None:
    """What came of a file; None while nothing was written."""
    if not upload.outcome:
        return None
    figures = [(str(label), upload.outcome[name]) for name, label in _OF_ROWS if upload.outcome.get(name)]
    troubled = upload.rows.exclude(outcome="").exclude(problems=[]).order_by("place")[:SHOWN]
    return Result(figures, [] if upload.at_work else [ShownRow.of(row) for row in troubled])
