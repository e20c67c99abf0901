"""Write one sample of every kind of paper, as PDF and as pictures of its pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from procurement.documents import rendering
from procurement.documents.kinds import KINDS
from procurement.documents.samples import sample


class Command(BaseCommand):
    """See `help`."""

    help = "Tulis contoh setiap jenis dokumen (data rekaan) sebagai PDF dan gambar PNG."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="folder tujuan; dibuat bila belum ada")
        parser.add_argument("--ppi", type=float, default=96, help="ketajaman gambar (bawaan 96)")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        folder.mkdir(parents=True, exist_ok=True)
        for kind in KINDS:
            paper = sample(kind.code)
            (folder / f"{kind.code}.pdf").write_bytes(rendering.pdf_of(paper))
            for number, page in enumerate(rendering.pages_of(paper, ppi=options["ppi"]), start=1):
                (folder / f"{kind.code}-{number}.png").write_bytes(page)
            self.stdout.write(f"{kind.title}: {kind.code}.pdf")
