"""`manage.py index_documents FILE.jsonl --profile NAME`: load documents beside the market, to measure relevance."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_slug
from django.forms import ValidationError

from marketplace.core.transitions import Refused
from search.collecting import load_collection, read_lines
from search.languages import LANGUAGES


class Command(BaseCommand):
    """Loads JSON lines (id, title, description, brand, category, attributes, price) into a search space of its own."""

    help = (
        "Muat kumpulan dokumen luar (JSON per baris: id, title, description, brand, category, attributes, price) "
        "ke ruang pencarian tersendiri. Cari di dalamnya: manage.py search PERTANYAAN --profile NAMA --json"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """File, name, language."""
        parser.add_argument("file", help="berkas JSON lines")
        parser.add_argument("--profile", required=True, help="nama kumpulan; yang bernama sama digantikan")
        parser.add_argument(
            "--language", choices=sorted(LANGUAGES), default="", help="bahasa; tanpa ini dikenali dari isinya"
        )

    def handle(self, *, file: str, profile: str, language: str, **options: Any) -> None:
        """Exit code 0 when all lines were loaded; 1 and nothing changed when one cannot be read."""
        try:
            validate_slug(profile)
        except ValidationError as error:
            raise CommandError("--profile: pakai huruf, angka, - atau _.") from error
        if not Path(file).is_file():
            raise CommandError(f"Berkas {file} tidak ada.")
        began = time.monotonic()
        with Path(file).open(encoding="utf-8-sig") as lines:
            try:
                collection = load_collection(profile, read_lines(lines), language=language)
            except (Refused, UnicodeDecodeError) as error:
                raise CommandError(f"{error} Tidak ada yang dimuat.") from error
        seconds = max(time.monotonic() - began, 0.001)
        self.stdout.write(
            f"{collection.documents} dokumen ({collection.language}) dimuat ke “{profile}” dalam {seconds:.1f} detik, "
            f"{collection.documents / seconds:.0f} dokumen/detik."
        )
