"""The month of ten thousand payments: nearly all matched by rule, none wrongly, in less than a minute."""

from __future__ import annotations

import pytest

from marketplace.accounts.roles import Role
from procurement.reconciliation.models import Discrepancy, Match, StatementLine
from procurement.settlement.ledger.reports import disagreements
from tests import people
from tests.reconciliation import month
from tests.settlement.orders import accepted

pytestmark = pytest.mark.django_db(transaction=True)


def check(payments: int) -> month.Result:
    case = accepted()
    body = people.organisation(people.KIND_OF_ROLE[Role.OPERATOR], in_region=case.purchase.region)
    result = month.run(case, people.actor(Role.OPERATOR, body), payments)
    assert result.false == 0, result
    assert result.rate >= 0.98, result
    assert disagreements() == []
    _nothing_is_lost()
    return result


def _nothing_is_lost() -> None:
    """Every line of an account that holds only our money is matched or has an open exception, and never both."""
    ours = StatementLine.objects.filter(account__kind="BANK")
    matched = set(Match.objects.values_list("line_id", flat=True))
    odd = set(Discrepancy.objects.filter(state="OPEN").values_list("line_id", flat=True))
    assert set(ours.values_list("pk", flat=True)) <= matched | odd and not matched & odd


def test_a_small_month() -> None:
    check(600)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_ten_thousand_payments_in_a_minute() -> None:
    result = check(10_000)
    assert result.payments == 10_000 and result.seconds < 60
    assert set(result.noise) == set(month.NOISE)
    print(result)  # noqa: T201 - the figures are what the run is for
