"""What came of a file, in one shape for the command, the page and programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any, Self

from procurement.planning.importing.reading import RowError, Table


class Choice(StrEnum):
    """What to do when some rows are wrong."""

    WHOLE_FILE = "whole-file"
    GOOD_ROWS = "good-rows"


@dataclass
class ImportReport:
    """The outcome of one file. `pagu` is the total of the accepted rows in rupiah; `applied` says if it stands."""

    file: str
    sha256: str
    choice: Choice
    dry_run: bool
    encoding: str = ""
    delimiter: str = ""
    unknown_columns: list[str] = field(default_factory=list)
    rows: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    lines: int = 0
    pagu: int = 0
    years: list[int] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    applied: bool = False
    run: int | None = None

    @classmethod
    def of(cls, table: Table, *, file_name: str, content: bytes, choice: Choice, dry_run: bool) -> Self:
        """Begin the report of a file that could be read: what it is, and the rows that were no rows."""
        return cls(
            file_name[:200],
            sha256(content).hexdigest(),
            choice,
            dry_run,
            encoding=table.encoding,
            delimiter=table.delimiter,
            unknown_columns=table.unknown_columns,
            rows=len(table.rows) + len(table.errors),
            errors=list(table.errors),
        )

    @property
    def rejected(self) -> int:
        """How many rows were not accepted; one row may have several errors."""
        return len({error.line for error in self.errors})

    @property
    def may_apply(self) -> bool:
        """Whether the choice lets this file be written."""
        return not self.errors or (self.choice is Choice.GOOD_ROWS and self.lines > 0)

    def counts(self) -> dict[str, Any]:
        """The figures that the run and the log keep."""
        return {
            "year": self.years[0] if len(self.years) == 1 else self.years,
            "created": self.created,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "pagu_rupiah": self.pagu,
        }

    def as_dict(self) -> dict[str, Any]:
        """Plain values with stable names, for `--json`."""
        return {
            "file": self.file,
            "sha256": self.sha256,
            "choice": self.choice.value,
            "dry_run": self.dry_run,
            "applied": self.applied,
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "unknown_columns": self.unknown_columns,
            "rows": self.rows,
            "rows_accepted": self.lines,
            "rows_rejected": self.rejected,
            "created": self.created,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "pagu": self.pagu,
            "errors": [error.as_dict() for error in self.errors],
        }
