"""Typing errors: how far two words are apart, and how many slips are forgiven. Pure."""

from __future__ import annotations


def swapped(word: str) -> list[str]:
    """Every form of the word with two neighbouring letters swapped."""
    return [word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)]


def allowed(word: str) -> int:
    """How many slips are forgiven: none up to 3 letters, one up to 5, two beyond; never in numbers."""
    if any(letter.isdigit() for letter in word):
        return 0
    return 0 if len(word) <= 3 else 1 if len(word) <= 5 else 2


def distance(one: str, other: str, *, most: int) -> int:
    """Edits (insert, drop, change, swap of neighbours) between two words; `most` + 1 when there are more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, start=1):
        older, before, row = before, row, [place] + [0] * len(other)
        for spot, theirs in enumerate(other, start=1):
            row[spot] = min(before[spot] + 1, row[spot - 1] + 1, before[spot - 1] + (letter != theirs))
            if place > 1 and spot > 1 and letter == other[spot - 2] and one[place - 2] == theirs:
                row[spot] = min(row[spot], older[spot - 2] + 1)
        if min(row) > most:
            return most + 1
    return row[-1]
