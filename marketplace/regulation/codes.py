"""Official code lists: finding a code by what people call the thing, and the way to a code from its chapter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from django.db import connection

from marketplace.regulation.models import Code

MOST_FOUND: Final = 12
SHORTEST_LEAF: Final = {Code.Scheme.KBKI: 4, Code.Scheme.KBLI: 5}
"""From how many digits on a code names a thing and not a chapter."""
_NOISE: Final = frozenset(
    "dan atau untuk dengan yang dari per isi ukuran warna buah unit paket di ke".split()
)

# Every word adds how well it fits somewhere in the title; whole words and short titles come first.
_SUGGEST: Final = """
SELECT code, edition, title,
       (SELECT sum(word_similarity(w, lower(title))) FROM unnest(%(words)s::text[]) AS w)
         - length(title) / 400.0 AS fit
FROM regulation_code
WHERE scheme = %(scheme)s AND length(code) >= %(shortest)s AND lower(title) %%> ANY(%(words)s::text[])
ORDER BY fit DESC, length(code), code
LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Suggested:
    """A code that may fit, with the chapters it lies in."""

    code: str
    edition: str
    title: str
    trail: tuple[str, ...] = ()


def suggest_codes(scheme: str, text: str, *, limit: int = MOST_FOUND) -> list[Suggested]:
    """Codes whose titles fit what people call a thing, typing errors allowed; digits find what begins with them.

    Two queries. Empty for a text that says nothing.
    """
    digits = re.sub(r"[\s.]", "", text)
    if digits.isascii() and digits.isdigit():
        begun = Code.objects.filter(scheme=scheme, code__startswith=digits[:10]).order_by("code")[:limit]
        found = [(each.code, each.edition, each.title) for each in begun]
    else:
        found = _by_words(scheme, text, limit)
    return _with_trails(scheme, found)


def _by_words(scheme: str, text: str, limit: int) -> list[tuple[str, str, str]]:
    words = [word for word in re.findall(r"[a-z]{3,}", text.casefold()) if word not in _NOISE][:8]
    if not words:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', '0.55', false)")
        cursor.execute(
            _SUGGEST,
            {
                "scheme": scheme,
                "words": words,
                "shortest": SHORTEST_LEAF.get(Code.Scheme(scheme), 1),
                "limit": limit,
            },
        )
        return [row[:3] for row in cursor.fetchall()]


def _with_trails(scheme: str, found: list[tuple[str, str, str]]) -> list[Suggested]:
    prefixes = {(edition, code[:size]) for code, edition, _title in found for size in range(2, len(code))}
    above = {
        (each.edition, each.code): each.title
        for each in Code.objects.filter(scheme=scheme, code__in={prefix for _edition, prefix in prefixes})
        if (each.edition, each.code) in prefixes
    }
    return [
        Suggested(
            code,
            edition,
            title,
            tuple(above[key] for size in range(2, len(code)) if (key := (edition, code[:size])) in above),
        )
        for code, edition, title in found
    ]
