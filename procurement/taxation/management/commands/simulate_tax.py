"""`manage.py simulate_tax [FILE]`: answer tax questions, one JSON object per line in, one per line out."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from marketplace.core import clock
from marketplace.core.transitions import Refused
from procurement.taxation.queries import all_rules
from procurement.taxation.table import Rule, shipped_rules
from procurement.taxation.vectors import answer


class Command(BaseCommand):
    """Answer every line; a line that cannot be answered gives an `error` line, and exit code 1 at the end."""

    help = (
        "Menghitung pajak dari baris JSON (berkas atau masukan standar): satu hasil JSON per baris. "
        "Bidang: id, kind, pkp, suket, mech, collector, price; pilihan: date, npwp_valid, individual, "
        "statement_500m, luxury, tax_inclusive, construction_class, pbjt_registered, commodity, split, skb, "
        "school_fund, shipping, groups."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A file of JSON lines, or `-` for standard input; the shipped table instead of the loaded one."""
        parser.add_argument(
            "file", nargs="?", default="-", help="berkas baris JSON, atau - untuk masukan standar"
        )
        parser.add_argument("--shipped", action="store_true", help="pakai tabel bawaan, tanpa basis data")

    def handle(self, *args: Any, **options: Any) -> None:
        """Answer line by line. Raises SystemExit 1 when a line could not be answered."""
        rules = shipped_rules() if options["shipped"] else _loaded_or_shipped()
        failed = False
        with _opened(options["file"]) as lines:
            for number, line in _questions(lines):
                result = _answered(line, number, rules)
                failed = failed or "error" in result
                self.stdout.write(json.dumps(result, ensure_ascii=False))
        if failed:
            sys.exit(1)


def _loaded_or_shipped() -> tuple[Rule, ...]:
    try:
        return all_rules() or shipped_rules()
    except DatabaseError:
        return shipped_rules()


@contextmanager
def _opened(name: str) -> Iterator[Iterable[str]]:
    if name == "-":
        if isinstance(sys.stdin, TextIOWrapper):
            sys.stdin.reconfigure(encoding="utf-8", errors="replace")
        yield sys.stdin
        return
    try:
        with Path(name).open(encoding="utf-8-sig", errors="replace") as file:
            yield file
    except OSError as fault:
        raise CommandError(f"Berkas {name} tidak dapat dibaca: {fault.strerror}. Periksa namanya.") from fault


def _questions(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Lines with their numbers, counted from one; blank lines at the end ask nothing."""
    blank: list[int] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            blank.append(number)
            continue
        yield from ((each, "") for each in blank)
        blank.clear()
        yield number, line


def _answered(line: str, number: int, rules: tuple[Rule, ...]) -> dict[str, Any]:
    told: Any = None
    try:
        vector = json.loads(line)
        told = vector.get("id") if isinstance(vector, dict) else None
        return answer(vector, rules, today=clock.today())
    except json.JSONDecodeError as fault:
        said = (
            f"Baris {number} bukan JSON: {fault.msg} (kolom {fault.colno}). Tulis satu objek {{…}} per baris."
        )
    except (ValueError, RecursionError) as fault:
        said = f"Baris {number}: {fault}"
    except Refused as refusal:
        said = f"Baris {number}: {refusal}"
    return {"id": told, "error": said}
