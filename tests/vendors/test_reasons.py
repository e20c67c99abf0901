"""The reasons that can be given: complete, plain, and with the way to mend."""

from __future__ import annotations

import pytest

from vendors.inspection import OFFER, REGISTRATION
from vendors.reasons import OTHER, reasons, reasons_for

FIELDS = sorted({question.code for question in (*REGISTRATION, *OFFER)} | {"permit"})


def test_there_are_enough_of_them():
    assert len(reasons()) >= 40


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_has_reasons_of_its_own_and_the_catch_all(field):
    codes = [reason.code for reason in reasons_for(field)]

    assert len(codes) >= 2
    assert codes[-1] == OTHER


@pytest.mark.parametrize("code", sorted(reasons()))
def test_each_says_what_is_wrong_and_how_to_mend_it_in_short_sentences(code):
    reason = reasons()[code]

    assert reason.fields <= set(FIELDS)
    for text in (reason.sentence, reason.fix):
        assert text.endswith(".")
        assert 15 <= len(text) <= 160
    assert reason.sentence != reason.fix
