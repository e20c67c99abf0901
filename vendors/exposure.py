"""How listings that fit a question equally well are put into an order: published, versioned, and never for money. Pure.

A listing's place is decided by how well it fits (half of all points) and by further parts with published weights: the
vendor's score, the price within its kind, how near it is, how much it can serve, a bounded start for newcomers, and a
correction for vendors that already have more than an even share of the orders. What is still equal is turned by day,
so that everybody is first some day, and anybody can work it out again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

PRICE_POINTS: Final = {"LOW": 1.0, "MIDDLE": 0.6, "HIGH": 0.0}
MOST_OF_EVEN: Final = 300
"""From this share of orders on, in per cent of an even share, the correction gives nothing."""
MANY_ORDERS: Final = 10
"""So many smallest orders at once count as full capacity."""
NEAR: Final = 3
"""So many levels of the area code in common (province, city, kecamatan) count as near."""
UNKNOWN: Final = 0.5
"""What counts where nothing is known yet: the middle, neither a gain nor a loss."""
PARTS: Final = {
    "quality": "Skor penyedia: makin baik makin tinggi; tanpa cukup data dihitung di tengah.",
    "price": "Harga di golongannya: seperempat termurah penuh, seperempat termahal nol.",
    "proximity": "Kedekatan: satu kecamatan penuh, satu kota dua pertiga, satu provinsi sepertiga.",
    "capacity": "Kesanggupan: penuh bila stok atau kesanggupan sehari cukup untuk sepuluh pesanan terkecil.",
    "newcomer": "Program pesanan pertama: penyedia baru tanpa pesanan, selama hari yang ditetapkan.",
    "share": "Pemerataan: penuh tanpa pesanan, dua pertiga pada bagian rata, nol mulai tiga kali bagian rata.",
}
"""Each part in words; their weights are a dated parameter."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is known of a listing besides how it fits; None where nothing is known.

    Attributes:
        quality: the vendor's score, 0 to 100.
        price_band: LOW, MIDDLE or HIGH among offers of the same category and unit.
        proximity: levels of the area code in common with the place of delivery: 1 province, 2 city, 3 kecamatan.
        capacity: how many smallest orders it could serve at once.
        newcomer: it waits for its first order, within the days of the programme.
        share_of_even: the vendor's part of all orders, in per cent of an even share; 100 is the average.
    """

    quality: int | None = None
    price_band: str | None = None
    proximity: int | None = None
    capacity: int | None = None
    newcomer: bool = False
    share_of_even: int = 0


def points(fit: float, inputs: Inputs, weights: Mapping[str, int]) -> float:
    """The points of a listing, 0 to 100.

    Args:
        fit: how well it fits the question, 0 to 1; weighs what the other parts leave, at least half.
        weights: points of each part of `PARTS`, together at most 50.
    """
    rest = sum(weights.values())
    if rest > 50:
        raise ValueError("fairness outweighs relevance")
    parts = {
        "quality": UNKNOWN if inputs.quality is None else inputs.quality / 100,
        "price": UNKNOWN if inputs.price_band is None else PRICE_POINTS[inputs.price_band],
        "proximity": UNKNOWN if inputs.proximity is None else min(inputs.proximity, NEAR) / NEAR,
        "capacity": UNKNOWN if inputs.capacity is None else min(inputs.capacity, MANY_ORDERS) / MANY_ORDERS,
        "newcomer": 1.0 if inputs.newcomer else 0.0,
        "share": 1 - min(inputs.share_of_even, MOST_OF_EVEN) / MOST_OF_EVEN,
    }
    return fit * (100 - rest) + sum(weights[name] * parts[name] for name in weights)


def turn(question: str, day: date, listing_id: int) -> float:
    """Where a listing stands among equals for a question on a day: 0 to 1, the same for everybody who works it out."""
    told = hashlib.sha256(f"{question}\x00{day.isoformat()}\x00{listing_id}".encode()).digest()
    return int.from_bytes(told[:6], "big") / 2**48


def ordered(
    found: Sequence[tuple[int, float, Inputs]], *, question: str, day: date, weights: Mapping[str, int]
) -> list[int]:
    """Listing ids in their order, from (id, fit, inputs). Points within the same whole one count as equal."""
    return [
        listing_id
        for listing_id, fit, inputs in sorted(
            found, key=lambda row: (-round(points(row[1], row[2], weights)), turn(question, day, row[0]))
        )
    ]
