"""How often a known document is among the first ten for words of its title: clean, with one slip, with fewer words.

    .venv/bin/python manage.py index_documents FILE.jsonl --profile NAME
    .venv/bin/python benchmarks/search_relevance.py --profile NAME --questions 500

A question is made of two to four words of a title, in their order, no stop word; a slip swaps, drops, doubles or
changes one letter of one word of five letters or more. Documents with the same title count as the same. With --judged
FILE (JSON lines: question, judgements {id: gain}) it prints NDCG@10 as well.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))
FIRST = 10
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def main() -> None:
    """Ask and count."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--profile", required=True)
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--judged", type=Path)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
    import django

    django.setup()
    from search.collecting import search_collection
    from search.models import Collection

    collection = Collection.objects.get(name=options.profile)

    def ask(text: str) -> tuple[list[str], list[str], float]:
        answer = search_collection(collection, text, limit=FIRST)
        return [hit.key for hit in answer.hits], [hit.title for hit in answer.hits], answer.took_ms

    print(f"“{collection.name}”: {collection.documents} documents, language {collection.language}")
    known_items(collection, ask, options)
    if options.judged:
        judged(options.judged, ask)


def known_items(collection: Any, ask: Callable[[str], Any], options: argparse.Namespace) -> None:
    """Success within the first ten, and questions without any hit."""
    from search.languages import LANGUAGES
    from search.models import CollectionDocument

    chance = random.Random(options.seed)
    stop = LANGUAGES[collection.language].stop_words
    rows = list(
        CollectionDocument.objects.filter(collection=collection).order_by("key").values_list("key", "title")
    )
    chosen = chance.sample(rows, min(options.questions, len(rows)))
    kinds: dict[str, Callable[[str], str]] = {"clean": str, "one slip": lambda text: slipped(text, chance)}
    print(f"{'known item':<14}{'questions':>10}{'success@10':>12}{'no hit':>9}{'p50 ms':>9}{'p95 ms':>9}")
    for name, made in kinds.items():
        found, empty, took = 0, 0, []
        for _key, title in chosen:
            question = made(words_of(title, stop, chance))
            _keys, titles, ms = ask(question)
            found += title in titles
            empty += not titles
            took.append(ms)
        took.sort()
        number = len(chosen)
        print(
            f"{name:<14}{number:>10}{found / number:>12.3f}{empty / number:>9.3f}{statistics.median(took):>9.1f}"
            f"{took[int(number * 0.95)]:>9.1f}"
        )


def words_of(title: str, stop: frozenset[str], chance: random.Random) -> str:
    """Two to four words of a title in their order."""
    words = [word for word in title.replace(",", " ").split() if word.lower() not in stop and len(word) > 1]
    if len(words) < 3:
        return " ".join(words) or title
    picked = sorted(chance.sample(range(len(words)), min(len(words), chance.choice((2, 3, 3, 4)))))
    return " ".join(words[place] for place in picked)


def slipped(text: str, chance: random.Random) -> str:
    """The text with one slip of the finger."""
    words = text.split()
    long = [place for place, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
    if not long:
        return text
    place = chance.choice(long)
    word = words[place]
    at = chance.randrange(1, len(word) - 1)
    words[place] = chance.choice(
        [
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + chance.choice(LETTERS) + word[at + 1 :],
        ]
    )
    return " ".join(words)


def judged(path: Path, ask: Callable[[str], Any]) -> None:
    """NDCG@10 over a judged set."""
    values = []
    for line in path.read_text("utf-8").splitlines():
        said = json.loads(line)
        keys, _titles, _ms = ask(said["question"])
        values.append(ndcg(keys, said["judgements"]))
    print(f"judged: {len(values)} questions, NDCG@10 {statistics.fmean(values):.3f}")


def ndcg(keys: Sequence[str], gains: Mapping[str, float]) -> float:
    """Gain of the order, of what the best order would give; 1 where nothing is worth anything."""
    best = sum(
        gain / math.log2(place + 2) for place, gain in enumerate(sorted(gains.values(), reverse=True)[:FIRST])
    )
    got = sum(gains.get(key, 0) / math.log2(place + 2) for place, key in enumerate(keys[:FIRST]))
    return got / best if best else 1.0


if __name__ == "__main__":
    main()
