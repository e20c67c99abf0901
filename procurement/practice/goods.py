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
ACTIVITIES = {"goods": "46900", "service": "82990", "catering": "56210"}
"""KBLI 2020: trade in goods of many kinds, business support, catering for events. A trade these do not cover (printing
counts as a service, hire is a section of its own) names its own in the catalogue.
"""
VAT_REGISTERED_SHARE = 0.2
SIZES = ("MIKRO", "MIKRO", "MIKRO", "KECIL", "KECIL", "KOPERASI")
YEARLY_SALES = {"MIKRO": (120, 1_900), "KECIL": (2_100, 9_000), "KOPERASI": (300, 4_000)}
"""Million rupiah, within the bounds of PP 7/2021."""
PERMIT_OF_EVERY = 3
"""Every third stall of goods has a TKDN certificate, and only such a stall tells of TKDN."""


@dataclass(frozen=True, slots=True)
class Stall:
    """A fictional vendor: name, size, place, owner and tax standing, and the trade it is in.

    `yearly_sales` is whole rupiah; `permit` the kind of certificate its goods rest on, if any.
    """

    name: str
    nib: str
    size: str
    place_code: str
    place_name: str
    pkp: bool
    legal_form: str
    owner_name: str
    owner_nik: str
    npwp: str
    street: str
    phone: str
    yearly_sales: int
    permit: str
    trade: dict[str, Any]

    @property
    def activity(self) -> str:
        """The line of business (KBLI 2020) that covers what it sells."""
        return str(self.trade.get("kbli") or ACTIVITIES[self.trade["kind"]])


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
    daily_capacity: int | None
    attributes: dict[str, str | int]
    tax_class: str = ""


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
        size = "KOPERASI" if name.startswith("Koperasi") else chance.choice(SIZES[:5])
        pkp = chance.random() < VAT_REGISTERED_SHARE
        low, high = YEARLY_SALES[size]
        form = {"CV": "BADAN", "Koperasi": "KOPERASI"}.get(name.partition(" ")[0], "PERORANGAN")
        nik = _nik(code, number)
        yield Stall(
            name=f"{name} {number + 1}" if number >= 20 else name,
            nib=f"{9_120_000_000_000 + seed * 10_000_000 + number:013d}",
            size=size,
            place_code=code,
            place_name=place,
            pkp=pkp,
            legal_form=form,
            owner_name=f"{_turn('owner_first', number)} {_turn('owner_last', number)}",
            owner_nik=nik,
            npwp=nik if form == "PERORANGAN" else f"0{100_000_000 + seed * 10_000_000 + number:09d}011000",
            street=f"Jalan {_turn('streets', number)} No. {number % 90 + 1}",
            # No subscriber's number begins with these zeros.
            phone=f"+628120{number:07d}",
            yearly_sales=(low + number * 37 % (high - low)) * 1_000_000,
            permit=_permit(trade, number // len(words["items"])),
            trade=trade,
        )


def _turn(words: str, number: int) -> str:
    """One of a list of words, each in its turn."""
    listed: list[str] = catalogue()[words]
    return listed[number % len(listed)]


def _nik(place_code: str, number: int) -> str:
    """A plausible NIK: the place's own province and city, a day of birth (every second a woman's), a serial."""
    district = place_code.replace(".", "")[:6]
    day = number % 28 + 1 + (40 if number % 2 else 0)
    return f"{district}{day:02d}{number % 12 + 1:02d}{60 + number // 12 % 40}{number % 9_999 + 1:04d}"


def _permit(trade: dict[str, Any], turn: int) -> str:
    """Whoever sells meals or drinks has a halal certificate; of the others with goods every third one of TKDN."""
    if trade.get("halal"):
        return "HALAL"
    return "TKDN" if trade["kind"] == "goods" and turn % PERMIT_OF_EVERY == 0 else ""


def _capacity(kind: str, number: int) -> int | None:
    """How much a day of what is made to order; goods have a stock instead."""
    if kind == "goods":
        return None
    return 200 + number % 17 * 50 if kind == "catering" else 1 + number % 4


def _attributes(kind: str, name: str, trait: str, brand: str, number: int) -> dict[str, str | int]:
    """What an offer of a kind must say of itself, and some of what it may."""
    if kind == "catering":
        return {"menu": f"{name}: {trait}. Nasi, lauk, sayur, buah, dan air minum.", "shelf_hours": 6}
    if kind == "service":
        return {"scope": f"{name}, {trait}. Bahan pakai habis tidak termasuk.", "people": 1 + number % 4}
    return {"brand": brand or "tanpa merek", "weight_g": 100 + number % 30 * 50}


def offers(stall: Stall, count: int, *, seed: int = 1) -> Iterator[Offer]:
    """`count` offers of one stall from its trade, each with a title of its own within the stall."""
    chance, trade = random.Random(f"{seed}:{stall.nib}"), stall.trade
    brands = catalogue()["brands"]
    pairs = [(name, trait) for name in trade["names"] for trait in trade["traits"]]
    for number in range(count):
        name, trait = pairs[(number * 7 + int(stall.nib[-4:])) % len(pairs)]
        brand = "" if trade["kind"] == "catering" else chance.choice(brands)
        series = number // len(pairs)
        low, high = trade["price"]
        step = 500 if high < 500_000 else 5_000
        yield Offer(
            title=" ".join(filter(None, (name, brand)))
            + f", {trait}"
            + (f" seri {series + 1}" if series else ""),
            description=f"{name} {trait} dari {stall.name}. Harga termasuk pengantaran di wilayah layanan.",
            category=trade["category"],
            kind=KINDS[trade["kind"]],
            unit=trade["unit"],
            price=max(chance.randrange(low, high + 1) // step * step, step),
            kbki_code=trade["kbki"],
            halal=bool(trade.get("halal")),
            tkdn_bp=chance.choice([None, 2_500, 4_000, 5_500]) if stall.permit == "TKDN" else None,
            min_order=trade["minimum"],
            lead_days=trade["lead"],
            in_stock=chance.randrange(200, 5_000) if trade["kind"] == "goods" else None,
            daily_capacity=_capacity(trade["kind"], number),
            attributes=_attributes(trade["kind"], name, trait, brand, number),
            tax_class=trade.get("tax_class", ""),
        )
