"""What each kind of offer says about itself: typed attributes, their limits, and how people read them. Pure.

One table serves the form, the spreadsheet, the check on the way in, the product page and the search facets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

Value = str | int | bool
TEXT, WHOLE, DECIMAL, CHOICE, YES_NO = "text", "whole", "decimal", "choice", "yes_no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One thing an offer says. `unit` follows the number; a decimal is kept as text so that it is never a float."""

    code: str
    label: str
    kind: str = TEXT
    required: bool = False
    hint: str = ""
    unit: str = ""
    longest: int = 120
    minimum: int = 0
    maximum: int = 1_000_000_000
    choices: tuple[tuple[str, str], ...] = ()


CATERING: Final = (
    Attribute(
        code="menu",
        label="Isi menu",
        required=True,
        longest=500,
        hint="Sebut nasi, lauk, sayur, buah, dan minumannya.",
    ),
    Attribute(
        code="serving",
        label="Cara penyajian",
        kind=CHOICE,
        choices=(
            ("KOTAK", "Nasi kotak atau dus"),
            ("PRASMANAN", "Prasmanan"),
            ("TUMPENG", "Tumpeng"),
            ("LAIN", "Lainnya"),
        ),
    ),
    Attribute(
        code="shelf_hours",
        label="Tahan dimakan",
        kind=WHOLE,
        unit="jam",
        minimum=1,
        maximum=720,
        hint="Sejak dimasak.",
    ),
)
GOODS: Final = (
    Attribute(code="brand", label="Merek", required=True, hint="Tulis “tanpa merek” bila buatan sendiri."),
    Attribute(code="model", label="Tipe atau model"),
    Attribute(
        code="weight_g", label="Berat satu satuan", kind=WHOLE, unit="gram", minimum=1, maximum=100_000_000
    ),
    Attribute(code="length_mm", label="Panjang", kind=WHOLE, unit="mm", minimum=1, maximum=100_000),
    Attribute(code="width_mm", label="Lebar", kind=WHOLE, unit="mm", minimum=1, maximum=100_000),
    Attribute(code="height_mm", label="Tinggi", kind=WHOLE, unit="mm", minimum=1, maximum=100_000),
    Attribute(code="warranty_months", label="Garansi", kind=WHOLE, unit="bulan", maximum=600),
)
SERVICE: Final = (
    Attribute(
        code="scope",
        label="Lingkup pekerjaan",
        required=True,
        longest=500,
        hint="Apa yang dikerjakan, dan apa yang tidak termasuk.",
    ),
    Attribute(code="people", label="Jumlah tenaga", kind=WHOLE, unit="orang", minimum=1, maximum=10_000),
    Attribute(
        code="duration_days", label="Lama pengerjaan", kind=WHOLE, unit="hari kerja", minimum=1, maximum=730
    ),
    Attribute(code="tools_included", label="Alat dan bahan termasuk", kind=YES_NO),
)
ATTRIBUTES: Final[dict[str, tuple[Attribute, ...]]] = {"KATERING": CATERING, "BARANG": GOODS, "JASA": SERVICE}
"""By kind of offer (`Listing.Kind`), in the order people read them."""


class WrongAttributes(ValueError):
    """What cannot be taken: `problems` maps the code of an attribute to a sentence."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = dict(problems)


def checked(kind: str, given: Mapping[str, Any]) -> dict[str, Value]:
    """The attributes of an offer of `kind` as they are kept: typed, trimmed, without empty ones.

    Raises WrongAttributes with a sentence for each attribute that is missing, unknown or out of bounds.
    """
    kept, problems = typed(kind, given)
    problems |= {
        each.code: asked_for(each)
        for each in ATTRIBUTES[kind]
        if each.required and each.code not in kept and each.code not in problems
    }
    if problems:
        raise WrongAttributes(problems)
    return kept


def typed(kind: str, given: Mapping[str, Any]) -> tuple[dict[str, Value], dict[str, str]]:
    """What can be kept of the given, and a sentence for each that cannot. Nothing is asked for."""
    known = {attribute.code: attribute for attribute in ATTRIBUTES[kind]}
    problems = {code: f"Ciri “{code}” tidak dikenal untuk jenis ini." for code in given if code not in known}
    kept: dict[str, Value] = {}
    for code, attribute in known.items():
        try:
            value = _typed(attribute, given.get(code))
        except ValueError as wrong:
            problems[code] = str(wrong)
            continue
        if value is not None:
            kept[code] = value
    return kept, problems


def asked_for(attribute: Attribute) -> str:
    """The sentence for a required attribute that is missing."""
    return f"{attribute.label} wajib diisi. {attribute.hint}".strip()


def _typed(attribute: Attribute, given: Any) -> Value | None:
    if isinstance(given, bool):
        return given if attribute.kind == YES_NO else _refuse(attribute, "isinya bukan ya atau tidak")
    text = "" if given is None else " ".join(str(given).split())
    if not text:
        return None
    return _READERS[attribute.kind](attribute, text)


def _text(attribute: Attribute, text: str) -> str:
    return (
        text
        if len(text) <= attribute.longest
        else _refuse(attribute, f"paling panjang {attribute.longest} huruf")
    )


def _whole(attribute: Attribute, text: str) -> int:
    bare = text.replace(".", "") if "," not in text else text
    if not bare.isascii() or not bare.isdigit():
        return _refuse(attribute, "isi angka bulat, contoh " + str(max(attribute.minimum, 1)))
    return _within(attribute, int(bare))


def _decimal(attribute: Attribute, text: str) -> str:
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return _refuse(attribute, "isi angka, contoh 2,5")
    _within(attribute, number)
    return format(number.normalize(), "f")


def _within(attribute: Attribute, number: Any) -> Any:
    if not attribute.minimum <= number <= attribute.maximum:
        return _refuse(
            attribute, f"antara {attribute.minimum} dan {attribute.maximum} {attribute.unit}".strip()
        )
    return number


def _choice(attribute: Attribute, text: str) -> str:
    for code, label in attribute.choices:
        if text.casefold() in {code.casefold(), label.casefold()}:
            return code
    return _refuse(attribute, "pilih salah satu: " + ", ".join(label for _code, label in attribute.choices))


def _yes_no(attribute: Attribute, text: str) -> bool:
    answers = {
        "ya": True,
        "y": True,
        "true": True,
        "1": True,
        "tidak": False,
        "t": False,
        "false": False,
        "0": False,
    }
    found = answers.get(text.casefold())
    return found if found is not None else _refuse(attribute, "jawab ya atau tidak")


def _refuse(attribute: Attribute, reason: str) -> Any:
    raise ValueError(f"{attribute.label}: {reason}.")


_READERS: Final[dict[str, Callable[[Attribute, str], Value]]] = {
    TEXT: _text,
    WHOLE: _whole,
    DECIMAL: _decimal,
    CHOICE: _choice,
    YES_NO: _yes_no,
}


def described(kind: str, attributes: Mapping[str, Value]) -> list[tuple[str, str]]:
    """(label, value in words) of what an offer says, in reading order."""
    return [
        (attribute.label, in_words(attribute, attributes[attribute.code]))
        for attribute in ATTRIBUTES[kind]
        if attribute.code in attributes
    ]


def in_words(attribute: Attribute, value: Value) -> str:
    """A kept value as people read it: with its unit, a choice by its label."""
    if attribute.kind == YES_NO:
        return "Ya" if value else "Tidak"
    if attribute.kind == CHOICE:
        return dict(attribute.choices).get(str(value), str(value))
    if attribute.kind == WHOLE:
        return f"{int(value):,}".replace(",", ".") + (f" {attribute.unit}" if attribute.unit else "")
    if attribute.kind == DECIMAL:
        return str(value).replace(".", ",") + (f" {attribute.unit}" if attribute.unit else "")
    return str(value)
