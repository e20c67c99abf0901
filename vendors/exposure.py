"""What a listing's place depends on besides how it fits a question: published, versioned, and never for money. Pure.

How well a listing fits gives half of all points and more. The rest has published weights: the vendor's score, the price
within its kind, how near it is, how much it can serve, a bounded start for newcomers, a correction for vendors that
already have more than an even share of the orders, and where the goods come from. What is still equal is turned by day,
so that everybody is first some day, and anybody can work it out again.

Each part is a ladder: a step for what is known of the listing, and what that step gives of the part's weight. Points
are whole; programs that read many listings at once take the rungs from here (`rungs`) and only find the steps.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

BANDS: Final = ("LOW", "MIDDLE", "HIGH")
MOST_OF_EVEN: Final = 300
"""From this share of orders on, in per cent of an even share, the correction gives nothing."""
MANY_ORDERS: Final = 10
"""So many smallest orders at once count as full capacity."""
NEAR: Final = 3
"""So many levels of the area code in common (province, city, kecamatan) count as near."""
DOMESTIC: Final = (
    "bukan produk dalam negeri",
    "produk dalam negeri tanpa sertifikat TKDN",
    "TKDN di bawah batas",
    "TKDN mencapai batas",
    "TKDN mencapai batas, dan bersama BMP mencapai batas gabungan",
)
"""The steps of origin, the least first; the limits are dated parameters (Perpres 46/2025 Art. 66)."""
PARTS: Final = {
    "quality": "Skor penyedia: makin baik makin tinggi; tanpa cukup data dihitung di tengah.",
    "price": "Harga di golongannya: seperempat termurah penuh, seperempat termahal nol; tanpa pembanding di tengah.",
    "proximity": "Kedekatan: satu kecamatan penuh, satu kota dua pertiga, satu provinsi sepertiga.",
    "capacity": "Kesanggupan: penuh bila stok atau kesanggupan sehari cukup untuk sepuluh pesanan terkecil.",
    "newcomer": "Program pesanan pertama: penyedia baru tanpa pesanan, selama hari yang ditetapkan.",
    "share": "Pemerataan: penuh tanpa pesanan, dua pertiga pada bagian rata, nol mulai tiga kali bagian rata.",
    "domestic": "Produk dalam negeri: penuh bila TKDN dan TKDN + BMP mencapai batas, lalu menurun menurut urutannya.",
}
"""Each part in words; their weights are a dated parameter."""

_MIDDLE: Final = Fraction(1, 2)
"""What counts where nothing is known yet: neither a gain nor a loss."""
_LADDERS: Final[Mapping[str, Sequence[Fraction]]] = {
    "quality": (*(Fraction(score, 100) for score in range(101)), _MIDDLE),
    "price": (Fraction(1), Fraction(3, 5), Fraction(0), _MIDDLE),
    "proximity": (*(Fraction(level, NEAR) for level in range(NEAR + 1)), _MIDDLE),
    "capacity": (*(Fraction(orders, MANY_ORDERS) for orders in range(MANY_ORDERS + 1)), _MIDDLE),
    "newcomer": (Fraction(0), Fraction(1)),
    "share": tuple(1 - Fraction(share, MOST_OF_EVEN) for share in range(MOST_OF_EVEN + 1)),
    "domestic": (Fraction(0), Fraction(2, 5), Fraction(3, 5), Fraction(4, 5), Fraction(1)),
}


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
        domestic: the step of `DOMESTIC`.
    """

    quality: int | None = None
    price_band: str | None = None
    proximity: int | None = None
    capacity: int | None = None
    newcomer: bool = False
    share_of_even: int = 0
    domestic: int = 0

    @property
    def steps(self) -> dict[str, int]:
        """The step of each part's ladder; the last one where nothing is known."""
        return {
            "quality": _step(self.quality, 100),
            "price": _step(BANDS.index(self.price_band) if self.price_band else None, len(BANDS) - 1),
            "proximity": _step(self.proximity, NEAR),
            "capacity": _step(self.capacity, MANY_ORDERS),
            "newcomer": int(self.newcomer),
            "share": min(self.share_of_even, MOST_OF_EVEN),
            "domestic": self.domestic,
        }


def _step(known: int | None, top: int) -> int:
    return top + 1 if known is None else min(known, top)


def rungs(part: str, weights: Mapping[str, int]) -> list[int]:
    """What each step of a part gives, in whole points, half a point rounded up; a part without a weight gives nothing.

    Raises ValueError when the weights together outweigh how a listing fits.
    """
    if sum(weights.values()) > 50:
        raise ValueError("fairness outweighs relevance")
    weight = weights.get(part, 0)
    return [int(weight * rung + _MIDDLE) for rung in _LADDERS[part]]


def parts(inputs: Inputs, weights: Mapping[str, int]) -> dict[str, int]:
    """The whole points of each part of `PARTS`."""
    return {part: rungs(part, weights)[step] for part, step in inputs.steps.items()}


def points(fit: float, inputs: Inputs, weights: Mapping[str, int]) -> float:
    """The exact points of a listing, 0 to 100, before any part is rounded.

    Args:
        fit: how well it fits the question, 0 to 1; weighs what the other parts leave, at least half.
        weights: points of each part of `PARTS`, together at most 50.
    """
    rest = sum(weights.values())
    if rest > 50:
        raise ValueError("fairness outweighs relevance")
    steps = inputs.steps
    told = sum(weight * _LADDERS[part][steps[part]] for part, weight in weights.items())
    return fit * (100 - rest) + float(told)


def turn(question: str, day: date, listing_id: int) -> float:
    """Where a listing stands among equals for a question on a day: 0 to 1, the same for everybody who works it out."""
    told = hashlib.sha256(f"{question}\x00{day.isoformat()}\x00{listing_id}".encode()).digest()
    return int.from_bytes(told[:6], "big") / 2**48
