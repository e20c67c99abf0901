"""How well a listing fits, in whole points, and how equals take turns: the arithmetic every engine keeps to. Pure.

Fit gives at most fifty points: each word of the question counts by how rare it is and by where it stands, words that
stand next to each other in the title count more, and so does a title that says little else. The rest is `standing`
(published fairness, see `search.standing`) and nearness. Points are whole numbers, so two engines cannot differ by
rounding, and listings of equal points are equals.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from vendors.exposure import turn

RANKING_VERSION: Final = "2"
RANKING_SAYS: Final = (
    "Urutan “paling sesuai” versi 2: kecocokan kata (paling berat di nama produk) bernilai separuh lebih; sisanya "
    "mutu, harga di golongannya, kesanggupan, produk dalam negeri, penyedia baru, pemerataan, dan kedekatan. "
    "Yang setara bergiliran setiap hari, dan produk berikutnya dari penyedia yang sama turun empat poin tiap kali. "
    "Tidak ada posisi berbayar."
)
WINDOW: Final = 120
"""Equals take turns within the first so many hits; who among many equals is in them changes with the day."""
REPEATED: Final = 4
"""Points that each further offer of the same vendor loses within the window."""
EIGHTHS: Final = (8, 5, 2)
"""What a word is worth in the title, in category or attributes, elsewhere: in eighths of its points."""
STANDING_PARTS: Final = {
    "quality": "mutu penyedia",
    "price": "harga di golongannya",
    "capacity": "kesanggupan",
    "newcomer": "penyedia baru",
    "share": "pemerataan",
    "domestic": "produk dalam negeri",
}
"""What `standing` of a card is made of, in the order in which it is kept."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What the parts of fit are worth at most.

    Attributes:
        words: all words of the question in the title.
        together: the words next to each other, in the order asked.
        short: a title no longer than the question, than twice, than three times it.
    """

    words: int = 43
    together: int = 3
    short: tuple[int, int, int] = (4, 2, 1)


MARKET: Final = Scale()
DOCUMENTS: Final = Scale(words=860, together=60, short=(80, 40, 20))
"""Finer, for collections of documents beside the market: nobody has to take turns there."""


def by_place(points: int) -> tuple[int, int, int]:
    """What a word of so many points gives in the title, in category or attributes, elsewhere."""
    title, head, elsewhere = ((points * eighths + 4) // 8 for eighths in EIGHTHS)
    return title, head, elsewhere


def nearness(most: int) -> tuple[int, int, int]:
    """Points for the same province, city, kecamatan, of at most `most`."""
    province, city, kecamatan = ((most * level * 2 + 3) // 6 for level in (1, 2, 3))
    return province, city, kecamatan


def spot_of(listing_id: int) -> int:
    """The fixed place of a listing on the circle on which equals take turns."""
    return int.from_bytes(hashlib.sha256(str(listing_id).encode()).digest()[:2], "big")


def start_of(key: str, day: date) -> int:
    """Where the circle starts for a question on a day."""
    return int.from_bytes(hashlib.sha256(f"{key}\x00{day.isoformat()}".encode()).digest()[:2], "big")


def taking_turns(
    hits: Sequence[tuple[int, int]], *, key: str, day: date, vendors: Mapping[int, int] | None = None
) -> list[tuple[int, int]]:
    """Hits (listing id, points) in their order: equals turned for the question and the day, vendors spread.

    A vendor's further offers lose REPEATED points each time, so that one vendor alone does not fill a page.

    Args:
        vendors: by listing id, whose it is; left out, all are different ones.
    """
    turns = {listing_id: turn(key, day, listing_id) for listing_id, _points in hits}
    whose = vendors or {}
    before: Counter[int] = Counter()
    spread = []
    for listing_id, points in sorted(hits, key=lambda hit: (-hit[1], turns[hit[0]])):
        vendor = whose.get(listing_id, -listing_id)
        spread.append((listing_id, points - REPEATED * before[vendor]))
        before[vendor] += 1
    return sorted(spread, key=lambda hit: (-hit[1], turns[hit[0]]))
