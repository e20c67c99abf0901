"""Write one sample of every kind of paper, as PDF and, if asked for, as pictures of its pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from procurement.documents import rendering
from procurement.documents.kinds import KINDS
from procurement.documents.models import Paper
from procurement.documents.samples import VARIANTS, sample

_INDEX = """# Contoh dokumen

Setiap jenis dokumen yang diterbitkan e-Order, dengan data rekaan. Dibuat oleh `manage.py sample_papers docs/samples`;
isi tiap jenis ada di `procurement/documents/facts/`, tata letaknya di `templates/papers/`.

| Dokumen | Singkatan dalam nomor | Berkas |
|---|---|---|
"""


class Command(BaseCommand):
    """See `help`."""

    help = "Tulis contoh setiap jenis dokumen (data rekaan) sebagai PDF, dengan daftar README.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="folder tujuan; dibuat bila belum ada")
        parser.add_argument("--pictures", action="store_true", help="tulis juga gambar PNG tiap halaman")
        parser.add_argument("--ppi", type=float, default=96, help="ketajaman gambar (bawaan 96)")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        folder.mkdir(parents=True, exist_ok=True)
        rows = []
        for name, paper in _samples():
            (folder / f"{name}.pdf").write_bytes(rendering.pdf_of(paper))
            if options["pictures"]:
                for number, page in enumerate(rendering.pages_of(paper, ppi=options["ppi"]), start=1):
                    (folder / f"{name}-{number}.png").write_bytes(page)
            kind = paper.kind_of
            rows.append(f"| {kind.title} | {kind.abbreviation} | [{name}.pdf]({name}.pdf) |\n")
            self.stdout.write(f"{kind.title}: {name}.pdf")
        (folder / "README.md").write_text(_INDEX + "".join(rows), encoding="utf-8")


def _samples() -> Iterator[tuple[str, Paper]]:
    for kind in KINDS:
        yield kind.code, sample(kind.code)
        for name, (code, changes) in VARIANTS.items():
            if code == kind.code:
                yield name, sample(code, **changes)
