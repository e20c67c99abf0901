"""A question in the engine's language, as plain dicts: what must stand, points in whole numbers, counts. Pure.

Words reach the engine only as stems of [a-z0-9] in `terms` and phrases; no text of a person is ever parsed by it. The
score is the sum of constants, `standing` of the card, and half a point for those on the nearer part of the circle on
which equals take turns (see `search.ranking`): its whole part are the points, and it puts equals in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from marketplace.regulation.places import around
from search.finder import Asked
from search.packing import BANDS, CODES
from search.question import Question
from search.ranking import MARKET, by_place
from search.synonyms import Phrase
from search.terms import Group, Terms, following

Clause = dict[str, Any]

MOST_CATEGORIES: Final = 20_000
MOST_PLACES: Final = 10_000
"""Kelurahan of the largest province, with room."""
_NEWEST: Final = [{"live_since": "desc"}, {"listing": "desc"}]
_ORDER: Final[dict[str, list[Clause]]] = {
    "terbaru": _NEWEST,
    "termurah": [{"price": "asc"}, {"listing": "asc"}],
    "termahal": [{"price": "desc"}, {"listing": "desc"}],
}
_BY_FIT: Final = [{"_score": "desc"}, {"spot": "asc"}, {"listing": "asc"}]
AGGREGATED: Final = {"kategori": "categories", "tempat": "places", "saringan": "codes"}
"""Counts of the answer by the group of filters that is left out of them."""


def body_of(asked: Asked, *, limit: int, offset: int, counting: bool = True) -> dict[str, Any]:
    """The body of one search: hits in order, and unless told otherwise their number and counts, each facet's own
    choice left out of its own.
    """
    own = _own_filters(asked)
    body: dict[str, Any] = {
        "query": _query(asked),
        "from": offset if limit else 0,
        "size": limit,
        "sort": _sort(asked),
        "track_total_hits": counting,
        "_source": False,
    }
    if counting:
        body["aggs"] = _counts(asked, own)
    chosen = [each for clauses in own.values() for each in clauses]
    if chosen:  # narrows the hits and not the counts; what it drops is not scored
        body["post_filter"] = {"bool": {"filter": chosen}}
    if asked.terms:
        body["track_scores"] = True
    return body


def _sort(asked: Asked) -> list[Clause]:
    return _ORDER.get(asked.question.sort, _BY_FIT if asked.terms else _NEWEST)


# -- what must hold --------------------------------------------------------------------------------------


def _filters(asked: Asked) -> list[Clause]:
    """Conditions that are no facet."""
    question = asked.question
    found: list[Clause] = []
    if asked.regions is not None:
        found.append({"terms": {"region": sorted(asked.regions)}})
    limits = {"gte": question.price_from, "lte": question.price_to}
    if any(limits.values()):
        found.append({"range": {"price": {name: limit for name, limit in limits.items() if limit}}})
    if question.deliver_to:
        found.append({"terms": {"areas": around(question.deliver_to)}})
    return found


def _own_filters(asked: Asked) -> dict[str, list[Clause]]:
    """Conditions by the facet whose counts they leave alone."""
    question = asked.question
    return {
        "kategori": [{"prefix": {"category_path": asked.node.path}}] if asked.node is not None else [],
        "tempat": [{"term": {"places": question.place}}] if question.place else [],
        "saringan": _options(question),
    }


def _options(question: Question) -> list[Clause]:
    found: list[Clause] = []
    if question.bands:
        found.append(_any(_band(code) for code in question.bands))
    found += [{"terms": {"kind": list(question.kinds)}}] if question.kinds else []
    found += [{"terms": {"size": list(question.sizes)}}] if question.sizes else []
    found += [{"range": {"tkdn": {"gte": 100 * min(map(int, question.tkdn))}}}] if question.tkdn else []
    found += [{"range": {"score": {"gte": min(map(int, question.scores))}}}] if question.scores else []
    found += [{"range": {"lead_days": {"lte": max(map(int, question.lead))}}}] if question.lead else []
    flags = {"pdn": question.pdn, "halal": question.halal, "available": question.available}
    return found + [{"term": {name: True}} for name, wanted in flags.items() if wanted]


def _band(code: str) -> Clause:
    low, below = next((low, below) for known, low, below, _label in BANDS if known == code)
    edges = {"gte": low, "lt": below}
    return {"range": {"price": {name: edge for name, edge in edges.items() if edge is not None}}}


# -- points ----------------------------------------------------------------------------------------------


def _query(asked: Asked) -> Clause:
    filters, terms = _filters(asked), asked.terms
    if not terms:
        return {"bool": {"filter": filters}}
    words = [_word(group) for group in terms.groups]
    scored: dict[str, Any] = {"filter": filters, "should": _more(asked)}
    if terms.loose:
        needed = [_stands("all", group.alternatives) for group in terms.groups if group.needed]
        scored["filter"] = [*filters, _any(needed)]
        scored["should"] = [*words, *scored["should"]]
    else:
        scored["must"] = words
    # no minimum: a filter or a word is always there, and the rest only gives points
    return {
        "function_score": {
            "query": {"bool": {**scored, "minimum_should_match": 0}},
            "field_value_factor": {"field": "standing", "missing": 0},
            "boost_mode": "sum",
        }
    }


def _word(group: Group) -> Clause:
    """What a word gives by the best place in which it stands; it stands in one of them."""
    places = zip(("title", "head", "all"), by_place(group.points), strict=True)
    return {
        "dis_max": {
            "queries": [_worth(points, _stands(field, group.alternatives)) for field, points in places]
        }
    }


def _more(asked: Asked) -> list[Clause]:
    found = [_together(asked.terms), _short(asked.terms), *_near(asked)]
    if asked.by_fit:
        found.append(_worth(0.5, {"range": {"spot": {"gte": asked.start}}}))
    return found


def _together(terms: Terms) -> Clause:
    return _worth(MARKET.together, _any(_way(way) for way in following(terms.groups)))


def _way(way: Sequence[Sequence[Phrase]]) -> Clause:
    if len(way) == 1:
        return _stands("title", way[0])
    return _next_to_each_other([_one_of(phrases) for phrases in way])


def _one_of(phrases: Sequence[Phrase]) -> Clause:
    spans = [_next_to_each_other([{"span_term": {"title": root}} for root in phrase]) for phrase in phrases]
    return spans[0] if len(spans) == 1 else {"span_or": {"clauses": spans}}


def _next_to_each_other(spans: list[Clause]) -> Clause:
    if len(spans) == 1:
        return spans[0]
    return {"span_near": {"clauses": spans, "slop": 0, "in_order": True}}


def _short(terms: Terms) -> Clause:
    """The shorter the title the more steps it passes; steps add up."""
    everything = [_stands("title", group.alternatives) for group in terms.groups]
    steps = zip(MARKET.short, (*MARKET.short[1:], 0), (1, 2, 3), strict=True)
    return {
        "bool": {
            "filter": everything,
            "should": [
                _worth(points - less, {"range": {"title_words": {"lte": times * terms.length}}})
                for points, less, times in steps
            ],
            "minimum_should_match": 0,
        }
    }


def _near(asked: Asked) -> list[Clause]:
    levels = [
        _worth(points, {"term": {"places": area}})
        for area, points in zip(around(asked.question.deliver_to), asked.near, strict=False)
    ]
    return [{"dis_max": {"queries": levels}}] if levels else []


def _stands(field: str, phrases: Sequence[Phrase]) -> Clause:
    """One of the phrases stands in the field."""
    words = [phrase[0] for phrase in phrases if len(phrase) == 1]
    found: list[Clause] = [{"terms": {field: words}}] if words else []
    return _any([*found, *({"match_phrase": {field: " ".join(each)}} for each in phrases if len(each) > 1)])


def _worth(points: float, condition: Clause) -> Clause:
    return {"constant_score": {"filter": condition, "boost": points}}


def _any(clauses: Iterable[Clause]) -> Clause:
    found = list(clauses)
    return found[0] if len(found) == 1 else {"bool": {"should": found, "minimum_should_match": 1}}


# -- counts ----------------------------------------------------------------------------------------------


def _counts(asked: Asked, own: dict[str, list[Clause]]) -> Clause:
    counted: dict[str, Clause] = {
        "kategori": {"field": "category", "size": MOST_CATEGORIES},
        "tempat": {"field": "places", "size": MOST_PLACES, "include": _level(asked)},
        "saringan": {"field": "facet_code", "size": CODES},
    }
    found = {}
    for facet, terms in counted.items():
        others = [each for name, clauses in own.items() if name != facet for each in clauses]
        found[AGGREGATED[facet]] = {
            "filter": {"bool": {"filter": others}},
            "aggs": {"counted": {"terms": terms}},
        }
    return found


def _level(asked: Asked) -> str:
    """The area codes that are counted: all of one length; below a city those of its province."""
    place = asked.question.place
    inside = place[:2] if len(place) > 2 else ""
    return rf"{inside}[0-9.]{{{asked.place_length - len(inside)}}}"
