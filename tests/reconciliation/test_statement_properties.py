"""Properties of importing on the real database, each with a mutant that breaks it and is caught."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.accounts.actors import Actor
from procurement.reconciliation.actions import import_statement, importing, match_region, matching
from procurement.reconciliation.legs import standing
from procurement.reconciliation.models import Discrepancy, OwnAccount, StatementLine
from procurement.settlement.ledger.reports import disagreements
from procurement.settlement.models import AccountKind
from tests.reconciliation.banks import FORMATS, Move, account
from tests.reconciliation.money import balance, moved
from tests.reconciliation.test_matching import reference, written
from tests.settlement.orders import Case

pytestmark = pytest.mark.django_db(transaction=True)
_numbers = count(8_000_000_001)


def one_file(case: Case, seed: int) -> tuple[OwnAccount, bytes]:
    """An account, and a file of it in some format: payments told rightly, twice, wrongly, and fees."""
    chance = random.Random(seed)
    number = str(next(_numbers))
    held = account(case.purchase.region, number)
    moves = [Move(-650_000, "BIAYA ADM"), Move(-700, "PAJAK JASA GIRO")]
    for money in moved(case, [chance.choice([1_000_000, 2_000_000]) for _n in range(4)], paid_out=False):
        told = Move(money.obligation.gross * 100, f"TRF {reference(money)}")
        off = Move(told.amount + 100, told.remark)
        moves += chance.choice([[told], [told], [told, told], [off], []])
    return held, FORMATS[chance.choice(sorted(FORMATS))](moves, account=number, opening=10**9)


def twice_is_once(case: Case, operator: Actor, seed: int) -> str:
    """A file imported and matched again leaves every table as it was."""
    _held, content = one_file(case, seed)
    import_statement(actor=operator, content=content)
    before = written()
    again = import_statement(actor=operator, content=content)
    match_region(case.purchase.region_id)
    return "" if again.known and written() == before else f"{before} became {written()}"


def nothing_is_lost(case: Case, operator: Actor, seed: int) -> str:
    """Every line is matched or an open exception."""
    held, content = one_file(case, seed)
    import_statement(actor=operator, content=content)
    lines = set(StatementLine.objects.filter(account=held).values_list("pk", flat=True))
    matched = set(standing().filter(line__account=held).values_list("line_id", flat=True))
    odd = set(Discrepancy.objects.filter(account=held, state="OPEN").values_list("line_id", flat=True))
    return "" if lines == matched | odd and not matched & odd else f"{lines} is not {matched} and {odd}"


def books_follow_the_bank(case: Case, operator: Actor, seed: int) -> str:
    """The books' bank balance moves by the matched lines, to the sen."""
    region = case.purchase.region_id
    before = balance(region, AccountKind.BANK)
    held, content = one_file(case, seed)
    import_statement(actor=operator, content=content)
    matched = standing().filter(line__account=held).values_list("line__amount", flat=True)
    moved_by = balance(region, AccountKind.BANK) - before
    return "" if moved_by == sum(matched) and not disagreements() else f"{moved_by} is not {sum(matched)}"


CHECKS = [twice_is_once, nothing_is_lost, books_follow_the_bank]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@given(seed=st.integers(min_value=0, max_value=10**9))
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_property(check: Callable[[Case, Actor, int], str], case: Case, operator: Actor, seed: int) -> None:
    assert check(case, operator, seed) == ""


def _nothing(*given: Any, **named: Any) -> Any:
    return None


MUTANTS: dict[str, tuple[Callable[[Case, Actor, int], str], Any, str]] = {
    "a statement that is there is imported again": (twice_is_once, importing, "_is_known"),
    "exceptions are not written": (nothing_is_lost, matching, "_except"),
    "matches are not booked": (books_follow_the_bank, matching, "_book"),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_the_mutant_is_caught(
    name: str, case: Case, operator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    check, module, function = MUTANTS[name]
    monkeypatch.setattr(module, function, _nothing)
    try:
        complaint = check(case, operator, 1)
    except Exception as stopped:  # the database may be the one that refuses
        complaint = str(stopped)
    assert complaint, f"nothing notices that {name}"
