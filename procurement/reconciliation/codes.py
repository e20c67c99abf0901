"""Finding our codes in what banks make of a remark: other case, spaces, wrapped, cut, with the bank's tail. Pure."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

_DATA: Final = Path(__file__).resolve().parent / "data" / "remarks.json"
SHORTEST: Final = 6
"""Letters and digits below which a code says too little to be looked for."""
_ANCHOR: Final = 4
LONGEST_CUT: Final = 6
"""How many characters of a random reference a bank may cut off before it says too little."""


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a leg as it may stand in a remark, letters and digits alone.

    `sequential`: given one after the other, so a slip of the hand names a neighbour (order, SP2D). `ours`: drawn at
    random by us, so that a part of it still names one alone. `told` is the code as people write it.
    """

    text: str
    sequential: bool = False
    ours: bool = False
    told: str = field(default="", compare=False)


def squeezed(text: str) -> str:
    """Letters and digits in upper case: what survives a bank's line breaks and spaces."""
    return "".join(character for character in text.upper() if character.isascii() and character.isalnum())


@cache
def _remarks() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(_DATA.read_text(encoding="utf-8"))
    return told


def is_bank_fee(remark: str) -> bool:
    """Whether a remark begins like a bank's fee (data, `data/remarks.json`)."""
    plain = " ".join(remark.upper().split())
    return plain.startswith(tuple(_remarks()["fees"]))


def without_suffix(text: str) -> str:
    """A remark without what the bank hangs on at its end."""
    plain = text.rstrip()
    for suffix in _remarks()["suffixes"]:
        plain = plain.removesuffix(suffix).rstrip()
    return plain


class Text:
    """A remark prepared for looking codes up: squeezed, and where words begin and end in it."""

    def __init__(self, raw: str) -> None:
        letters: list[str] = []
        begins: list[bool] = []
        ends: list[bool] = []
        before = ""
        for character in without_suffix(raw).upper():
            if character.isascii() and character.isalnum():
                breaks = not before or character.isdigit() != before.isdigit()
                if letters and breaks:
                    ends[-1] = True
                letters.append(character)
                begins.append(breaks)
                ends.append(False)
                before = character
            else:
                before = ""
        if ends:
            ends[-1] = True
        self.squeezed, self.begins, self.ends = "".join(letters), begins, ends


class CodeIndex:
    """Every code of every leg, found in a remark in time that does not grow with their number."""

    def __init__(self, codes: Iterable[Code]) -> None:
        self.known = {code.text: code for code in codes if len(code.text) >= SHORTEST}
        self._anchors = {text[:_ANCHOR] for text in self.known}
        self._lengths = sorted({len(text) for text in self.known}, reverse=True)
        self._ours = sorted(text for text, code in self.known.items() if code.ours)

    def whole(self, text: Text) -> list[Code]:
        """The codes that stand in a remark, the longest at each place; none inside another."""
        found: list[Code] = []
        place = 0
        while place <= len(text.squeezed) - SHORTEST:
            code = self._at(text, place)
            if code is None:
                place += 1
            else:
                found.append(code)
                place += len(code.text)
        return list(dict.fromkeys(found))

    def _at(self, text: Text, place: int) -> Code | None:
        line = text.squeezed
        if line[place : place + _ANCHOR] not in self._anchors:
            return None
        for length in self._lengths:
            code = self.known.get(line[place : place + length]) if place + length <= len(line) else None
            if code is None:
                continue
            if code.ours or (text.begins[place] and text.ends[place + length - 1]):
                return code
        return None

    def cut(self, text: Text) -> Code | None:
        """The one reference of ours whose beginning the remark ends with; None when several begin so."""
        line = text.squeezed
        longest = max(self._lengths, default=0)
        for place in range(max(0, len(line) - longest), len(line) - SHORTEST + 1):
            if line[place : place + _ANCHOR] in self._anchors:
                begun = list(self._begun(line[place:]))
                if begun:
                    return self.known[begun[0]] if len(begun) == 1 else None
        return None

    def _begun(self, part: str) -> Iterator[str]:
        at = bisect_left(self._ours, part)
        while at < len(self._ours) and self._ours[at].startswith(part):
            if len(self._ours[at]) - len(part) <= LONGEST_CUT:
                yield self._ours[at]
            at += 1


def is_slip(one: str, other: str) -> bool:
    """Whether a slip of the hand makes one code the other: a character changed or left out, or two swapped."""
    if one == other:
        return False
    if len(one) == len(other):
        apart = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
        return len(apart) == 1 or (len(apart) == 2 and apart[0] == apart[1][::-1])
    if abs(len(one) - len(other)) != 1:
        return False
    short, long = sorted((one, other), key=len)
    at = next((i for i, character in enumerate(short) if character != long[i]), len(short))
    return short[at:] == long[at + 1 :]
