"""The last word on an unchanged field stands; everything else is looked at again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vendors.inspection import LONGEST_SUMMARY, Answer, Question, Standing, findings, summary, unsettled

QUESTIONS = (Question("name", "Nama"), Question("nib", "NIB"), Question("suket", "Suket", optional=True))


def digest(field: str, value: str) -> str:
    return hashlib.sha256(f"{field}:{value}".encode()).hexdigest()


@dataclass
class Word:
    field: str
    round: int
    accepted: bool
    value_hash: str
    turn: int = 1
    reason_code: str = ""
    note: str = ""


@dataclass
class Case:
    """A registration that is judged, sent back, mended and judged again."""

    values: dict[str, str] = field(default_factory=lambda: {"name": "a", "nib": "1", "suket": ""})
    round: int = 1
    words: list[Word] = field(default_factory=list)

    def found(self):
        answers = {code: Answer(value, value) for code, value in self.values.items()}
        return findings(QUESTIONS, answers, self.words, round=self.round, digest=digest)

    def judge(self, code: str, accepted: bool) -> None:
        told = "" if accepted else "other"
        self.words.append(Word(code, self.round, accepted, digest(code, self.values[code]), reason_code=told))


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("judge"), st.sampled_from(["name", "nib", "suket"]), st.booleans()),
        st.tuples(st.just("mend"), st.sampled_from(["name", "nib", "suket"]), st.sampled_from("abc")),
        st.tuples(st.just("resubmit"), st.just(""), st.just("")),
    ),
    max_size=25,
)


@settings(deadline=None, max_examples=300)
@given(STEPS)
def test_the_table_is_the_last_word_on_each_field_while_it_is_unchanged(steps):
    case, model = Case(), dict[str, tuple[bool, str, int]]()
    for kind, code, value in steps:
        if kind == "judge":
            case.judge(code, value)
            model[code] = (value, case.values[code], case.round)
        elif kind == "mend":
            case.values[code] = value
        else:
            case.round += 1

    for finding in case.found():
        accepted, judged_value, judged_round = model.get(finding.code, (None, None, 0))
        unchanged = judged_value == case.values[finding.code]
        if accepted and unchanged:
            expected = Standing.STANDS
        elif accepted is False and judged_round == case.round:
            expected = Standing.TO_MEND
        else:
            expected = Standing.WAITS
        assert finding.standing == expected
        assert finding.carried_from == (
            judged_round if expected == "STANDS" and judged_round < case.round else None
        )
        assert finding.changed == (accepted is not None and not unchanged)
    assert [each.code for each in unsettled(case.found())] == [
        each.code for each in case.found() if each.standing != Standing.STANDS
    ]


def test_an_optional_field_is_asked_about_only_when_it_was_answered():
    case = Case()
    assert [each.code for each in case.found()] == ["name", "nib"]

    case.values["suket"] = "S-1"
    assert [each.code for each in case.found()] == ["name", "nib", "suket"]


def test_back_to_a_value_that_was_right_before_it_was_found_wrong_is_looked_at_again():
    case = Case()
    case.judge("nib", True)
    case.round, case.values["nib"] = 2, "2"
    case.judge("nib", False)
    case.round, case.values["nib"] = 3, "1"

    nib = case.found()[1]
    assert nib.standing == Standing.WAITS


@pytest.mark.parametrize("fields", [["name"], ["name", "nib"]])
def test_the_summary_names_each_field_with_its_sentence_and_no_note(fields):
    case = Case()
    for code in fields:
        case.judge(code, False)
        case.words[-1].note = "rahasia"

    text = summary(case.found())
    assert all(label in text for label, code in (("Nama", "name"), ("NIB", "nib")) if code in fields)
    assert "rahasia" not in text


def test_a_long_summary_counts_instead():
    many = [Question(f"field{number}", f"Isian nomor {number} yang panjang namanya") for number in range(20)]
    answers = {question.code: Answer("x") for question in many}
    words = [
        Word(question.code, 1, False, digest(question.code, "x"), reason_code="other") for question in many
    ]

    text = summary(findings(many, answers, words, round=1, digest=digest))
    assert text.startswith("20 isian perlu diperbaiki")
    assert len(text) <= LONGEST_SUMMARY
