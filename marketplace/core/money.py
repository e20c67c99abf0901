"""Whole-rupiah arithmetic: no float, no sen outside the ledger.

Amounts are plain `int` rupiah. The ledger counts sen (1 rupiah = 100 sen): bank statements carry them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

SEN_PER_RUPIAH = 100
MOST = 2**53 - 1
"""The largest amount anybody may state, in rupiah: every program reads whole numbers of JSON exactly up to here."""

_ONES = (
    *("nol", "satu", "dua", "tiga", "empat", "lima"),
    *("enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas"),
)
_SCALES = (
    (10**15, "kuadriliun"),
    (10**12, "triliun"),
    (10**9, "miliar"),
    (10**6, "juta"),
    (1000, "ribu"),
)


class NotRupiah(ValueError):
    """Text that cannot be read as a whole-rupiah amount; the message says what to type instead."""


def rupiah(amount: int) -> str:
    """`1500000` → `"Rp1.500.000"`; negative amounts carry a leading minus."""
    sign = "-" if amount < 0 else ""
    return f"{sign}Rp{abs(amount):,}".replace(",", ".")


def parse_rupiah(text: str) -> int:
    """Read what people type: `35000`, `35.000`, `Rp 35.000`, `Rp35.000,00`.

    Raises NotRupiah for anything else, sen included: a price is whole rupiah; and for more than MOST.
    """
    compact = re.sub(r"^(rp\.?|idr)", "", text.strip().replace("\u00a0", " ").lower()).replace(" ", "")
    matched = re.fullmatch(r"(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{1,2}|-))?", compact, re.ASCII)
    if matched is None:
        raise NotRupiah(f"“{text.strip()[:40]}” bukan nilai rupiah. Isi angka, contoh 35000 atau 35.000.")
    sen = matched.group(2)
    if sen not in (None, "-") and int(sen) != 0:
        raise NotRupiah("Nilai harus rupiah bulat tanpa sen, contoh 35.000.")
    digits = matched.group(1).replace(".", "").lstrip("0") or "0"
    if len(digits) > len(str(MOST)) or int(digits) > MOST:  # Python reads no number of more than 4,300 digits
        raise NotRupiah(f"Nilai paling besar {rupiah(MOST)}.")
    return int(digits)


def floor_share(base: int, numerator: int, denominator: int) -> int:
    """`base × numerator ⁄ denominator` in rupiah, rounded down once (tax rounding of the handbook §4.8)."""
    return base * numerator // denominator


def floor_rate(base: Fraction | int, rate: Fraction) -> int:
    """`base × rate` in rupiah from exact fractions, rounded down once."""
    return int((Fraction(base) * rate) // 1)


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` rupiah over `weights` by largest remainder: the parts always add up to `total`.

    Ties go to the earlier part. Raises ValueError when every weight is zero or one is negative.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must be zero or more and not all zero")
    parts = [total * weight // whole for weight in weights]
    remainders = [(total * weight) % whole for weight in weights]
    for index in sorted(range(len(weights)), key=lambda i: -remainders[i])[: total - sum(parts)]:
        parts[index] += 1
    return parts


def _below_thousand(number: int) -> list[str]:
    if number < 12:
        return [_ONES[number]] if number else []
    if number < 20:
        return [_ONES[number - 10], "belas"]
    if number < 100:
        return [_ONES[number // 10], "puluh", *_below_thousand(number % 10)]
    head = ["seratus"] if number < 200 else [_ONES[number // 100], "ratus"]
    return head + _below_thousand(number % 100)


def terbilang(amount: int) -> str:
    """Rupiah in words as papers print them: `20868000` → “dua puluh juta … ribu rupiah”.

    Raises ValueError above 999 quadrillion, far beyond any budget line.
    """
    if abs(amount) >= 10**18:
        raise ValueError("amount too large for words")
    words: list[str] = ["minus"] if amount < 0 else []
    rest = abs(amount)
    if rest == 0:
        words.append("nol")
    for scale, name in _SCALES:
        count, rest = divmod(rest, scale)
        if count == 1 and scale == 1000:
            words.append("seribu")
        elif count:
            words += [*_below_thousand(count), name]
    words += _below_thousand(rest)
    return " ".join([*words, "rupiah"])
