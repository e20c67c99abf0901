"""The public figure: working days from BAST to money, unit by unit, from the books and their proofs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.core import clock
from marketplace.regulation.models import Holiday
from marketplace.regulation.queries import forget_rules
from procurement.settlement.public_pay_time import UnitPayTime, pay_times
from tests import people
from tests.settlement.orders import Case, accepted
from tests.settlement.test_billing import approved
from tests.settlement.test_payment_clock import THURSDAY, sp2d

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def time() -> Iterator[Callable[[datetime], None]]:
    Holiday.objects.create(day=date(2026, 10, 23), name="Libur contoh", kind="LIBUR", legal_basis="SKB")
    forget_rules()
    with clock.frozen(THURSDAY) as move_to:
        yield move_to
    forget_rules()


def paid(case: Case) -> None:
    approved(case)
    sp2d(case)


def figures(unit: Any) -> UnitPayTime:
    return next(each for each in pay_times(2026).units if each.unit == unit.name)


def test_days_are_working_days_from_bast_to_the_day_on_the_proof(time: Callable[[datetime], None]) -> None:
    unit = people.organisation()
    cases = [accepted(mechanism="LS", at=unit) for _number in range(5)]
    late, waiting = accepted(mechanism="LS", at=unit), accepted(mechanism="LS", at=unit)
    for case in cases[:4]:  # Monday: one working day after Thursday, for Friday is a holiday
        time(datetime(2026, 10, 26, 3, tzinfo=UTC))
        paid(case)
    time(datetime(2026, 10, 28, 3, tzinfo=UTC))
    paid(cases[4])
    time(datetime(2026, 11, 2, 3, tzinfo=UTC))
    paid(late)
    found = figures(unit)
    assert (found.paid, found.median, found.ninetieth, found.within) == (6, 1.0, 4.5, 83)
    assert (found.by_sp2d, found.by_transfer) == (6, 0)
    assert (found.unpaid, found.oldest_unpaid) == (1, 6)
    assert waiting.fresh().state == "ACCEPTED"


def test_a_small_sample_is_not_judged(time: Callable[[datetime], None]) -> None:
    case = accepted(mechanism="LS")
    paid(case)
    found = figures(case.purchase.organisation)
    assert (found.paid, found.median, found.within, found.enough) == (1, None, None, False)


def test_everybody_may_look_and_take_it_along(time: Callable[[datetime], None]) -> None:
    case = accepted(mechanism="LS")
    paid(case)
    shown = Client().get("/waktu-bayar/")
    text = shown.content.decode()
    assert shown.status_code == 200 and case.purchase.organisation.name in text
    assert case.purchase.number not in text and case.purchase.vendor.name not in text
    taken = Client().get("/waktu-bayar/?tahun=2026&berkas=csv")
    assert taken["Content-Type"].startswith("text/csv")
    assert case.purchase.organisation.name in taken.content.decode()
    assert Client().get("/waktu-bayar/?tahun=-1&berkas=csv").status_code == 200
    assert 'href="/waktu-bayar/"' in Client().get("/").content.decode()


def test_the_page_costs_the_same_for_one_and_for_many(
    time: Callable[[datetime], None],
    assert_max_queries: Callable[[int], AbstractContextManager[Any]],
) -> None:
    accepted()
    Client().get("/waktu-bayar/")
    with CaptureQueriesContext(connection) as one:
        Client().get("/waktu-bayar/")
    for _number in range(4):
        accepted()
    with assert_max_queries(len(one)):
        Client().get("/waktu-bayar/")
