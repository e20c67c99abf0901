"""What one sold unit holds, as far as the offer says it: `12 x 600 ml`, `isi 12`, `500 lembar`, a rim, a kilogram.

Prices of a dus, a botol and a kg can only be compared by content. What is not said is not guessed, and numbers that
say something else are left alone: the weight of a paper, the room in a bucket, what a scale can carry.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from search.measures import COUNTED, UNITS, measured

GRAM, MILLILITRE, SHEET, PIECE, METRE = "g", "ml", "lembar", "buah", "m"
PER: Final[dict[str, tuple[int, str]]] = {
    GRAM: (100, "100 g"),
    MILLILITRE: (100, "100 ml"),
    SHEET: (1, "lembar"),
    PIECE: (1, "buah"),
    METRE: (1, "meter"),
}
"""By measure: the amount a price is told for, and how that is written."""

_DOZENS: Final = {"lusin": 12, "gros": 144, "kodi": 20}
_SHEETS_A_REAM: Final = 500
_PACKED: Final = frozenset(
    "bungkus pak pack kemasan karung sak toples kaleng botol sachet saset pouch renceng jerigen dus karton box "
    "kotak bal galon ember cup gelas".split()
)
"""Units whose own weight is what one buys; the weight of a laptop says nothing of its price."""

_ROOM: Final = frozenset(
    "ember termos panci kulkas dispenser tumbler tong sampah oven mesin tas ransel container kontainer toples teko "
    "ketel timbangan kapasitas cooker magicom magic blender kompor tabung drum baskom wadah freezer ac genset pompa "
    "tangki gayung gelas mug lemari rak koper tenda kipas".split()
)
"""Words by which a weight or a volume says how much a thing can take, not how much of it there is."""

_CLOTH: Final = frozenset(
    "kertas hvs duplex art ivory kaos kain amplop karton buku sak kantong plastik".split()
)
"""Words by which grams mean grams a square metre, or are the weight that a bag can take."""

_WORD = re.compile(r"[a-z]+")
_TIMES = re.compile(
    r"(?<![\w.,])(\d{1,4})\s?[x×*]\s?(?=\d[\d.,]*\s?-?(?:g|gr|gram|kg|ons|ml|cc|l|lt|ltr|liter)\b)"
)
_WEIGHED = re.compile(r"(?<![a-z0-9])(\d+(?:d\d+)?)(g|ml)(?![a-z0-9])")
_COUNT = re.compile(r"(?<![a-z0-9])(\d{1,6}) (lembar|pcs|rim|lusin)(?![a-z0-9])")
_INSIDE = re.compile(
    r"(?<![a-z0-9])isi(?: dari)? (\d{1,5})(?![a-z0-9])(?! (?:lauk|macam|jenis|menu|rasa|warna))"
)
_LENGTH = re.compile(r"(?<![a-z0-9x])(\d+(?:d\d+)?)mm(?![a-z0-9])")


@dataclass(frozen=True, slots=True)
class Content:
    """How much one sold unit holds, in grams, millilitres, sheets, pieces or metres."""

    amount: Fraction
    measure: str

    def price(self, price: int) -> int:
        """Whole rupiah for the amount of `PER`, half up."""
        many, _written = PER[self.measure]
        return int(Fraction(price) * many / self.amount + Fraction(1, 2))

    @property
    def per(self) -> str:
        """`100 g`, `lembar`, …"""
        return PER[self.measure][1]

    @property
    def written(self) -> str:
        """The content in words, `7.200 ml`."""
        number = f"{float(self.amount):,.2f}".rstrip("0").rstrip(".")
        return number.translate(str.maketrans(",.", ".,")) + " " + self.measure


def content_of(*, title: str, unit: str, kind: str, attributes: Mapping[str, Any]) -> Content | None:
    """What one unit of an offer holds; None where the offer does not say it.

    Args:
        kind: code of `Listing.Kind`; meals and services are compared as they are unless their unit is a measure.
        attributes: as kept on the listing; `weight_g` counts for what is sold packed.
    """
    by_unit = _of_unit(unit)
    if by_unit is not None or kind != "BARANG":
        return by_unit
    text = title.lower()
    found = _of_title(text, unit.lower())
    if found is None and _sold_packed(unit) and not _words(text) & (_ROOM | _CLOTH):
        weight = attributes.get("weight_g")
        found = _content(Fraction(weight), GRAM) if isinstance(weight, int) else None
    return found


def _of_unit(unit: str) -> Content | None:
    """The content of units that are measures themselves."""
    bare = unit.lower().strip().rstrip(".")
    if bare in UNITS:
        measure, many = UNITS[bare]
        if measure in (GRAM, MILLILITRE):
            return _content(many, measure)
        return _content(many / 1000, METRE) if measure == "mm" else None
    counted = COUNTED.get(bare, bare)
    if counted == "rim":
        return _content(Fraction(_SHEETS_A_REAM), SHEET)
    if counted == "lembar":
        return _content(Fraction(1), SHEET)
    return _content(Fraction(_DOZENS[counted]), PIECE) if counted in _DOZENS else None


def _of_title(text: str, unit: str) -> Content | None:
    times = 1
    found = _TIMES.search(text)
    if found:
        times = int(found[1])
        text = text[: found.start()] + text[found.end() :]
    said, seen = measured(text), _words(text)
    sheets = _sheets(said, seen)
    if sheets is not None:
        return sheets
    inside = _inside(said)
    weighed = [] if seen & (_ROOM | _CLOTH) else list(_WEIGHED.finditer(said))
    if len(weighed) == 1:
        each = _number(weighed[0][1]) * times
        return _content(each * (inside if times == 1 and inside else 1), weighed[0][2])
    if weighed:
        return None  # two weights say two things; which one is sold is not ours to guess
    if inside:
        return _content(Fraction(inside), PIECE)
    lengths = list(_LENGTH.finditer(said))
    if len(lengths) == 1 and COUNTED.get(unit, unit) in ("rol", "haspel"):
        return _content(_number(lengths[0][1]) / 1000, METRE)
    return None


def _sheets(said: str, seen: frozenset[str]) -> Content | None:
    counts = {unit: int(number) for number, unit in _COUNT.findall(said)}
    if "lembar" in counts:
        return _content(Fraction(counts["lembar"] * counts.get("rim", 1)), SHEET)
    if "rim" in counts and seen & {"kertas", "hvs"}:
        return _content(Fraction(counts["rim"] * _SHEETS_A_REAM), SHEET)
    return None


def _inside(said: str) -> int:
    """How many pieces a unit holds; 0 where that is not said."""
    found = _INSIDE.search(said)
    if found:
        return int(found[1])
    counts = {unit: int(number) for number, unit in _COUNT.findall(said)}
    return counts.get("pcs", 0) or counts.get("lusin", 0) * 12


def _sold_packed(unit: str) -> bool:
    return bool(_words(unit.lower()) & _PACKED)


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text))


def _number(text: str) -> Fraction:
    return Fraction(text.replace("d", "."))


def _content(amount: Fraction, measure: str) -> Content | None:
    return Content(amount, measure) if amount > 0 else None
