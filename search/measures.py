"""Numbers and units as compared: however an amount is written, it becomes one word.

Weights are counted in grams, volumes in millilitres, lengths in millimetres, so that `1/2 kg`, `½ kg`, `0,5 kg` and
`500 gr` meet. A dot before three digits parts thousands, as Indonesian does; a comma parts decimals. A fraction of the
counting unit is written with `d` for the decimal mark (`2d5mm`), because words hold only letters and digits. A size is
its numbers (`10x15`): sellers leave out its unit as often as they write it.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

# Unit as compared: the ways it is written, each with how many of that unit it is.
_WRITTEN: dict[str, dict[str, Fraction | int]] = {
    "g": {
        "g gr gram grm gsm grams": 1,
        "ons": 100,
        "kg kgs kilo kilogram": 1_000,
        "kuintal kwintal": 100_000,
        "ton": 1_000_000,
    },
    "mg": {"mg miligram": 1},
    "ml": {"ml mili mililiter milliliter cc": 1, "l lt ltr liter litre": 1_000},
    "mm": {
        "mm milimeter": 1,
        "cm senti sentimeter centimeter": 10,
        "m mtr meter metre": 1_000,
        "km kilometer": 1_000_000,
    },
    "m2": {"m2 meter-persegi mtr-persegi": 1},
    "m3": {"m3 meter-kubik kubik": 1},
    "inci": {"inci inch inchi inc \" ''": 1},
    "mb": {"mb megabyte": 1},
    "gb": {"gb giga gigabyte": 1},
    "tb": {"tb tera terabyte": 1},
    "w": {"w watt": 1, "kw kilowatt": 1_000},
    "v": {"v volt": 1},
    "va": {"va": 1, "kva": 1_000},
    "mah": {"mah": 1},
    "mp": {"mp megapixel megapiksel": 1},
    "pk": {"pk hp": 1},
    "lumen": {"lumen lm": 1},
    "rupiah": {"rb ribu": 1_000, "jt juta": 1_000_000},
}
# Units of counting stay words of their own: `isi 12`, `12 pcs` and `12 buah` share the number.
_COUNTED: dict[str, str] = {
    "pcs": "pcs pc pce piece pieces bh buah biji bj ea",
    "lembar": "lembar lbr lmbr sheet sheets",
    "rim": "rim rem ream",
    "lusin": "lusin lsn dozen",
    "rol": "rol roll gulung",
    "pasang": "pasang psg pair",
}
_LENGTHS = ("m", "mtr", "meter", "cm", "mm", "senti", "inch", "inci", "inchi", '"')

UNITS: dict[str, tuple[str, Fraction]] = {
    form.replace("-", " "): (unit, Fraction(many))
    for unit, ways in _WRITTEN.items()
    for forms, many in ways.items()
    for form in forms.split()
}
COUNTED: dict[str, str] = {form: unit for unit, forms in _COUNTED.items() for form in forms.split()}

_NUMBER = r"\d{1,3}(?:\.\d{3})+(?:,\d{1,3})?(?!\d)|\d{1,3}(?:,\d{3})+(?!\d)|\d+(?:[.,]\d{1,4})?(?!\d)"
_UNIT = "|".join(sorted(map(re.escape, [*UNITS, *COUNTED]), key=len, reverse=True))
_LENGTH = "|".join(map(re.escape, _LENGTHS))
_AMOUNTS = re.compile(
    r"(?<![a-z0-9.,/])(?:"
    rf"(?P<one>{_NUMBER})\s?(?:{_LENGTH})?\s?[x×*]\s?(?P<two>{_NUMBER})"
    rf"(?:\s?(?:{_LENGTH})?\s?[x×*]\s?(?P<three>{_NUMBER}))?(?:\s?-?(?P<size_unit>{_UNIT}))?"
    rf"|(?:(?P<whole>\d)\s)?(?P<part>\d{{1,2}})/(?P<of>\d{{1,2}})(?![\d/])(?:\s?-?(?P<part_unit>{_UNIT}))?"
    rf"|(?P<number>{_NUMBER})(?:\s?-?(?P<unit>{_UNIT}))?"
    r")(?![a-z0-9])"
)
_DIGITS = re.compile(r"[0-9]+")
_SHARES = (2, 3, 4, 5, 8, 10, 16)
"""Denominators of sizes that are sold; `12/31` is no fraction but a date or a number of a paper."""
MOST_DIGITS = 12
_MEASURE = re.compile(r"[0-9]+(?:d[0-9]+)?(?=[a-z])")


def measured(text: str) -> str:
    """Write every amount of a lower-case text as one word (see above); other words stay as they are."""
    told, done = [], 0
    for digits in _DIGITS.finditer(text):
        found = _AMOUNTS.match(text, digits.start()) if digits.start() >= done else None
        if found:
            told += [text[done : found.start()], _written(found[0])]
            done = found.end()
    return "".join([*told, text[done:]])


def bare(word: str) -> str:
    """The number of an amount without its unit: `80g` → `80`; empty for any other word."""
    found = _MEASURE.match(word)
    return found[0] if found and word[found.end() :] in _WRITTEN else ""


@lru_cache(maxsize=16_384)
def _written(amount: str) -> str:
    """One amount in its word; the same few come again and again, so they are kept."""
    found = _AMOUNTS.fullmatch(amount)
    if found is None:  # cannot be: the amount was found with the same expression
        return amount
    if found["one"]:
        return _size(found)
    if found["part"]:
        return _fraction(found)
    number, unit = found["number"], found["unit"] or ""
    if not unit and number.isdigit():
        return number
    return _amount(_value(number, unit), unit)


def _size(found: re.Match[str]) -> str:
    unit = found["size_unit"] or ""
    numbers = [found[name] for name in ("one", "two", "three") if found[name]]
    if unit and unit not in _LENGTHS:  # `12 x 600 ml` is twelve of something, and not a size
        rest = [_plainly(_value(number)) for number in numbers[:-1]]
        return " ".join([*rest, _amount(_value(numbers[-1], unit), unit)])
    return "x".join(_plainly(_value(number)) for number in numbers)


def _fraction(found: re.Match[str]) -> str:
    part, of, unit = int(found["part"]), int(found["of"]), found["part_unit"] or ""
    if of not in _SHARES or part >= of:
        return found[0]
    return _amount(int(found["whole"] or 0) + Fraction(part, of), unit)


def _value(number: str, unit: str = "") -> Fraction:
    """What a written number says. A comma before three digits parts thousands, except in weights and volumes."""
    thousands = re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?", number)
    if thousands:
        return Fraction(number.replace(".", "").replace(",", "."))
    if re.fullmatch(r"[1-9]\d{0,2}(?:,\d{3})+", number) and unit not in ("kg", "l", "liter", "kilo"):
        return Fraction(number.replace(",", ""))
    return (
        Fraction(number.replace(",", ".", 1)) if number.count(",") < 2 else Fraction(number.replace(",", ""))
    )


def _amount(value: Fraction, unit: str) -> str:
    if unit in COUNTED:
        return f"{_plainly(value)} {COUNTED[unit]}"
    if not unit:
        return _plainly(value)
    name, many = UNITS[unit]
    return _plainly(value * many) + ("" if name == "rupiah" else name)


def _plainly(value: Fraction) -> str:
    """A number with at most three decimals, `d` for the decimal mark."""
    if value.denominator == 1:
        return str(value.numerator)[:MOST_DIGITS]
    return f"{float(value):.3f}".rstrip("0").rstrip(".")[:MOST_DIGITS].replace(".", "d")
