"""The form fields that rooms share: what people may type, and what they are told when it is nothing."""

from __future__ import annotations

from datetime import date

import pytest
from django import forms
from django.utils import translation

from marketplace.core import clock, money
from marketplace.pages.fields import DayField, RupiahField


class Asking(forms.Form):
    day = DayField(label="Tanggal")
    amount = RupiahField(label="Nilai", required=False)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("typed", ["2026-04-03", "03-04-2026", "03/04/2026"])
def test_a_day_is_read_day_first_in_every_language(typed: str, language: str) -> None:
    with translation.override(language):
        form = Asking({"day": typed})
        assert form.is_valid()

    assert form.cleaned_data["day"] == date(2026, 4, 3)


@pytest.mark.parametrize("day", [clock.FIRST, clock.LAST])
def test_the_first_and_the_last_day_are_taken(day: date) -> None:
    assert Asking({"day": day.isoformat()}).is_valid()


@pytest.mark.parametrize("typed", ["0001-01-01", "1999-12-31", "2200-01-01", "9999-12-31"])
def test_a_day_that_nobody_means_is_refused_with_the_days_that_may_be_meant(typed: str) -> None:
    form = Asking({"day": typed})

    assert form.errors["day"] == ["Isi tanggal antara 01-01-2000 dan 31-12-2199."]


@pytest.mark.parametrize("typed", ["10000-01-01", "besok", "2026-02-30", "99999999999999999999", "\x00"])
def test_what_is_no_day_is_refused(typed: str) -> None:
    assert not Asking({"day": typed}).is_valid()


def test_a_day_that_is_known_stands_in_the_browsers_calendar() -> None:
    drawn = str(Asking(initial={"day": date(2026, 4, 3)})["day"])

    assert 'type="date"' in drawn
    assert 'value="2026-04-03"' in drawn


@pytest.mark.parametrize("typed", [str(money.MOST + 1), "9" * 29, "-1", "1e9", "1,5", "\x00"])
def test_an_amount_that_nobody_can_mean_is_refused(typed: str) -> None:
    form = Asking({"day": "2026-04-03", "amount": typed})

    assert list(form.errors) == ["amount"]


def test_the_largest_amount_is_taken() -> None:
    form = Asking({"day": "2026-04-03", "amount": str(money.MOST)})

    assert form.is_valid()
    assert form.cleaned_data["amount"] == money.MOST
