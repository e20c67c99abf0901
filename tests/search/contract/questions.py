"""Questions of every kind, and what plain counting over the cards says to their filters."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from search.finder import Answer
from search.models import ListingCard
from search.packing import BANDS
from search.question import Question
from tests.search.contract.market import SIZES

TEXTS: Final = (
    "", "nasi kotak", "nasi box", "kertas", "kertas hvs a4", "snack rapat", "pulpen", "bolpoin hitam", "kretas hvs",
    "nsai kotak", "cleaning service", "bersih-bersih gedung", "kertas emas berlian", "jasa kebersihan gedung cepat",
    "nasi kotak ayam bakar premium", "kue basah merah", "kotak", "toko maju kertas", "warung bu sari", "80 gram",
    "isi 12", "nasi kotak 50 rb menteng", "kertas di bawah 100 ribu", "spidol", "boardmarker", "jajan pasar",
    "penjahitan", "zzqqxx", "kertas zzqqxx", "rapat kantor acara sekolah", "fotokopi kertas hijau besar",
    "papan tulis spidol", "hvs kertas", "label", "tumpeng besar hemat",
)  # fmt: skip
HOSTILE: Final = (
    "'", "a & | !", "(((", "\\", "nasi:*", "%", "x" * 200, "<->", "🍚", "NULL", "title:kertas OR *:*", "kertas~2",
    "/.*/", "{\"match_all\":{}}", "kertas AND NOT nasi", "\"", "[1 TO *]", "_exists_:price", "^9", "\u202ekertas", "؟",
    "kertas\x00nasi", " ".join("abcdefghijklmnopqrstuvwxyz"), "kotak " * 40,
)  # fmt: skip
CATEGORIES: Final = ("", "", "konsumsi", "konsumsi/snack", "alat-tulis-kantor", "kebersihan/jasa-kebersihan")
CODES: Final = ("", "", "31", "31.71", "31.71.06", "31.71.06.1001", "32", "35.78.01")


def some(chance: random.Random, *, texts: Iterable[str] = TEXTS) -> Question:
    """A question by chance; few filters at once, so that most leave something."""

    def rarely(options: Iterable[str], most: int = 2) -> tuple[str, ...]:
        known = list(options)
        return tuple(
            each for each in known if each in chance.sample(known, chance.choice([0, 0, 0, 1, most]))
        )

    return Question(
        text=chance.choice(list(texts)),
        category=chance.choice(CATEGORIES),
        price_from=chance.choice([None, None, None, 50_000]),
        price_to=chance.choice([None, None, None, 1_000_000]),
        bands=rarely([code for code, *_ in BANDS]),
        place=chance.choice(CODES),
        deliver_to=chance.choice(("", "", "", *CODES[2:])),
        kinds=rarely(["BARANG", "JASA", "KATERING"]),
        sizes=rarely(SIZES),
        pdn=chance.random() < 0.15,
        tkdn=rarely(["25", "40"]),
        halal=chance.random() < 0.1,
        scores=rarely(["60", "80"]),
        lead=rarely(["1", "3", "7"]),
        available=chance.random() < 0.15,
        literal=chance.random() < 0.05,
        sort=chance.choice(["", "", "relevan", "terbaru", "termurah", "termahal"]),
        page=chance.choice([1, 1, 1, 2, 3, 7]),
    )


Told = tuple[list[tuple[int, int | None]], int, dict[str, dict[str, int]], dict[str, int], tuple[object, ...]]


def told(answer: Answer) -> Told:
    """All that two engines must agree in."""
    return (
        [(card.pk, card.points) for card in answer.hits],
        answer.total,
        {facet.name: {each.value: each.count for each in facet.options} for facet in answer.facets},
        dict(answer.without),
        (answer.corrected, answer.suggestion, answer.loosened, tuple(answer.missing), answer.price_read),
    )


def band(card: ListingCard) -> str:
    return next(
        c for c, low, high, _l in BANDS if (low or 0) <= card.price and (high is None or card.price < high)
    )


def at_least(value: int | None, steps: Iterable[str]) -> bool:
    return value is not None and value >= min(map(int, steps))


Test = Callable[[ListingCard], bool]


def tests_of(question: Question, way_of: Mapping[int, str]) -> dict[str, Test]:
    """What a card must pass, by the facet; `""` is no facet."""
    q = question
    return {
        "": lambda c: (
            c.price >= (q.price_from or 0)
            and (not q.price_to or c.price <= q.price_to)
            and (not q.deliver_to or any(q.deliver_to.startswith(area) for area in c.area_codes))
        ),
        "kategori": lambda c: f"{way_of[c.category_id]}/".startswith(f"{q.category}/" if q.category else ""),
        "tempat": lambda c: c.place_code.startswith(q.place),
        "harga": lambda c: not q.bands or band(c) in q.bands,
        "jenis": lambda c: not q.kinds or c.kind in q.kinds,
        "ukuran": lambda c: not q.sizes or c.size in q.sizes,
        "pdn": lambda c: not q.pdn or c.is_pdn,
        "halal": lambda c: not q.halal or c.halal,
        "tersedia": lambda c: not q.available or c.available,
        "tkdn": lambda c: not q.tkdn or at_least(c.tkdn_bp, [f"{step}00" for step in q.tkdn]),
        "skor": lambda c: not q.scores or at_least(c.score, q.scores),
        "siap": lambda c: not q.lead or c.lead_days <= max(map(int, q.lead)),
    }


OPTIONS: Final[dict[str, Callable[[ListingCard], Iterable[str]]]] = {
    "harga": lambda c: [band(c)],
    "jenis": lambda c: [c.kind],
    "ukuran": lambda c: [c.size],
    "pdn": lambda c: ["1"] * c.is_pdn,
    "halal": lambda c: ["1"] * c.halal,
    "tersedia": lambda c: ["1"] * c.available,
    "tkdn": lambda c: [step for step in ("25", "40") if at_least(c.tkdn_bp, [f"{step}00"])],
    "skor": lambda c: [step for step in ("60", "80") if at_least(c.score, [step])],
    "siap": lambda c: [step for step in ("1", "3", "7") if c.lead_days <= int(step)],
}


def counted(
    question: Question, cards: Iterable[ListingCard], way_of: Mapping[int, str]
) -> tuple[int, dict[str, Counter[str]]]:
    """Total and counts by option over the cards that have the words; each facet leaves its own choice out."""
    tests = tests_of(question, way_of)
    found: dict[str, Counter[str]] = {name: Counter() for name in [*OPTIONS, "kategori", "tempat"]}
    total = 0
    for card in cards:
        failed = [name for name, test in tests.items() if not test(card)]
        total += not failed
        if len(failed) > 1 or failed == [""]:
            continue
        for name, options in OPTIONS.items():
            if failed in ([], [name]):
                found[name].update(options(card))
        if failed in ([], ["kategori"]):
            way = way_of[card.category_id].split("/")
            found["kategori"].update("/".join(way[: depth + 1]) for depth in range(len(way)))
        if failed in ([], ["tempat"]):
            found["tempat"].update(card.place_code[:level] for level in (2, 5, 8, 13))
    return total, found
