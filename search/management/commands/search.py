"""`manage.py search "nasi kotak 50 rb"`: ask the finder from the command line."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict

from marketplace.core.money import rupiah
from search.finder import Answer
from search.finding import TextFinder
from search.question import Question


class Command(BaseCommand):
    """Prints hits and total; `--json` prints the whole answer in a stable shape."""

    help = "Cari produk yang tayang. Contoh: manage.py search 'nasi kotak' --filter 'harga=1&urut=termurah'"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Question, further query string, regions, shape of the output."""
        parser.add_argument("question", help="kata yang dicari; boleh kosong")
        parser.add_argument(
            "--filter", default="", help="saringan sebagai query string, seperti pada alamat /cari/"
        )
        parser.add_argument(
            "--region", type=int, action="append", help="id daerah; boleh berulang; tanpa ini: semua"
        )
        parser.add_argument("--json", action="store_true", help="cetak jawaban sebagai JSON")

    def handle(self, *, question: str, **options: Any) -> None:
        """Exit code 0, also when nothing is found; 1 when the question cannot be read."""
        query = QueryDict(options["filter"], mutable=True)
        query["q"] = question
        asked = Question.read(query)
        if question.strip() and not asked.text:
            raise CommandError("Pertanyaan tidak dapat dibaca.")
        regions = frozenset(options["region"]) if options["region"] else None
        answer = TextFinder().find(asked, regions=regions)
        self.stdout.write(
            json.dumps(told(answer), ensure_ascii=False) if options["json"] else plainly(answer)
        )


def told(answer: Answer) -> dict[str, Any]:
    """The answer as plain JSON values; names are kept stable."""
    return {
        "total": answer.total,
        "engine": answer.engine,
        "degraded": answer.degraded,
        "ranking": answer.ranking,
        "corrected": answer.corrected,
        "suggestion": answer.suggestion,
        "loosened": answer.loosened,
        "hits": [
            {
                "listing": card.pk,
                "product": card.product_id,
                "title": card.title,
                "price": card.price,
                "unit": card.unit,
                "vendor": card.vendor_name,
                "city": card.place_code[:5],
            }
            for card in answer.hits
        ],
        "facets": {
            facet.name: [
                {"value": each.value, "label": each.label, "count": each.count} for each in facet.options
            ]
            for facet in answer.facets
        },
    }


def plainly(answer: Answer) -> str:
    """The answer as lines for people."""
    lines = [
        f"{card.title} · {rupiah(card.price)} / {card.unit} · {card.vendor_name}" for card in answer.hits
    ]
    return "\n".join([f"{answer.total} produk", *lines])
