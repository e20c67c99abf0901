"""Whatever people try with the transfers of an order, in any order: never more than was released, never paid twice."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.core.transitions import Refused
from procurement.settlement.actions import (
    Proof,
    approve_payout,
    cancel_payout,
    draw_up_payout,
    hold_payout,
    let_go_payout,
    prepare_payout,
    record_evidence,
    return_payout,
    send_payout,
    verify_evidence,
)
from procurement.settlement.ledger.proving import reckon
from procurement.settlement.models import Evidence, Payout
from tests.fakes.stripe import FakeStripe
from tests.settlement.conftest import stripe  # noqa: F401  a fixture
from tests.settlement.orders import DEPOSITED, SCAN, Case
from tests.settlement.test_gateway import NET
from tests.settlement.test_payouts import auditor, in_books, new_account, owed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
DEEDS = (
    "draw prepare approve send cancel return hold let_go record verify change_account "
    "prepare approve send record verify"
).split()


def deeds(case: Case, watcher: Any) -> dict[str, Callable[[], object]]:
    """What each word does to the latest transfer of the order."""

    def latest() -> int:
        return Payout.objects.latest("pk").pk

    def slip() -> object:
        number = f"TRF-{Evidence.objects.count()}"
        return record_evidence(
            actor=case.treasurer,
            purchase_id=case.purchase.pk,
            kind=Evidence.Kind.BANK_TRANSFER,
            proof=Proof(number, DEPOSITED, NET, SCAN),
        )

    def verify() -> object:
        own = Evidence.objects.filter(purchase_number=case.purchase.number)
        waiting = own.filter(verified_at__isnull=True).last()
        return waiting and verify_evidence(actor=case.verifier, evidence_id=waiting.pk)

    def change_account() -> object:
        return case.purchase.vendor.bank_accounts.count() == 1 and new_account(case)

    return {
        "draw": lambda: draw_up_payout(actor=case.treasurer, purchase_id=case.purchase.pk),
        "prepare": lambda: prepare_payout(actor=case.treasurer, payout_id=latest()),
        "approve": lambda: approve_payout(actor=case.verifier, payout_id=latest()),
        "send": lambda: send_payout(actor=case.treasurer, payout_id=latest()),
        "cancel": lambda: cancel_payout(actor=case.treasurer, payout_id=latest(), reason="x"),
        "return": lambda: return_payout(actor=case.treasurer, payout_id=latest(), reason="x"),
        "hold": lambda: hold_payout(actor=watcher, payout_id=latest(), reason="BAST diragukan"),
        "let_go": lambda: let_go_payout(actor=watcher, payout_id=latest(), reason="BAST sudah benar"),
        "record": slip,
        "verify": verify,
        "change_account": change_account,
    }


def test_any_order_of_deeds_keeps_the_promises(stripe: FakeStripe) -> None:  # noqa: F811
    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
    @given(words=st.lists(st.sampled_from(DEEDS), min_size=4, max_size=14))
    def holds(words: list[str]) -> None:
        case = owed(stripe)
        known = deeds(case, auditor(case))
        pinned: dict[int, int] = {}
        for word in words:
            with suppress(Refused):
                known[word]()
            kept_promises(case, pinned)

    holds()


def kept_promises(case: Case, pinned: dict[int, int]) -> None:
    """`pinned`: the account each transfer was approved for."""
    payouts = list(Payout.objects.filter(obligation__purchase=case.purchase))
    standing = [each for each in payouts if each.state not in {"RETURNED", "CANCELLED"}]
    assert sum(each.amount for each in standing) <= NET
    assert sum(each.state == "SETTLED" for each in payouts) <= 1
    for each in payouts:
        if each.approved_by_id is not None:
            assert each.approved_by_id != each.prepared_by_id and each.prepared_by_id is not None
            assert pinned.setdefault(each.pk, each.bank_account_id) == each.bank_account_id
    away = sum(each.amount for each in payouts if each.state in {"SENT", "UNKNOWN", "ACCEPTED"}) * 100
    settled = sum(each.amount for each in payouts if each.state == "SETTLED") * 100
    assert in_books(case) == (NET * 100 - away - settled, away)
    assert reckon().sound
