"""Fictional vendors and goods of a plausible kind, the same for the same seed."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

KINDS = {"goods": "BARANG", "service": "JASA", "catering": "KATERING"}
VAT_REGISTERED_SHARE = 0.2
SIZES = ("MIKRO", "MIKRO", "MIKRO", "KECIL", "KECIL", "KOPERASI")


@dataclass(frozen=True, slots=True)
class Stall:
    """A fictional vendor: name, size, place and tax standing, and the category it sells in."""

    name: str
    nib: str
    size: str
    place_code: str
    place_name: str
    pkp: bool
    trade: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Offer:
    """A fictional offer of a stall. `price` is whole rupiah."""

    title: str
    description: str
    category: str
    kind: str
    unit: str
    price: int
    kbki_code: str
    halal: bool
    tkdn_bp: int | None
    min_order: int
    lead_days: int
    in_stock: int | None


@lru_cache(maxsize=1)
def catalogue() -> dict[str, Any]:
    """The words the goods are made of: categories, trades, vendor names, places."""
    text = (Path(__file__).parent / "data" / "catalogue.json").read_text(encoding="utf-8")
    words: dict[str, Any] = json.loads(text)
    return words


def category_paths() -> list[tuple[str, str]]:
    """(parent, child) names of the category tree."""
    return [(top["name"], child) for top in catalogue()["categories"] for child in top["children"]]


def stalls(count: int, *, seed: int = 1) -> Iterator[Stall]:
    """`count` vendors with names that never repeat; trades are dealt out in turn."""
    words, chance = catalogue(), random.Random(seed)
    for number in range(count):
        trade = words["items"][number % len(words["items"])]
        forms = ["Dapur", "Warung", "CV"] if trade["kind"] == "catering" else ["CV", "UD", "Koperasi", "Toko"]
        name = " ".join(
            [
                chance.choice(forms),
                chance.choice(words["vendor_words"]),
                chance.choice(words["vendor_second"]),
            ]
        )
        code, place = words["places"][number % len(words["places"])]
        yield Stall(
            name=f"{name} {number + 1}" if number >= 20 else name,
            nib=f"{9_120_000_000_000 + seed * 10_000_000 + number:013d}",
            size="KOPERASI" if name.startswith("Koperasi") else chance.choice(SIZES[:5]),
            place_code=code,
            place_name=place,
            pkp=chance.random() < VAT_REGISTERED_SHARE,
            trade=trade,
        )


def offers(stall: Stall, count: int, *, seed: int = 1) -> Iterator[Offer]:
    """`count` offers of one stall from its trade, each with a title of its own within the stall."""
    chance, trade = random.Random(f"{seed}:{stall.nib}"), stall.trade
    brands = catalogue()["brands"]
    pairs = [(name, trait) for name in trade["names"] for trait in trade["traits"]]
    for number in range(count):
        name, trait = pairs[(number * 7 + int(stall.nib[-4:])) % len(pairs)]
        brand = "" if trade["kind"] == "catering" else f" {chance.choice(brands)}"
        series = number // len(pairs)
        low, high = trade["price"]
        step = 500 if high < 500_000 else 5_000
        yield Offer(
            title=f"{name}{brand}, {trait}" + (f" seri {series + 1}" if series else ""),
            description=f"{name} {trait} dari {stall.name}. Harga termasuk pengantaran di wilayah layanan.",
            category=trade["category"],
            kind=KINDS[trade["kind"]],
            unit=trade["unit"],
            price=max(chance.randrange(low, high + 1) // step * step, step),
            kbki_code=trade["kbki"],
            halal=bool(trade.get("halal")),
            tkdn_bp=chance.choice([None, 2_500, 4_000, 5_500]) if trade["kind"] == "goods" else None,
            min_order=trade["minimum"],
            lead_days=trade["lead"],
            in_stock=chance.randrange(200, 5_000) if trade["kind"] == "goods" else None,
        )
