"""Whatever a bank tells us, in any order and however often, the books end the same."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procurement.settlement.actions.gateway import StillUnknown, send_attempt, sync_attempt
from procurement.settlement.ledger.reports import disagreements, held
from procurement.settlement.models import AccountKind, Entry, Journal, UnmatchedMoney
from procurement.settlement.providers.snap.words import amount_of
from tests.fakes.snap import FakeBank
from tests.settlement.orders import accepted
from tests.settlement.test_billing import approved
from tests.settlement.test_snap_server import attempted, by_client, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
MANY = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
GROSS = 57_720_000


@MANY
@given(
    steps=st.lists(
        st.sampled_from(["ask", "pay", "same", "other", "wrong", "sync", "send", "work"]), max_size=10
    )
)
def test_a_virtual_account_is_paid_once_whatever_comes(bank: FakeBank, steps: list[str]) -> None:
    case = accepted([("BARANG", 10, 52_000)], shipping=0)
    approved(case)
    by_client(bank)
    attempt = attempted(case)
    number = attempt.pay_code

    def sync() -> None:
        with suppress(StillUnknown):
            sync_attempt(attempt.pk)

    acts: dict[str, Callable[[], object]] = {
        "ask": lambda: bank.pay_account(number, 1),
        "pay": lambda: bank.pay_account(number),
        "same": lambda: bank.tell_payment(number, amount_of(GROSS), request_id="satu"),
        "other": lambda: bank.tell_payment(number, amount_of(GROSS)),
        "wrong": lambda: bank.tell_payment(number, amount_of(GROSS + 1)),
        "sync": sync,
        "send": lambda: send_attempt(attempt.pk),
        "work": work,
    }
    for step in [*steps, "pay", "work", "sync", "work"]:
        acts[step]()
    attempt.refresh_from_db()
    assert (attempt.state, attempt.received, case.fresh().state) == ("CAPTURED", GROSS, "PAID")
    captures = Journal.objects.filter(kind="CAPTURE", purchase_number=case.purchase.number)
    assert captures.count() == 1
    into_escrow = Entry.objects.filter(journal=captures.get(), account__kind="ESCROW")
    assert [-entry.amount for entry in into_escrow] == [GROSS]
    assert held(AccountKind.ESCROW, case.purchase.number) == 0
    assert UnmatchedMoney.objects.filter(attempt=attempt).count() == 0 and disagreements() == []
    credits = [line for line in bank.books.lines if attempt.reference in line["remark"]]
    assert len(credits) == 1, "the bank took the money once, too"


@MANY
@given(steps=st.lists(st.sampled_from(["again", "failed", "sync", "work"]), max_size=8))
def test_a_code_is_paid_once_whatever_comes(bank: FakeBank, steps: list[str]) -> None:
    case = accepted([("BARANG", 10, 52_000)], shipping=0)
    approved(case)
    by_client(bank)
    attempt = attempted(case, "snap_qris")
    bank.silent = True
    bank.scan(attempt.pay_code)
    notice = {
        "originalReferenceNo": attempt.provider_ref,
        "originalPartnerReferenceNo": attempt.reference,
        "latestTransactionStatus": "00",
        "amount": amount_of(GROSS),
    }
    acts: dict[str, Callable[[], object]] = {
        "again": lambda: bank.call("52", notice),
        "failed": lambda: bank.call("52", {**notice, "latestTransactionStatus": "06"}),
        "sync": lambda: sync_attempt(attempt.pk),
        "work": work,
    }
    for step in [*steps, "again", "work"]:
        acts[step]()
    attempt.refresh_from_db()
    assert (attempt.state, attempt.received, case.fresh().state) == ("CAPTURED", GROSS, "PAID")
    assert Journal.objects.filter(kind="CAPTURE", purchase_number=case.purchase.number).count() == 1
    assert UnmatchedMoney.objects.filter(attempt=attempt).count() == 0 and disagreements() == []
