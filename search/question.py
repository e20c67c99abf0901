"""A question to the catalogue, and its query string. What cannot be read is dropped, never an error page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol
from urllib.parse import urlencode

from marketplace.core.money import NotRupiah, parse_rupiah

LONGEST_TEXT = 200
PAGE_SIZE = 24
# Nobody reads further; a deep offset costs more with every page, so beyond it the page asks for a filter.
LAST_PAGE = 42
MOST_VALUES = 20

SORTS = {
    "relevan": "Paling sesuai",
    "terbaru": "Terbaru",
    "termurah": "Harga terendah",
    "termahal": "Harga tertinggi",
}
_CODE = re.compile(r"[0-9]{2}(\.[0-9]{2}){0,2}(\.[0-9]{4})?")
_KINDS = ("BARANG", "JASA", "KATERING")
_SIZES = ("MIKRO", "KECIL", "MENENGAH", "KOPERASI")

BANDS: tuple[tuple[str, int | None, int | None, str], ...] = (
    ("1", None, 50_000, "Di bawah Rp50.000"),
    ("2", 50_000, 200_000, "Rp50.000 – Rp200.000"),
    ("3", 200_000, 1_000_000, "Rp200.000 – Rp1 juta"),
    ("4", 1_000_000, 5_000_000, "Rp1 juta – Rp5 juta"),
    ("5", 5_000_000, None, "Rp5 juta ke atas"),
)
"""Price bands: code, from (included), below, label."""

# "50 rb", "1,5 juta": what people write for a price they do not want to pass.
_PRICE = re.compile(
    r"(?:\b(?:di\s*bawah|maks(?:imal)?|max|<)\s*)?(?:rp\.?\s*)?\b([0-9]+(?:[.,][0-9]+)?)\s*(rb|ribu|jt|juta)\b",
    re.I,
)
_FACTOR = {"rb": 1_000, "ribu": 1_000, "jt": 1_000_000, "juta": 1_000_000}


class Lists(Protocol):
    """A QueryDict, or anything that gives all values of a name."""

    def getlist(self, key: str) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: text, filters, order, page. Equal questions have equal query strings."""

    text: str = ""
    category: str = ""
    price_from: int | None = None
    price_to: int | None = None
    bands: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    pdn: bool = False
    halal: bool = False
    sort: str = ""
    page: int = 1

    @classmethod
    def read(cls, query: Lists) -> Question:
        """The question of a query string; unknown names and unreadable values are left out."""
        one = {name: (query.getlist(name) or [""])[-1] for name in _ONE}
        return cls(
            text=" ".join(one["q"].replace("\x00", " ").split())[:LONGEST_TEXT],
            category=one["kategori"] if re.fullmatch(r"[a-z0-9/-]{1,255}", one["kategori"]) else "",
            price_from=_rupiah(one["dari"]),
            price_to=_rupiah(one["sampai"]),
            bands=_known(query.getlist("harga"), [code for code, *_ in BANDS]),
            cities=tuple(
                sorted({code for code in query.getlist("kota")[:MOST_VALUES] if _CODE.fullmatch(code)})
            ),
            kinds=_known(query.getlist("jenis"), _KINDS),
            sizes=_known(query.getlist("ukuran"), _SIZES),
            pdn=one["pdn"] == "1",
            halal=one["halal"] == "1",
            sort=one["urut"] if one["urut"] in SORTS else "",
            page=_page(one["hal"]),
        )

    def pairs(self) -> list[tuple[str, str]]:
        """The question as query string pairs; what is not asked is not written."""
        pairs = [("q", self.text), ("kategori", self.category)]
        pairs += [("dari", str(self.price_from or "")), ("sampai", str(self.price_to or ""))]
        for name, values in (
            ("harga", self.bands),
            ("kota", self.cities),
            ("jenis", self.kinds),
            ("ukuran", self.sizes),
        ):
            pairs += [(name, value) for value in values]
        pairs += [("pdn", "1" if self.pdn else ""), ("halal", "1" if self.halal else ""), ("urut", self.sort)]
        pairs += [("hal", str(self.page) if self.page > 1 else "")]
        return [(name, value) for name, value in pairs if value]

    def query_string(self, **changes: object) -> str:
        """`?…` of this question with some fields changed; the page goes back to 1 unless it is given."""
        changed = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]
        return "?" + urlencode(changed.pairs())

    @property
    def filtered(self) -> bool:
        """Whether any filter beside the text is set."""
        return bool(
            self.bands or self.cities or self.kinds or self.sizes or self.pdn or self.halal
            or self.price_from or self.price_to or self.category
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Understood:
    """A question's text with the price taken out of it: `nasi kotak 50 rb` → `nasi kotak`, at most Rp50.000."""

    text: str
    price_to: int | None = field(default=None)


def understood(text: str) -> Understood:
    """Read a wished price out of the text."""
    found = _PRICE.search(text)
    if found is None:
        return Understood(text)
    rest = " ".join((text[: found.start()] + " " + text[found.end() :]).split())
    amount = float(found[1].replace(",", ".")) * _FACTOR[found[2].lower()]
    if not rest or not 0 < amount < 10**10:
        return Understood(text)
    return Understood(rest, round(amount))


_ONE = ("q", "kategori", "dari", "sampai", "pdn", "halal", "urut", "hal")


def _rupiah(text: str) -> int | None:
    try:
        amount = parse_rupiah(text) if text else None
    except NotRupiah:
        return None
    return amount if amount and 0 < amount < 10**10 else None


def _page(text: str) -> int:
    return (
        min(int(text), LAST_PAGE)
        if text.isascii() and text.isdigit() and 0 < len(text) < 5 and int(text)
        else 1
    )


def _known(values: list[str], known: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(value for value in known if value in values)


def as_lists(query: Mapping[str, str | list[str]]) -> Lists:
    """A plain mapping read like a QueryDict: for commands and tests."""

    class _Plain:
        def getlist(self, key: str) -> list[str]:
            value = query.get(key, [])
            return [value] if isinstance(value, str) else list(value)

    return _Plain()
