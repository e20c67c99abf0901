"""What a question says beside the thing: a wished price. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

# "50 rb", "1,5 juta": what people write for a price they do not want to pass.
_PRICE = re.compile(
    r"(?:\b(?:di\s*bawah|maks(?:imal)?|max|<)\s*)?(?:rp\.?\s*)?\b([0-9]+(?:[.,][0-9]+)?)\s*(rb|ribu|jt|juta)\b",
    re.I,
)
_FACTOR = {"rb": 1_000, "ribu": 1_000, "jt": 1_000_000, "juta": 1_000_000}


@dataclass(frozen=True, slots=True)
class Understood:
    """A text with price and place taken out of it: `nasi kotak 50 rb` → `nasi kotak`, at most Rp50.000.

    Attributes:
        price_from, price_to: rupiah.
        place_code, place_label: where it is wanted; empty when the text does not say.
    """

    text: str
    price_to: int | None = None
    price_from: int | None = None
    place_code: str = ""
    place_label: str = ""


def understand(text: str) -> Understood:
    """Read a wished price out of the text."""
    found = _PRICE.search(text)
    if found is None:
        return Understood(text)
    rest = " ".join((text[: found.start()] + " " + text[found.end() :]).split())
    amount = float(found[1].replace(",", ".")) * _FACTOR[found[2].lower()]
    if not rest or not 0 < amount < 10**10:
        return Understood(text)
    return Understood(rest, round(amount))
