"""What the two import commands share: arguments, progress, output, exit codes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from marketplace.core.money import rupiah
from marketplace.core.transitions import Refused
from procurement.planning.importing.report import Choice, ImportReport

NOTHING_IMPORTED = 1
SOME_ROWS_REJECTED = 3
SHOWN_ERRORS = 20


class ImportCommand(BaseCommand):
    """A command that imports one file. Exit codes: 0 done, 1 nothing imported, 3 imported without the wrong rows."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="Berkas CSV atau JSON dari data terbuka LKPP")
        parser.add_argument("--dry-run", action="store_true", help="periksa saja, jangan ubah apa pun")
        parser.add_argument("--json", action="store_true", help="cetak hasil sebagai JSON")
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument(
            "--all-or-nothing",
            dest="choice",
            action="store_const",
            const=Choice.WHOLE_FILE,
            default=Choice.WHOLE_FILE,
            help="tolak seluruh berkas bila ada baris keliru (bawaan)",
        )
        choice.add_argument(
            "--good-rows",
            dest="choice",
            action="store_const",
            const=Choice.GOOD_ROWS,
            help="impor paket yang benar, laporkan sisanya",
        )

    def run_import(self, options: dict[str, Any], **arguments: Any) -> ImportReport:
        """Import `content` for these options: each command names its verb."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the file, import it, say what came of it."""
        path = Path(options["file"])
        try:
            content = path.read_bytes()
        except OSError as unreadable:
            raise CommandError(f"{path}: {unreadable.strerror}.", returncode=NOTHING_IMPORTED) from unreadable
        try:
            with _progress(quiet=options["json"]) as step:
                report = self.run_import(
                    options,
                    file_name=path.name,
                    content=content,
                    choice=options["choice"],
                    dry_run=options["dry_run"],
                    step=step,
                )
        except Refused as refused:
            if options["json"]:
                self.stdout.write(
                    json.dumps({"file": path.name, "applied": False, "refused": _refusal(refused)})
                )
            raise CommandError(str(refused), returncode=NOTHING_IMPORTED) from refused
        self._say(report, as_json=options["json"])
        if report.errors:
            raise SystemExit(SOME_ROWS_REJECTED if report.applied else NOTHING_IMPORTED)

    def _say(self, report: ImportReport, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False, indent=2))
            return
        for error in report.errors[:SHOWN_ERRORS]:
            column = f", kolom {error.column}" if error.column else ""
            self.stderr.write(f"Baris {error.line}{column}: {error.reason} {error.fix}")
        if len(report.errors) > SHOWN_ERRORS:
            self.stderr.write(f"… dan {len(report.errors) - SHOWN_ERRORS} kesalahan lain (lihat --json).")
        if report.unknown_columns:
            self.stderr.write(f"Kolom yang tidak dikenal diabaikan: {', '.join(report.unknown_columns)}.")
        outcome = (
            "Diimpor" if report.applied else "Hanya diperiksa" if report.dry_run else "Tidak ada yang diimpor"
        )
        self.stdout.write(
            f"{outcome}: {report.rows} baris, {report.created} baru, {report.changed} berubah, "
            f"{report.unchanged} tetap, {report.rejected} baris ditolak; total pagu {rupiah(report.pagu)}."
        )


def _refusal(refused: Refused) -> dict[str, str | None]:
    return {"code": refused.code, "reason": refused.sentence, "fix": refused.fix}


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[str], object]]:
    """A progress bar for people; silence for programs."""
    if quiet or not sys.stderr.isatty():
        yield lambda _what: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, transient=True) as bar:
        task = bar.add_task("mulai", total=None)
        yield lambda what: bar.update(task, description=what)
