"""`manage.py search "nasi kotak 50 rb"`: ask the finder from the command line."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict

from marketplace.core.money import rupiah
from search.collecting import CollectionAnswer, search_collection
from search.engines import ENGINES, engine
from search.finder import Answer
from search.finding import TextFinder
from search.models import Collection
from search.question import Question

MOST_HITS = 1_000


class Command(BaseCommand):
    """Prints hits and total; `--json` prints the whole answer in a stable shape."""

    help = (
        "Cari produk yang tayang, atau dokumen suatu kumpulan. "
        "Contoh: manage.py search 'nasi kotak' --filter 'harga=1&urut=termurah'"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Question, further query string, regions, engine, shape of the output."""
        parser.add_argument("question", help="kata yang dicari; boleh kosong")
        parser.add_argument(
            "--filter", default="", help="saringan sebagai query string, seperti pada alamat /cari/"
        )
        parser.add_argument(
            "--region", type=int, action="append", help="id daerah; boleh berulang; tanpa ini: semua"
        )
        parser.add_argument("--engine", choices=ENGINES, help="mesin pencari; tanpa ini yang terpasang")
        parser.add_argument("--explain", action="store_true", help="jelaskan asal poin setiap hasil")
        parser.add_argument("--profile", help="cari di kumpulan dokumen ini (lihat index_documents)")
        parser.add_argument("--limit", type=int, default=24, help="hasil paling banyak dari suatu kumpulan")
        parser.add_argument("--json", action="store_true", help="cetak jawaban sebagai JSON")

    def handle(self, *, question: str, **options: Any) -> None:
        """Exit code 0, also when nothing is found; 1 when the question cannot be read."""
        told = self._collection(question, options) if options["profile"] else self._market(question, options)
        self.stdout.write(
            json.dumps(told, ensure_ascii=False, default=str) if options["json"] else plainly(told)
        )

    def _market(self, question: str, options: Mapping[str, Any]) -> dict[str, Any]:
        query = QueryDict(options["filter"], mutable=True)
        query["q"] = question
        asked = Question.read(query)
        if question.strip() and not asked.text:
            raise CommandError("Pertanyaan tidak dapat dibaca.")
        regions = frozenset(options["region"]) if options["region"] else None
        finder = TextFinder(engine(options["engine"]) if options["engine"] else None)
        return told(finder.find(asked, regions=regions, explained=options["explain"]))

    def _collection(self, question: str, options: Mapping[str, Any]) -> dict[str, Any]:
        collection = Collection.objects.filter(name=options["profile"]).first()
        if collection is None:
            known = (
                ", ".join(Collection.objects.order_by("name").values_list("name", flat=True)) or "belum ada"
            )
            raise CommandError(f"Kumpulan “{options['profile']}” tidak ada. Yang ada: {known}.")
        limit = min(max(options["limit"], 1), MOST_HITS)
        return told_of_collection(search_collection(collection, question, limit=limit))


def told(answer: Answer) -> dict[str, Any]:
    """The answer as plain JSON values; names are kept stable."""
    return {
        "total": answer.total,
        "engine": answer.engine,
        "degraded": answer.degraded,
        "ranking": answer.ranking,
        "took_ms": answer.took_ms,
        "corrected": answer.corrected,
        "suggestion": answer.suggestion,
        "loosened": answer.loosened,
        "price_from": answer.price_from_read,
        "price_to": answer.price_read,
        "place": answer.place_read[0] if answer.place_read else None,
        "hits": [
            {
                "id": str(card.pk),
                "score": card.points,
                "title": card.title,
                "vendor": card.vendor_name,
                "price": card.price,
                "unit": card.unit,
                "product": card.product_id,
                "place": card.place_code,
                **({"why": dict(card.why)} if card.why else {}),
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


def told_of_collection(answer: CollectionAnswer) -> dict[str, Any]:
    """The same shape for a collection: the vendor is the brand, prices are as they came."""
    return {
        "total": answer.total,
        "engine": "postgresql",
        "degraded": False,
        "took_ms": answer.took_ms,
        "corrected": answer.corrected,
        "loosened": answer.loosened,
        "hits": [
            {
                "id": hit.key,
                "score": hit.points,
                "title": hit.title,
                "vendor": hit.brand,
                "price": None if hit.price is None else float(hit.price),
            }
            for hit in answer.hits
        ],
        "facets": {
            name: [
                {"value": value, "label": value, "count": number}
                for value, number in sorted(counts.items(), key=lambda each: (-each[1], each[0]))
            ]
            for name, counts in answer.facets.items()
        },
    }


def plainly(told: Mapping[str, Any]) -> str:
    """The answer as lines for people."""
    lines = [f"{told['total']} produk"]
    for hit in told["hits"]:
        price = "–" if hit["price"] is None else rupiah(int(hit["price"]))
        unit = f" / {hit['unit']}" if hit.get("unit") else ""
        lines.append(" · ".join(each for each in (hit["title"], f"{price}{unit}", hit["vendor"]) if each))
        lines += [f"    {points:>3}  {part}" for part, points in hit.get("why", {}).items() if points]
    return "\n".join(lines)
