"""A place in the words of a question: where the thing is wanted.

A place is read only where it cannot well be part of a product's name:

* behind a word that asks for one (*di, ke, kirim ke, wilayah, kec., kota* …), any place;
* a province or city of two words (*jakarta pusat*) anywhere;
* otherwise only at the end of the text, behind something else, and only a province, a city, or a kecamatan or
  kelurahan of the home provinces (where the market's vendors sit) - and no single word that is an everyday word
  (*batu, palu, serang, kuningan*);
* never behind a thing that is named after its origin (*dodol garut, batik solo, biji gambir*) unless asked for by a
  preposition.

Of places of one name the one at home is meant, then the larger, then the city before the regency; of several that are
left none is, unless the text asks for a place: then the first. A place that leaves no hits is given up by the caller.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from marketplace.regulation.places import Place, area_name, areas_below
from search.indonesian import STOP_WORDS
from search.stemming import EXCEPTIONS, ROOTS, lines_of

LONGEST: Final = 4
"""Words of the longest name."""
CITY, KECAMATAN, KELURAHAN = 2, 3, 4
MOST_HOMES: Final = 5
"""Of a market in more provinces than these no kelurahan are known by their bare name."""

_TOKEN = re.compile(r"[a-z0-9']+")
_ASKING = (
    "di",
    "ke",
    "kirim",
    "antar",
    "wilayah",
    "daerah",
    "area",
    "lokasi",
    "kawasan",
    "tujuan",
    "sekitar",
)
_KINDS: dict[str, tuple[int, str]] = {
    "kec": (KECAMATAN, ""), "kecamatan": (KECAMATAN, ""), "kel": (KELURAHAN, ""), "kelurahan": (KELURAHAN, ""),
    "desa": (KELURAHAN, ""), "kota": (CITY, "kota"), "kab": (CITY, "kabupaten"), "kabupaten": (CITY, "kabupaten"),
    "prov": (1, ""), "provinsi": (1, ""), "propinsi": (1, ""),
}  # fmt: skip
# Behind "di" and "ke" they are no names of places.
_NO_NAMES = frozenset(
    "bawah atas dalam luar samping depan belakang rumah kantor sekolah pasar gedung ruang kota".split()
)
_LEVELS = re.compile(r"^(kota|kabupaten) (?:administrasi )?")
REGIONAL: frozenset[str] = frozenset(word for line in lines_of("regional.txt") for word in line.split())


@dataclass(frozen=True, slots=True)
class Named:
    """A place by one of its names: code, level (1 province to 4 kelurahan), and `kota` or `kabupaten`."""

    code: str
    kind: str = ""

    @property
    def level(self) -> int:
        """1 province, 2 city, 3 kecamatan, 4 kelurahan."""
        return self.code.count(".") + 1


@dataclass(frozen=True, slots=True)
class SaidPlace:
    """A place read out of a text: its code, its name with what it lies in, and the text without it."""

    code: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class _Span:
    """Words `start` to `end` that name places; `asked`: a word before them asks for one, `since` where that begins."""

    start: int
    end: int
    found: tuple[Named, ...]
    asked: bool = False
    since: int = 0


def read_place(text: str, *, home: Sequence[str] = ()) -> SaidPlace | None:
    """The place a lower-case text asks for; None when there is none, or when nothing else would be left.

    Args:
        home: codes of the provinces the market's vendors sit in.
    """
    tokens = list(_TOKEN.finditer(text))
    said = [token[0] for token in tokens]
    for span in _spans(said, tuple(home)):
        place = _chosen(span, said, home)
        if place is None:
            continue
        start, place = _narrowed(span, place, said, tuple(home))
        rest = text[: tokens[start].start()] + " " + text[tokens[span.end - 1].end() :]
        if any(token not in STOP_WORDS for token in _TOKEN.findall(rest)):
            return SaidPlace(place.code, area_name(place.code), " ".join(rest.strip(" ,.-").split()))
    return None


def _spans(said: list[str], home: tuple[str, ...]) -> Iterator[_Span]:
    """Words that name places: those that are asked for first, then the later, then the longer."""
    spans: list[_Span] = []
    for start in range(len(said)):
        for end in range(min(start + LONGEST, len(said)), start, -1):
            found = _known("".join(said[start:end]), home)
            if found:
                spans.append(_with_context(start, end, found, said))
    yield from sorted(spans, key=lambda span: (not span.asked, -span.end, -(span.end - span.start)))


def _with_context(start: int, end: int, found: tuple[Named, ...], said: list[str]) -> _Span:
    since = start
    if since and said[since - 1] in _KINDS:
        since -= 1
        level, kind = _KINDS[said[since]]
        fitting = tuple(each for each in found if each.level == level and kind in ("", each.kind))
        if fitting:
            return _Span(start, end, fitting, True, _before_prepositions(since, said))
    since = _before_prepositions(start, said)
    return _Span(start, end, found, since < start and said[start] not in _NO_NAMES, since)


def _before_prepositions(at: int, said: list[str]) -> int:
    while at and (
        said[at - 1] in _ASKING or (said[at - 1] == "untuk" and at < len(said) and said[at] in _ASKING)
    ):
        at -= 1
    return at


def _chosen(span: _Span, said: list[str], home: Sequence[str]) -> Named | None:
    """The place that a span means, if it means one."""
    words = span.end - span.start
    everyday = words == 1 and _everyday(said[span.start])
    if span.asked:
        found = [each for each in span.found if not everyday or each.level <= CITY or _at(each, home)]
        return _best(found, home, sure=True)
    last = all(word in STOP_WORDS for word in said[span.end :])
    large = [each for each in span.found if each.level <= CITY]
    if span.start and said[span.start - 1] in REGIONAL:
        return None
    if words > 1 and large:
        return _best(large, home)
    if not last or not span.start or everyday:
        return None
    return _best(large or [each for each in span.found if _at(each, home)], home)


def _everyday(word: str) -> bool:
    return word in ROOTS or word in EXCEPTIONS or word.isdigit()


def _at(place: Named, home: Sequence[str]) -> bool:
    return any(place.code.startswith(code) for code in home)


def _best(found: Iterable[Named], home: Sequence[str], *, sure: bool = False) -> Named | None:
    """At home first, then the larger, then the city; of equals none, or the first when some place is surely meant."""
    ranked = sorted(found, key=lambda each: (*_rank(each, home), each.code))
    if not ranked:
        return None
    equals = [each for each in ranked if _rank(each, home) == _rank(ranked[0], home)]
    return ranked[0] if sure or len(equals) == 1 else None


def _rank(place: Named, home: Sequence[str]) -> tuple[bool, int, bool]:
    return not _at(place, home), place.level, place.kind == "kabupaten"


def _narrowed(span: _Span, place: Named, said: list[str], home: tuple[str, ...]) -> tuple[int, Named]:
    """The place named just before one that it lies in: `menteng jakarta pusat` is Menteng. Start, place."""
    for start in range(max(span.since - LONGEST, 0), span.since):
        inner = [
            each
            for each in _known("".join(said[start : span.since]), home)
            if each.code.startswith(place.code + ".")
        ]
        if start and inner:
            return _before_prepositions(start, said), min(inner, key=lambda each: (each.level, each.code))
    return span.since, place


def _known(name: str, home: tuple[str, ...]) -> tuple[Named, ...]:
    found = _gazetteer().get(name, ())
    return (*found, *_home_kelurahan(home).get(name, ())) if len(home) <= MOST_HOMES else found


@lru_cache(maxsize=1)
def _gazetteer() -> dict[str, tuple[Named, ...]]:
    """Provinces, cities and kecamatan by name without spaces; read once, about 8,000 names."""
    found: dict[str, list[Named]] = {}
    provinces = areas_below("")
    cities = [city for province in provinces for city in areas_below(province.code)]
    for area in [
        *provinces,
        *cities,
        *(kecamatan for city in cities for kecamatan in areas_below(city.code)),
    ]:
        _add(found, area)
    for line in lines_of("place_aliases.txt"):
        code, _space, names = line.partition(" ")
        for name in names.split(","):
            found.setdefault(_joined(name), []).insert(0, Named(code, "kota"))
    return {name: tuple(dict.fromkeys(named)) for name, named in found.items()}


@lru_cache(maxsize=4)
def _home_kelurahan(home: tuple[str, ...]) -> dict[str, tuple[Named, ...]]:
    found: dict[str, list[Named]] = {}
    for province in home:
        for city in areas_below(province):
            for kecamatan in areas_below(city.code):
                for kelurahan in areas_below(kecamatan.code):
                    _add(found, kelurahan)
    return {name: tuple(named) for name, named in found.items()}


def _add(found: dict[str, list[Named]], area: Place) -> None:
    name = area.name.partition(", ")[0].casefold()
    kind = _LEVELS.match(name)
    found.setdefault(_joined(_LEVELS.sub("", name)), []).append(Named(area.code, kind[1] if kind else ""))


def _joined(name: str) -> str:
    return "".join(_TOKEN.findall(name))
