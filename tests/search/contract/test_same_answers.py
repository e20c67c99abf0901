"""Whatever the engine, the answer is one: hits, points, order, counts, corrections."""

from __future__ import annotations

import random

import pytest

from search.finding import TextFinder
from search.question import Question, as_lists
from tests.search.contract import questions

pytestmark = [pytest.mark.django_db]


@pytest.mark.parametrize("sort", ["", "termurah"])
def test_every_text_has_the_answer_of_postgresql(finder: TextFinder, plain: TextFinder, sort: str) -> None:
    for text in questions.TEXTS:
        for page in (1, 2, 6):
            question = Question(text=text, sort=sort, page=page)
            same(finder, plain, question)


def same(
    finder: TextFinder, plain: TextFinder, question: Question, regions: frozenset[int] | None = None
) -> None:
    theirs, ours = (each.find(question, regions=regions) for each in (finder, plain))
    assert questions.told(theirs) == questions.told(ours), question


def test_any_question_has_the_answer_of_postgresql(
    finder: TextFinder, plain: TextFinder, regions: list[int]
) -> None:
    chance = random.Random(5)
    for _round in range(120):
        seen = chance.choice([None, frozenset(regions[:1]), frozenset(regions)])
        same(finder, plain, questions.some(chance), seen)


def test_the_questions_are_worth_asking(plain: TextFinder) -> None:
    """Most leave something, and all that may happen to a text does happen."""
    answers = [plain.find(Question(text=text), regions=None) for text in questions.TEXTS]

    assert sum(bool(answer.total) for answer in answers) >= 0.8 * len(answers)
    assert sum(answer.total > len(answer.hits) for answer in answers) >= 10
    assert any(answer.corrected for answer in answers)
    assert any(answer.loosened for answer in answers)
    assert any(answer.missing for answer in answers)
    assert any(answer.price_read for answer in answers)
    assert any(answer.place_read or answer.suggestion or not answer.total for answer in answers)
    assert len({card.points for answer in answers for card in answer.hits}) > 20


def test_no_text_breaks_a_question_or_is_read_as_a_command(finder: TextFinder, plain: TextFinder) -> None:
    for text in questions.HOSTILE:
        asked = Question.read(as_lists({"q": text, "urut": text, "hal": text, "tempat": text, "kirim": text}))
        same(finder, plain, asked)


def test_the_parts_of_the_points_add_up_to_them(finder: TextFinder) -> None:
    seen = 0
    for text in questions.TEXTS:
        answer = finder.find(Question(text=text, deliver_to="31.71"), regions=None, explained=True)
        for card in answer.hits if text else ():
            assert sum(points for _part, points in card.why) == card.points, (text, card)
            seen += 1
    assert seen > 100
