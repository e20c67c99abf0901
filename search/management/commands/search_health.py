"""`manage.py search_health`: how the search is, for people and for programs that watch."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from search.engines.elastic.health import Health, check, health, told


class Command(BaseCommand):
    """Prints engine, lag, backlog, versions and mismatches."""

    help = "Kesehatan pencarian: mesin, antrean, versi, ketidakcocokan. Kode keluar 1 bila ada gangguan."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Shape of the output; whether to compare first."""
        parser.add_argument("--json", action="store_true", help="cetak sebagai JSON")
        parser.add_argument("--check", action="store_true", help="bandingkan dahulu indeks dengan basis data")

    def handle(self, **options: Any) -> None:
        """Exit code 0 when all is well, 1 when something is to be looked into."""
        if options["check"]:
            check()
        found = health()
        self.stdout.write(json.dumps(told(found), ensure_ascii=False) if options["json"] else _plainly(found))
        if found.faults:
            raise SystemExit(1)


def _plainly(found: Health) -> str:
    engine, queue, checked = found.engine, found.queue, found.checked
    lines = [f"{found.cards} produk tayang"]
    if engine is None:
        lines.append("mesin: PostgreSQL, tanpa indeks terpisah")
    else:
        lines.append(
            f"mesin: Elasticsearch {engine.version} di {engine.host}, {engine.error or 'tersambung'}"
        )
        lines.append(f"indeks: {', '.join(engine.serving) or 'tidak ada'}, {engine.documents} produk")
        lines.append(f"menunggu: {queue.waiting} perubahan, terlama {queue.seconds:.1f} detik")
    if checked is not None:
        lines.append(f"pemeriksaan: {checked.compared} produk, {checked.wrong} tidak cocok")
    return "\n".join([*lines, f"gangguan: {', '.join(found.faults) or 'tidak ada'}"])
