"""Typing errors: the nearest word that stands in a listing, by trigrams first and edit distance then."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

# Two swapped letters break most trigrams of a short word, so its swaps are looked up as they are.
_NEAREST = """
SELECT asked.word, near.word, near.stem, near.listings
  FROM unnest(%(words)s::text[], %(swapped)s::text[]) AS asked(word, swapped)
 CROSS JOIN LATERAL (
      (SELECT word, stem, listings FROM search_word
        WHERE word %% asked.word AND length(word) BETWEEN length(asked.word) - 2 AND length(asked.word) + 2
        ORDER BY similarity(word, asked.word) DESC, listings DESC LIMIT 12)
       UNION ALL
      (SELECT word, stem, listings FROM search_word WHERE word = ANY(string_to_array(asked.swapped, ' ')))
 ) AS near
"""


def known_stems(stems: Sequence[str]) -> set[str]:
    """Those of `stems` that stand in the vocabulary."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT stem FROM search_word WHERE stem = ANY(%s)", [list(stems)])
        return {stem for (stem,) in cursor.fetchall()}


def nearest(words: Sequence[str]) -> dict[str, tuple[str, str]]:
    """For each word its nearest known one as (word, stem); words without a near one are left out. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            _NEAREST, {"words": list(words), "swapped": [" ".join(_swapped(word)) for word in words]}
        )
        rows = cursor.fetchall()
    best: dict[str, tuple[int, int, int, str, str]] = {}
    for asked, word, stem, listings in rows:
        far = distance(asked, word, most=allowed(asked))
        if far <= allowed(asked):
            # At the same distance a changed or swapped letter is likelier than a missing one, then the commoner word.
            found = (far, abs(len(word) - len(asked)), -listings, word, stem)
            best[asked] = min(best.get(asked, found), found)
    return {asked: found[-2:] for asked, found in best.items()}


def _swapped(word: str) -> list[str]:
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
