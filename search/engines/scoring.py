"""Terms and points as PostgreSQL reads them. User text reaches SQL only as stems of [a-z0-9], as parameters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from marketplace.regulation.places import around
from search.ranking import Scale, by_place
from search.synonyms import Phrase
from search.terms import Group, Terms, following

Sql = tuple[str, list[Any]]
TOGETHER: Final = "+together"
SHORT: Final = "+short"


def matching(terms: Terms) -> str:
    """The tsquery a document must fit: all groups, or when loosened one of the needed ones."""
    groups = [group for group in terms.groups if group.needed] if terms.loose else terms.groups
    return (" | " if terms.loose else " & ").join(_group(group) for group in groups)


def fit(terms: Terms, scale: Scale) -> Sql:
    """The points of fit (see `search.ranking`) over the columns head, document and title_words."""
    told = parts_of_fit(terms, scale)
    return "(" + " + ".join(sql for _part, (sql, _values) in told) + ")", [
        value for _part, (_sql, values) in told for value in values
    ]


def parts_of_fit(terms: Terms, scale: Scale) -> list[tuple[str, Sql]]:
    """Each part of fit: a word of the question, TOGETHER, SHORT."""
    parts = [(" ".join(group.said), _word(group, loose=terms.loose)) for group in terms.groups]
    ways = " | ".join(
        "(" + " <-> ".join(_one_of(phrases, "A") for phrases in way) + ")" for way in following(terms.groups)
    )
    parts.append((TOGETHER, ("CASE WHEN head @@ %s::tsquery THEN %s ELSE 0 END", [ways, scale.together])))
    everything = " & ".join(_group(group, "A") for group in terms.groups)
    once, twice, thrice = scale.short
    asked = terms.length
    sql = (
        "CASE WHEN head @@ %s::tsquery THEN CASE WHEN title_words <= %s THEN %s WHEN title_words <= %s THEN %s"
        " WHEN title_words <= %s THEN %s ELSE 0 END ELSE 0 END"
    )
    parts.append((SHORT, (sql, [everything, asked, once, 2 * asked, twice, 3 * asked, thrice])))
    return parts


def _word(group: Group, *, loose: bool) -> Sql:
    title, head, elsewhere = by_place(group.points)
    sql = "CASE WHEN head @@ %s::tsquery THEN %s WHEN head @@ %s::tsquery THEN %s"
    values: list[Any] = [_group(group, "A"), title, _group(group), head]
    if loose:
        return f"{sql} WHEN document @@ %s::tsquery THEN %s ELSE 0 END", [*values, _group(group), elsewhere]
    # it stands somewhere: the row would not be here
    return f"{sql} ELSE %s END", [*values, elsewhere]


def near(place_code: str, points: tuple[int, int, int]) -> Sql:
    """The points of nearness over the column place_code; the same kelurahan counts as the same kecamatan."""
    levels = list(zip(around(place_code), points, strict=False))[::-1]
    if not levels:
        return "0", []
    sql = " ".join(f"WHEN left(place_code, {len(area)}) = %s THEN %s" for area, _given in levels)
    return f"(CASE {sql} ELSE 0 END)", [value for level in levels for value in level]


def _group(group: Group, weight: str = "") -> str:
    return _one_of(group.alternatives, weight)


def _one_of(phrases: Iterable[Phrase], weight: str = "") -> str:
    return "(" + " | ".join(_phrase(phrase, weight) for phrase in phrases) + ")"


def _phrase(phrase: Phrase, weight: str) -> str:
    """One alternative: a word, or words that follow each other."""
    marked: Iterable[str] = (f"{root}:{weight}" if weight else root for root in phrase)
    told = " <-> ".join(marked)
    return told if len(phrase) == 1 else f"({told})"
