"""Wished prices and quantities in the words of a question. Pure.

A number is a price only when something says so: *Rp*, *rb*, *jt*, *k*, `,-`, or a word such as *di bawah*, *maks*,
*budget* before a number of four digits or more. Sizes are never prices: `80 gram`, `500 lembar`, `10x15`, `4k`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

MOST: Final = 10**10
ABOUT: Final = (8, 12)
"""Tenths: *sekitar 50 rb* is read as 40 to 60 thousand."""

_FACTOR: Final = {"rb": 1_000, "ribu": 1_000, "k": 1_000, "jt": 1_000_000, "juta": 1_000_000, "": 1}
_NUMBER = r"\d{1,3}(?:\.\d{3})+|\d+(?:[.,]\d{1,3})?"
_MONEY = rf"(?:rp\.?\s*)?(?:{_NUMBER})\s*(?:rb|ribu|k|jt|juta)?(?:\s*,-)?"
_NOT_MONEY = (
    r"(?!\s*(?:x\s*\d|×|[.,]?\d|(?:gram|gr|gsm|kg|g|ml|l|liter|cm|mm|m|m2|meter|inch|inci|watt|w|volt|v|va|gb|tb|mah|mp|pk|"
    r"lembar|lbr|halaman|pcs|buah|bh|biji|porsi|pax|orang|kotak|box|dus|unit|rim|set|pack|paket|lumen|pixel|piksel|"
    r"jam|hari|bulan|tahun|persen|%)(?![a-z])))"
)
_BELOW = (
    r"di\s?bawah|kurang dari|maks(?:imal|imum)?|max(?:imal)?|paling mahal|tidak lebih dari|"
    r"sampai(?: dengan)?|hingga|s/d|<=?"
)
_ABOVE = r"di\s?atas|lebih dari|min(?:imal|imum)?|mulai(?: dari)?|paling murah|>=?"
_NEAR = r"sekitar|kisaran|kira-kira|kurang lebih|\+/-|±"
_BUDGET = r"budget|bujet|anggaran|pagu|seharga|harga|dengan harga"
_AFTER = (
    r"(?:\s*-?an\b)?(?:\s*(?:/|per)\s*"
    r"(?:kotak|box|porsi|pcs|orang|pax|unit|buah|lembar|rim|kg|dus|set|hari|bulan|paket))?"
)
_RANGE = re.compile(
    rf"(?:\b(?:{_BUDGET}|antara|dari|{_NEAR})\s+)*(?<![\w.,])(?P<low>{_MONEY})\s*(?:-|–|s/d|sd|sampai|hingga|dan|ke)\s*"
    rf"(?P<high>{_MONEY})(?![\w]){_NOT_MONEY}{_AFTER}"
)
_ONE = re.compile(
    rf"(?:\b(?P<budget>{_BUDGET})\s+)?(?:(?P<below>\b(?:{_BELOW})|<=?)|(?P<above>\b(?:{_ABOVE})|>=?)|(?P<near>\b(?:{_NEAR})|±))?"
    rf"\s*(?<![\w.,])(?P<money>{_MONEY})(?![\w]){_NOT_MONEY}(?P<after>{_AFTER})"
)
_PARTS = re.compile(rf"(?P<rp>rp\.?\s*)?(?P<number>{_NUMBER})\s*(?P<unit>rb|ribu|k|jt|juta)?(?P<dash>\s*,-)?")
_QUANTITY = re.compile(
    r"(?<!isi )(?<![\w.,/x×-])(?:(?:untuk|utk|bagi|sebanyak)\s+)?(?P<many>\d{1,3}(?:\.\d{3})+|\d{1,6})\s*"
    r"(?P<what>pax|porsi|kotak|box|boks|dus|karton|unit|rim|set|pack|paket|peserta|tamu|orang)\b"
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is left of a text once its price is read: rupiah, None when the text does not say."""

    text: str
    price_from: int | None = None
    price_to: int | None = None


def read_price(text: str) -> Wish:
    """Take the first wished price or range of prices out of a lower-case text."""
    for found in _RANGE.finditer(text):
        low, high = _rupiah(found["low"], like=found["high"]), _rupiah(found["high"])
        if low and high and low < high and _is_money(found["high"]):
            return Wish(_without(text, found), low, high)
    for found in _ONE.finditer(text):
        said = found["below"] or found["above"] or found["near"] or found["budget"]
        amount = _rupiah(found["money"])
        if amount and (_is_money(found["money"]) or (said and amount >= 1_000)):
            return _wished(_without(text, found), amount, found)
    return Wish(text)


def read_quantity(text: str) -> tuple[str, int | None]:
    """Take a wanted number of pieces out of a lower-case text: `nasi kotak 100 porsi`; what is *isi 12* stays."""
    found = _QUANTITY.search(text)
    if found is None or (found["what"] == "orang" and not re.match(r"untuk|utk|bagi", found[0])):
        return text, None
    many = int(found["many"].replace(".", ""))
    return (_without(text, found), many) if many else (text, None)


def _wished(rest: str, amount: int, found: re.Match[str]) -> Wish:
    if found["above"]:
        return Wish(rest, price_from=amount)
    if found["near"] or "an" in found["after"].split("/")[0].split("per")[0]:
        return Wish(rest, amount * ABOUT[0] // 10, amount * ABOUT[1] // 10)
    return Wish(rest, price_to=amount)


def _is_money(money: str) -> bool:
    """Whether the amount itself says that it is one."""
    parts = _PARTS.fullmatch(money.strip())
    if parts is None:
        return False
    if parts["unit"] == "k":  # 4k and 8k are pictures
        return bool(parts["rp"]) or (_value(parts["number"]) >= 10)
    return bool(parts["rp"] or parts["unit"] or parts["dash"])


def _rupiah(money: str, like: str = "") -> int | None:
    """Whole rupiah; an amount without a unit in a range takes that of the other: `20-30rb`."""
    parts, other = _PARTS.fullmatch(money.strip()), _PARTS.fullmatch(like.strip())
    if parts is None:
        return None
    unit = parts["unit"] or (other["unit"] if other and not parts["rp"] else "") or ""
    amount = round(_value(parts["number"]) * _FACTOR[unit])
    return amount if 0 < amount < MOST else None


def _value(number: str) -> float:
    return float(
        number.replace(".", "") if re.fullmatch(r"\d{1,3}(\.\d{3})+", number) else number.replace(",", ".")
    )


def _without(text: str, found: re.Match[str]) -> str:
    return " ".join((text[: found.start()] + " " + text[found.end() :]).split())
