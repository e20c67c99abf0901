"""What Elasticsearch is asked: nothing that it would have to parse, and only what every version of it understands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import pytest

from search.engines.elastic.bodies import body_of
from search.finder import Asked
from search.question import Question
from search.terms import Group, Terms, following, read_terms
from search.vocabulary import Vocabulary
from tests.search.contract.questions import HOSTILE, TEXTS

KNOWN = {
    "query", "from", "size", "sort", "track_total_hits", "track_scores", "_source", "aggs", "post_filter",
}  # fmt: skip
CLAUSES = {
    "bool", "filter", "should", "must", "minimum_should_match", "constant_score", "boost", "dis_max", "queries",
    "function_score", "query", "field_value_factor", "field", "missing", "boost_mode", "terms", "term", "range", "gte",
    "lte", "lt", "prefix", "match_phrase", "span_near", "span_or", "span_term", "clauses", "slop", "in_order",
}  # fmt: skip
FIELDS = {
    "title", "head", "all", "title_words", "price", "category_path", "places", "areas", "region", "kind", "size", "pdn",
    "halal", "available", "tkdn", "score", "lead_days", "spot",
}  # fmt: skip


class Everything(Vocabulary):
    """A vocabulary in which every word stands somewhere."""

    def frequencies(self, stems: Sequence[str]) -> tuple[int, dict[str, int]]:
        return 1_000, dict.fromkeys(stems, 10)

    def nearest(self, asked: Sequence[str]) -> dict[str, tuple[str, str]]:
        return {}


def asked(terms: Terms, question: Question | None = None) -> Asked:
    return Asked(question or Question(), terms, frozenset({1}), None, date(2026, 3, 2), 30_000, (2, 3, 5))


def bodies() -> Iterator[dict[str, Any]]:
    for text in (*TEXTS, *HOSTILE):
        question = Question(text=text, deliver_to="31.71", bands=("1",), pdn=True, place="31.71")
        for terms in (read_terms(text, vocabulary=Everything()), Terms()):
            for each in (terms, terms.loosened()):
                if each is not None:
                    yield body_of(asked(each, question), limit=24, offset=0)


def walked(told: Any) -> Iterator[tuple[str, Any]]:
    """Every name of a clause with what it says."""
    if isinstance(told, dict):
        for name, value in told.items():
            yield name, value
            yield from walked(value)
    elif isinstance(told, list):
        for each in told:
            yield from walked(each)


@pytest.mark.django_db
def test_words_of_people_reach_it_only_as_stems_in_clauses_that_parse_nothing() -> None:
    number = 0
    for body in bodies():
        number += 1
        assert set(body) <= KNOWN
        names = {name for name, _value in walked(body["query"])}
        assert names <= CLAUSES | FIELDS, names - CLAUSES - FIELDS
        for name, value in walked(body["query"]):
            if name in {"title", "head", "all"}:
                said = value if isinstance(value, list) else [value]
                assert all(re.fullmatch(r"[a-z0-9]+( [a-z0-9]+)*", each) for each in said), said
    assert number > 60


def test_the_same_question_has_the_same_body() -> None:
    groups = (Group(("nasi", "kotak"), (("nasi", "kotak"), ("nasi", "box")), 43, 5),)
    one, two = (json.dumps(body_of(asked(Terms(groups)), limit=24, offset=0)) for _time in range(2))

    assert one == two


def test_words_follow_each_other_in_alternatives_of_one_length() -> None:
    mixed = (("nasi", "kotak"), ("katering",), ("nasi", "box"))
    groups = [Group(("nasi", "kotak"), mixed), Group(("ayam",), (("ayam",),))]

    assert following(groups) == [
        ((("katering",),), (("ayam",),)),
        ((("nasi", "kotak"), ("nasi", "box")), (("ayam",),)),
    ]


def test_too_many_ways_to_follow_leave_only_the_words_as_asked() -> None:
    groups = [Group((f"kata{number}",), ((f"kata{number}",), ("dua", "kata"))) for number in range(6)]

    assert following(groups) == [tuple(((f"kata{number}",),) for number in range(6))]
