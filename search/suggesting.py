"""Completions of what is being typed: words of products, categories, vendors. For every engine alike.

Only what somebody may find is suggested: a word of the vocabulary counts when a listing on show has it that the
asker may see, so that nothing of drafts, suspended vendors or other regions shines through.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.db import connection
from django.urls import reverse

from search.indonesian import stem, words
from search.spelling import allowed
from search.terms import MOST_TERMS
from search.vocabulary import Vocabulary

CANDIDATES: Final = 24
SHORTEST: Final = 2
# A common word stands in some of the newest cards, which is cheaper to see than to gather all it stands in.
_COMPLETIONS: Final = """
SELECT word FROM (
    SELECT word, stem, listings FROM search_word
     WHERE word LIKE %(prefix)s AND word !~ '[0-9]' ORDER BY listings DESC, word LIMIT %(candidates)s
) AS candidate
 WHERE %(before)s = '' AND listings > 2000
       AND EXISTS (SELECT FROM (SELECT document, region_id FROM search_listingcard
                                 ORDER BY live_since DESC, listing_id DESC LIMIT 300) AS newest
                    WHERE document @@ quote_literal(stem)::tsquery
                      AND (%(regions)s::bigint[] IS NULL OR region_id = ANY(%(regions)s)))
    OR EXISTS (SELECT FROM search_listingcard
                WHERE document @@ (%(before)s || quote_literal(stem))::tsquery
                  AND (%(regions)s::bigint[] IS NULL OR region_id = ANY(%(regions)s)))
 ORDER BY listings DESC, word LIMIT %(limit)s
"""
_PLACES: Final = """
(SELECT 'category', c.name,
        (SELECT string_agg(a.slug, '/' ORDER BY a.path) FROM catalogue_category a
          WHERE starts_with(c.path, a.path)), sum(k.listings)
   FROM catalogue_category c JOIN search_categorycount k ON k.category_id = c.id AND k.listings > 0
  WHERE (%(regions)s::bigint[] IS NULL OR k.region_id = ANY(%(regions)s))
    AND c.is_public AND c.ancestors_are_public
    AND (lower(c.name) LIKE %(start)s OR lower(c.name) LIKE %(inside)s)
  GROUP BY c.id ORDER BY 4 DESC, c.name LIMIT 3)
UNION ALL
(SELECT 'vendor', o.name, v.slug, 0
   FROM vendors_vendor v JOIN accounts_organisation o ON o.id = v.organisation_id
  WHERE v.state = 'VERIFIED' AND (%(regions)s::bigint[] IS NULL OR v.region_id = ANY(%(regions)s))
    AND (lower(o.name) LIKE %(start)s OR lower(o.name) LIKE %(inside)s)
    AND EXISTS (SELECT FROM search_listingcard k WHERE k.vendor_id = v.id)
  ORDER BY o.name LIMIT 3)
"""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that may be meant: `kind` is "search", "category" or "vendor"."""

    kind: str
    text: str
    url: str


def suggest(text: str, *, regions: frozenset[int] | None, limit: int = 8) -> list[Suggestion]:
    """What may be meant by a text that is still being typed, words first: two queries, one more for a slip."""
    typed = list(words(text))[:MOST_TERMS]
    if not typed or len(typed[-1]) < SHORTEST:
        return []
    within = None if regions is None else sorted(regions)
    last = typed[-1]
    found = _completed(typed, last, within, limit)
    if not found and len(text.split()[-1]) > 3 and allowed(last):
        near = Vocabulary().nearest([last]).get(last)
        found = _completed(typed, near[0][0], within, limit) if near else []
    return [
        Suggestion("search", each, f"{reverse('search')}?{urlencode({'q': each})}") for each in found
    ] + _named(text, within)


def _completed(typed: list[str], last: str, regions: list[int] | None, limit: int) -> list[str]:
    if not last.isalpha():
        return []
    before = " & ".join(stem(word) for word in typed[:-1])
    with connection.cursor() as cursor:
        cursor.execute(
            _COMPLETIONS,
            {
                "prefix": last + "%",
                "before": f"{before} & " if before else "",
                "regions": regions,
                "candidates": CANDIDATES,
                "limit": limit,
            },
        )
        return [" ".join([*typed[:-1], word]) for (word,) in cursor.fetchall()]


def _named(text: str, regions: list[int] | None) -> list[Suggestion]:
    """Categories and vendors with a word that begins like the text."""
    start = (
        " ".join(text.lower().split()).replace("\\", "").replace("%", "").replace("_", "").replace("\x00", "")
    )
    if len(start) < SHORTEST:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, {"start": f"{start}%", "inside": f"% {start}%", "regions": regions})
        rows = cursor.fetchall()
    return [
        Suggestion(kind, name, reverse("category" if kind == "category" else "vendor-profile", args=[slug]))
        for kind, name, slug, _number in rows
    ]
