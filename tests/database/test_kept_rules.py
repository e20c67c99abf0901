"""What a test changes of the rules is gone for the next one: from the database, and from the memory of the process."""

from __future__ import annotations

from datetime import date

import pytest

from marketplace.regulation.models import Holiday
from marketplace.regulation.queries import forget_rules, is_working_day

DAY = date(2098, 1, 7)


@pytest.mark.parametrize("turn", [1, 2])
@pytest.mark.django_db
def test_a_holiday_of_one_test_is_none_of_the_next(turn: int) -> None:
    assert is_working_day(DAY), f"turn {turn}"
    Holiday.objects.create(day=DAY, name="Hari contoh", kind="LIBUR", legal_basis="SKB, contoh")
    forget_rules()
    assert not is_working_day(DAY)
