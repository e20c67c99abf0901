"""Import an official code list: KBKI or KBLI of BPS."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from marketplace.regulation.models import Code

CHUNK: Final = 2_000
LONGEST = {"title": 400, "note": 20_000}
_DIGITS = {Code.Scheme.KBKI: range(1, 11), Code.Scheme.KBLI: range(1, 6)}


class Command(BaseCommand):
    """Rows are `section, code, title, description` without a header; again imports only what changed."""

    help = (
        "Impor daftar kode resmi (KBKI, KBLI) dari CSV: bagian, kode, judul, penjelasan; tanpa baris judul."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--scheme", required=True, choices=[Code.Scheme.KBKI, Code.Scheme.KBLI])
        parser.add_argument(
            "--edition", required=True, help="contoh 2012-barang, 2013-jasa, 2015, 2020, 2025"
        )
        parser.add_argument("--dry-run", action="store_true", help="periksa saja")
        parser.add_argument("--json", action="store_true", help="hasil sebagai JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        scheme, edition = Code.Scheme(options["scheme"]), options["edition"]
        if not 1 <= len(edition) <= 12:
            raise CommandError("Edisi berisi 1 sampai 12 huruf, contoh 2012-barang.")
        found, errors = _read(options["file"], scheme, edition)
        if not found:
            raise CommandError(f"Tidak satu baris pun dapat dibaca. {'; '.join(errors[:5])}")
        told = {"rows": len(found), "new": 0, "changed": 0, "same": 0, "errors": errors}
        with transaction.atomic():
            told |= _store(found, scheme, edition, write=not options["dry_run"])
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        for error in errors[:20]:
            self.stderr.write(error)
        self.stdout.write(
            f"{scheme} {edition}: {told['rows']} kode, {told['new']} baru, {told['changed']} berubah, "
            f"{told['same']} sama, {len(errors)} baris ditolak."
        )


def _read(path: Path, scheme: Code.Scheme, edition: str) -> tuple[dict[str, Code], list[str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as unreadable:
        raise CommandError(f"Berkas {path.name} tidak dapat dibaca sebagai teks UTF-8.") from unreadable
    found: dict[str, Code] = {}
    errors: list[str] = []
    reader = csv.reader(io.StringIO(text, newline=""))
    for cells in reader:
        if not any(cells):
            continue
        fault = _fault(cells, scheme, found)
        if fault:
            errors.append(f"Baris {reader.line_num}: {fault}")
            continue
        _section, code, title, *rest = (*cells, "")
        if not code.isdigit():
            continue  # a letter names a section of the book, which codes do not need
        found[code] = Code(
            scheme=scheme,
            edition=edition,
            code=code,
            title=" ".join(title.split())[: LONGEST["title"]],
            note=" ".join(rest[0].split())[: LONGEST["note"]],
        )
    return found, errors


def _fault(cells: list[str], scheme: Code.Scheme, found: dict[str, Code]) -> str:
    if len(cells) not in {3, 4}:
        return f"berisi {len(cells)} kolom, seharusnya 3 atau 4"
    code, title = cells[1].strip(), cells[2].strip()
    if code.isdigit() and len(code) not in _DIGITS[scheme]:
        return f"kode {code} terlalu panjang"
    if not code.isdigit() and not (len(code) == 1 and code.isalpha()):
        return f"kode “{code[:20]}” bukan angka"
    if not title:
        return f"kode {code} tanpa judul"
    return f"kode {code} tertulis dua kali" if code in found else ""


def _store(found: dict[str, Code], scheme: Code.Scheme, edition: str, *, write: bool) -> dict[str, int]:
    known = {
        each.code: each
        for each in Code.objects.filter(scheme=scheme, edition=edition).iterator(chunk_size=CHUNK)
    }
    new = [each for code, each in found.items() if code not in known]
    changed = [
        each
        for code, each in found.items()
        if code in known and (known[code].title, known[code].note) != (each.title, each.note)
    ]
    if write:
        for chunk in _chunks(new):
            Code.objects.bulk_create(chunk)
        for chunk in _chunks(changed):
            for each in chunk:
                each.pk = known[each.code].pk
            Code.objects.bulk_update(chunk, ["title", "note"])
    return {"new": len(new), "changed": len(changed), "same": len(found) - len(new) - len(changed)}


def _chunks(rows: list[Code]) -> Iterator[list[Code]]:
    waiting = iter(rows)
    while chunk := list(islice(waiting, CHUNK)):
        yield chunk
