"""How a cell of a spreadsheet of listings is read and written. Pure.

A reader raises `ValueError` with the rest of the sentence “Baris 17, kolom harga: …”.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from marketplace.core.emv import payment_code_in
from marketplace.core.money import NotRupiah, parse_rupiah, rupiah
from marketplace.oscar.pricing import CEILING
from vendors.models import ORDINARY, REFINED

Cell = str | int
"""What a cell is written as: a number only where people count with it."""

KINDS: Final = {"BARANG": "Barang", "JASA": "Jasa", "KATERING": "Makanan dan minuman"}
LONGEST_SKU: Final = 40
MOST_PIECES: Final = 2_000_000_000
UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_GROUPED: Final = re.compile(r"\d{1,3}(?:\.\d{3})+|\d+", re.ASCII)
_PERCENT: Final = re.compile(r"(\d{1,3})(?:[.,](\d{1,2}))?\s*(%?)", re.ASCII)
_AREA: Final = re.compile(r"\d{2}(?:\.\d{2}(?:\.\d{2}(?:\.\d{4})?)?)?", re.ASCII)
_YES_NO: Final = {
    **dict.fromkeys(("ya", "y", "true", "benar", "1", "v", "x"), True),
    **dict.fromkeys(("tidak", "t", "false", "salah", "0", "-", ""), False),
}


@dataclass(frozen=True, slots=True)
class Reference:
    """What the columns look things up in: categories that may hold listings, by their whole way and by id."""

    ways: Mapping[int, str]
    ids: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        last: dict[str, list[int]] = {}
        for pk, way in self.ways.items():
            last.setdefault(_plain(way.rpartition(" › ")[2]), []).append(pk)
        found = {name: pks[0] for name, pks in last.items() if len(pks) == 1}
        found |= {_plain(way): pk for pk, way in self.ways.items()}
        object.__setattr__(self, "ids", found)


def line_of_text(text: str) -> str:
    """Text of one line: single spaces, nothing unprintable."""
    return " ".join(UNPRINTABLE.sub(" ", text).split())


def lines_of_text(text: str) -> str:
    """Text of several lines: single spaces, no spaces at their ends, nothing unprintable."""
    return "\n".join(line_of_text(line) for line in text.splitlines()).strip()


def _plain(name: str) -> str:
    return " ".join(re.sub(r"[›>/]", " › ", name).casefold().split())


def read_text(text: str, _reference: Reference, *, least: int, most: int) -> str:
    """A text of one line, `least` to `most` letters; empty when nothing is said."""
    plain = line_of_text(text)
    if plain and not least <= len(plain) <= most:
        raise ValueError(f"isi {least} sampai {most} huruf, sekarang {len(plain)}")
    return _without_payment_code(plain)


def read_description(text: str, _reference: Reference) -> str:
    """A text of several lines."""
    plain = lines_of_text(text)
    if len(plain) > 5_000:
        raise ValueError(f"paling panjang 5000 huruf, sekarang {len(plain)}")
    return _without_payment_code(plain)


def _without_payment_code(text: str) -> str:
    if payment_code_in(text):
        raise ValueError("hapus kode QRIS; pembeli membayar melalui pesanannya")
    return text


def read_sku(text: str, _reference: Reference) -> str:
    """A vendor's own code."""
    plain = text.strip()
    if len(plain) > LONGEST_SKU or UNPRINTABLE.search(plain) or "\n" in plain or "\t" in plain:
        raise ValueError(f"kode satu baris, paling panjang {LONGEST_SKU} huruf, contoh NK-01")
    return plain


def read_kind(text: str, _reference: Reference) -> str:
    """The code of a kind of offer, from its code or its label; empty when nothing is said."""
    plain = line_of_text(text)
    if not plain:
        return ""
    for code, label in KINDS.items():
        if plain.casefold() in {code.casefold(), label.casefold()}:
            return code
    raise ValueError("pilih salah satu: " + ", ".join(KINDS.values()))


def read_tax_class(text: str, _reference: Reference) -> str:
    """The code of a tax class, from its code or its words; empty for the ordinary one of the kind."""
    plain = line_of_text(text).casefold()
    if plain in {"", "biasa", *(each.code.casefold() for each in ORDINARY.values())}:
        return ""
    for classes in REFINED.values():
        for each, (label, _follows) in classes.items():
            if plain in {each.code.casefold(), label.casefold()}:
                return each.code
    raise ValueError("pilih dari daftar, atau kosongkan bila biasa")


def tax_class_written(code: str | None, _reference: Reference) -> Cell:
    """A tax class in the words that `read_tax_class` reads back."""
    words = {each.code: label for classes in REFINED.values() for each, (label, _f) in classes.items()}
    return words.get(code or "", "")


def read_category(text: str, reference: Reference) -> int | None:
    """The id of a category, from its whole way or from a last name that only one has."""
    plain = _plain(UNPRINTABLE.sub(" ", text))
    if not plain:
        return None
    try:
        return reference.ids[plain]
    except KeyError:
        raise ValueError(
            "kategori tidak dikenal; pilih dari lembar REF, contoh Konsumsi › Nasi kotak"
        ) from None


def read_price(text: str, _reference: Reference) -> int | None:
    """Whole rupiah; None when nothing is said."""
    if not text.strip():
        return None
    try:
        price = parse_rupiah(text)
    except NotRupiah:
        cents = re.search(r"\d,\d{1,2}\s*$", text)
        raise ValueError(
            "isi rupiah bulat tanpa sen, contoh 35000" if cents else "isi angka, contoh 35000"
        ) from None
    if not 1 <= price <= CEILING:
        raise ValueError(f"isi antara Rp1 dan {rupiah(CEILING)}")
    return price


def read_count(text: str, _reference: Reference, *, least: int, most: int, empty: int | None) -> int | None:
    """A whole number of `least` to `most`, thousands grouped or not; `empty` when nothing is said."""
    plain = text.strip()
    if not plain:
        return empty
    if not _GROUPED.fullmatch(plain) or len(plain) > 20:
        raise ValueError(f"isi angka bulat, contoh {max(least, 10)}")
    number = int(plain.replace(".", ""))
    if not least <= number <= most:
        raise ValueError(f"isi antara {least} dan {most}")
    return number


def read_yes_no(text: str, _reference: Reference) -> bool:
    """Yes or no; nothing said means no."""
    try:
        return _YES_NO[line_of_text(text).casefold()]
    except KeyError:
        raise ValueError("jawab ya atau tidak") from None


def read_percent(text: str, _reference: Reference) -> int | None:
    """Basis points from a percentage; None when nothing is said."""
    plain = text.strip()
    if not plain:
        return None
    matched = _PERCENT.fullmatch(plain)
    points = int(matched[1]) * 100 + int((matched[2] or "0").ljust(2, "0")) if matched else -1
    if not matched or points > 10_000:
        raise ValueError("isi persen dari 0 sampai 100, contoh 40 atau 40,5")
    if 0 < points < 100 and not matched[3]:
        # A cell formatted as a percentage holds 0,4 where its reader sees 40%.
        raise ValueError("tulis 40 untuk 40 persen; bila memang di bawah 1 persen tulis 0,4%")
    return points


def percent_written(points: int | None, _reference: Reference) -> Cell:
    """Basis points as a percentage that `read_percent` reads back."""
    if points is None:
        return ""
    whole, rest = divmod(points, 100)
    written = f"{whole},{rest:02}".rstrip("0") if rest else str(whole)
    return written + ("%" if 0 < points < 100 else "")


def read_kbki(text: str, _reference: Reference) -> str:
    """A KBKI code."""
    plain = text.strip()
    if plain and not (plain.isascii() and plain.isdigit() and len(plain) <= 10):
        raise ValueError("kode KBKI berisi 1 sampai 10 angka")
    return plain


def read_areas(text: str, _reference: Reference) -> list[str]:
    """Codes of areas, separated by semicolon, comma or space."""
    codes = [code for code in re.split(r"[\s;,]+", text) if code]
    wrong = next((code for code in codes if not _AREA.fullmatch(code)), None)
    if wrong is not None:
        raise ValueError(f"kode wilayah “{wrong[:20]}” keliru; tulis seperti 31.71; 31.74")
    return list(dict.fromkeys(codes))


def read_area_prices(text: str, reference: Reference) -> dict[str, int]:
    """Rupiah by area code, from `31.71=36000; 31.74=37000`."""
    prices: dict[str, int] = {}
    for pair in re.split(r"[;\n]+", text):
        if not pair.strip():
            continue
        area, equals, amount = pair.partition("=")
        price = read_price(amount, reference) if equals else None
        if price is None or not _AREA.fullmatch(area.strip()):
            raise ValueError("tulis kode wilayah=harga, contoh 31.71=36000; 31.74=37000")
        prices[area.strip()] = price
    return prices


def read_pictures(text: str, _reference: Reference) -> list[str]:
    """Names or addresses of pictures, separated by semicolon or line."""
    names = [name.strip() for name in re.split(r"[;\n]+", UNPRINTABLE.sub("", text)) if name.strip()]
    if any(len(name) > 500 for name in names):
        raise ValueError("nama atau alamat foto paling panjang 500 huruf")
    return list(dict.fromkeys(names))


def as_is(value: Any, _reference: Reference) -> Cell:
    """A value as it stands."""
    return "" if value is None else value if isinstance(value, (str, int)) else str(value)


def yes_no_written(value: bool | None, _reference: Reference) -> Cell:
    """Yes or no in words."""
    return "" if value is None else "ya" if value else "tidak"
