"""The words that stand in what can be found: how often, and which is nearest to a typing error.

The same for every engine: an engine is only ever asked for words that are known to stand somewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection

from search.spelling import allowed, distance, swapped

# Two swapped letters break most trigrams of a short word, so its swaps are looked up as they are.
_NEAREST = """
SELECT asked.word, near.word, near.stem, near.listings
  FROM unnest(%(words)s::text[], %(swapped)s::text[]) AS asked(word, swapped)
 CROSS JOIN LATERAL (
      (SELECT word, stem, listings FROM {words}
        WHERE {scope} AND word %% asked.word
          AND length(word) BETWEEN length(asked.word) - 2 AND length(asked.word) + 2
        ORDER BY similarity(word, asked.word) DESC, listings DESC LIMIT 20)
       UNION ALL
      (SELECT word, stem, listings FROM {words}
        WHERE {scope} AND word = ANY(string_to_array(asked.swapped, ' ')))
 ) AS near
"""
_FREQUENCIES = """
SELECT stem, max(listings) FROM {words} WHERE {scope} AND stem = ANY(%s) GROUP BY stem
 UNION ALL SELECT '', ({total})
"""
MOST_NEAR: Final = 5
"""So many words may be meant by one that stands nowhere; the other words of the question decide."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of one space.

    Attributes:
        words: the table (word, stem, listings); never from a person.
        scope: a condition on it; never from a person.
        total: SQL of how many documents there are.
    """

    words: str = "search_word"
    scope: str = "true"
    total: str = "SELECT coalesce(sum(listings), 0) FROM search_categorycount"

    def frequencies(self, stems: Sequence[str]) -> tuple[int, dict[str, int]]:
        """How many documents there are, and in how many each of `stems` stands; unknown ones are left out."""
        with connection.cursor() as cursor:
            cursor.execute(
                _FREQUENCIES.format(words=self.words, scope=self.scope, total=self.total), [list(stems)]
            )
            found = dict(cursor.fetchall())
        return int(found.pop("", 0)), found

    def nearest(self, asked: Sequence[str], *, besides: bool = False) -> dict[str, list[tuple[str, str]]]:
        """For each word its nearest known ones as (word, stem), likeliest first; words without any are left out.

        Args:
            besides: the words are known themselves: what one slip might have made of another word.
        """
        with connection.cursor() as cursor:
            cursor.execute(
                _NEAREST.format(words=self.words, scope=self.scope),
                {"words": list(asked), "swapped": [" ".join(swapped(word)) for word in asked]},
            )
            rows = cursor.fetchall()
        near: dict[str, set[tuple[int, int, int, str, str]]] = {}
        for said, word, stem, listings in rows:
            most = min(allowed(said), 1) if besides else allowed(said)
            far = distance(said, word, most=most)
            if int(besides) <= far <= most:
                # At the same distance a changed or swapped letter is likelier than a missing one, then the commoner.
                near.setdefault(said, set()).add((far, abs(len(word) - len(said)), -listings, word, stem))
        return {said: _likeliest(found) for said, found in near.items()}


def _likeliest(found: set[tuple[int, int, int, str, str]]) -> list[tuple[str, str]]:
    """Those that are as near as the nearest."""
    ordered = sorted(found)
    return [each[-2:] for each in ordered if each[0] == ordered[0][0]][:MOST_NEAR]
