"""A question to the catalogue, and its query string. What cannot be read is dropped, never an error page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import urlencode

from marketplace.core.money import NotRupiah, parse_rupiah
from search.packing import BANDS, KINDS, LEAD_DAYS, SCORES, SIZES, TKDN

LONGEST_TEXT = 200
PAGE_SIZE = 24
# Nobody reads further; a deep offset costs more with every page, so beyond it the page asks for a filter.
LAST_PAGE = 42

SORTS = {
    "relevan": "Paling sesuai",
    "terbaru": "Terbaru",
    "termurah": "Harga terendah",
    "termahal": "Harga tertinggi",
}
_PLACE = re.compile(r"[0-9]{2}(\.[0-9]{2}){0,2}|[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{4}")


class Lists(Protocol):
    """A QueryDict, or anything that gives all values of a name."""

    def getlist(self, key: str) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: text, filters, order, page. Equal questions have equal query strings.

    Attributes:
        place: code of the province, city, kecamatan or kelurahan the vendor sits in.
        deliver_to: code of the place it must be deliverable to.
        tkdn, scores, lead: steps of `search.packing`; of several the widest counts.
        literal: the words are taken as they are: no price or place is read out of them, nothing is corrected.
    """

    text: str = ""
    category: str = ""
    price_from: int | None = None
    price_to: int | None = None
    bands: tuple[str, ...] = ()
    place: str = ""
    deliver_to: str = ""
    kinds: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    pdn: bool = False
    tkdn: tuple[str, ...] = ()
    halal: bool = False
    scores: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    available: bool = False
    literal: bool = False
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
            place=one["tempat"] if _PLACE.fullmatch(one["tempat"]) else "",
            deliver_to=one["kirim"] if _PLACE.fullmatch(one["kirim"]) else "",
            kinds=_known(query.getlist("jenis"), KINDS),
            sizes=_known(query.getlist("ukuran"), SIZES),
            pdn=one["pdn"] == "1",
            tkdn=_known(query.getlist("tkdn"), [str(step) for step in TKDN]),
            halal=one["halal"] == "1",
            scores=_known(query.getlist("skor"), [str(step) for step in SCORES]),
            lead=_known(query.getlist("siap"), [str(step) for step in LEAD_DAYS]),
            available=one["tersedia"] == "1",
            literal=one["apa-adanya"] == "1",
            sort=one["urut"] if one["urut"] in SORTS else "",
            page=_page(one["hal"]),
        )

    @property
    def options(self) -> dict[str, tuple[str, ...]]:
        """The chosen options of every facet of `search.packing`, by its name; what is not chosen is left out."""
        chosen = {
            "harga": self.bands,
            "jenis": self.kinds,
            "ukuran": self.sizes,
            "pdn": ("1",) if self.pdn else (),
            "tkdn": self.tkdn,
            "halal": ("1",) if self.halal else (),
            "skor": self.scores,
            "siap": self.lead,
            "tersedia": ("1",) if self.available else (),
        }
        return {name: values for name, values in chosen.items() if values}

    def pairs(self) -> list[tuple[str, str]]:
        """The question as query string pairs; what is not asked is not written."""
        pairs = [("q", self.text), ("kategori", self.category)]
        pairs += [("dari", str(self.price_from or "")), ("sampai", str(self.price_to or ""))]
        pairs += [("tempat", self.place), ("kirim", self.deliver_to)]
        pairs += [(name, value) for name, values in self.options.items() for value in values]
        pairs += [("apa-adanya", "1" if self.literal else ""), ("urut", self.sort)]
        pairs += [("hal", str(self.page) if self.page > 1 else "")]
        return [(name, value) for name, value in pairs if value]

    def query_string(self, **changes: object) -> str:
        """`?…` of this question with some fields changed; the page goes back to 1 unless it is given."""
        changed = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]
        return "?" + urlencode(changed.pairs())

    def without_filters(self) -> Question:
        """The same words and order, nothing narrowed."""
        return Question(text=self.text, literal=self.literal, sort=self.sort)

    @property
    def filtered(self) -> bool:
        """Whether any filter beside the text is set."""
        return replace(self, text="", literal=False, sort="", page=1) != Question()


_ONE = (
    "q", "kategori", "dari", "sampai", "tempat", "kirim", "pdn", "halal", "tersedia", "apa-adanya", "urut", "hal"
)  # fmt: skip


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


def _known(values: list[str], known: Sequence[str]) -> tuple[str, ...]:
    return tuple(value for value in known if value in values)


def as_lists(query: Mapping[str, str | list[str]]) -> Lists:
    """A plain mapping read like a QueryDict: for commands and tests."""

    class _Plain:
        def getlist(self, key: str) -> list[str]:
            value = query.get(key, [])
            return [value] if isinstance(value, str) else list(value)

    return _Plain()
