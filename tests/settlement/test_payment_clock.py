"""The payment clock: every step from BAST to money has an owner and a deadline, the whole three working days."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest

from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.deadlines.models import Reminder
from marketplace.deadlines.planning import sweep
from marketplace.deadlines.sending import send_due
from marketplace.events.models import Notice
from marketplace.regulation.models import Holiday
from marketplace.regulation.queries import forget_rules, working_days_between
from procurement.purchasing.models import Purchase
from procurement.purchasing.workflow import PAYMENT_STEPS, PURCHASE
from procurement.settlement.actions import (
    Proof,
    approve_payment,
    issue_invoice,
    record_deposit,
    record_evidence,
    verify_evidence,
    verify_invoice,
)
from procurement.settlement.models import Evidence, PaymentAttempt, PaymentObligation, TaxLine
from procurement.settlement.paying_time import pay_until
from procurement.settlement.queries import payment_story
from tests.settlement.orders import SCAN, Case, accepted
from tests.settlement.test_pages import browser, page

pytestmark = pytest.mark.django_db(transaction=True)

THURSDAY = datetime(2026, 10, 22, 3, tzinfo=UTC)
"""Ten in the morning in Jakarta; Friday becomes a holiday, so the next working day is Monday 26."""


@pytest.fixture
def long_weekend() -> Iterator[Callable[[datetime], None]]:
    """The clock on a Thursday before a Friday that is a holiday."""
    Holiday.objects.create(day=date(2026, 10, 23), name="Libur contoh", kind="LIBUR", legal_basis="SKB")
    forget_rules()
    with clock.frozen(THURSDAY) as move_to:
        yield move_to
    forget_rules()


def due_day(case: Case) -> date | None:
    due = case.fresh().due_at
    return None if due is None else clock.day_of(due)


def ls_case() -> Case:
    case = accepted(mechanism="LS")
    Purchase.objects.filter(pk=case.purchase.pk).update(due_at=None)
    return case


def sp2d(case: Case) -> Evidence:
    owed = PaymentObligation.objects.get(purchase=case.purchase)
    proof = Proof(f"SP2D-{case.purchase.pk}", clock.today(), owed.net, SCAN)
    found = record_evidence(
        actor=case.treasurer, purchase_id=case.purchase.pk, kind=Evidence.Kind.SP2D, proof=proof
    )
    return verify_evidence(actor=case.verifier, evidence_id=found.pk)


def test_every_step_of_payment_has_an_owner_and_a_dated_timer() -> None:
    for state in PAYMENT_STEPS:
        assert PURCHASE.state(state).timer is not None


def test_steps_over_a_holiday_end_within_the_whole(long_weekend: Callable[[datetime], None]) -> None:
    case = ls_case()
    whole = pay_until(case.purchase)
    assert whole is not None and clock.day_of(whole) == date(2026, 10, 28)  # Mon, Tue, Wed; Friday is no day
    issue_invoice(actor=case.vendor, purchase_id=case.purchase.pk)
    assert due_day(case) == date(2026, 10, 26)
    verify_invoice(actor=case.verifier, purchase_id=case.purchase.pk)
    long_weekend(datetime(2026, 10, 26, 3, tzinfo=UTC))
    approve_payment(actor=case.approver, purchase_id=case.purchase.pk)
    assert due_day(case) == date(2026, 10, 27)
    sp2d(case)
    assert case.fresh().vendor_paid_at == clock.now()
    assert due_day(case) == date(2026, 11, 2)  # the taxes: five working days


def test_a_step_that_begins_late_has_its_own_day_and_the_whole_stays_missed(
    long_weekend: Callable[[datetime], None],
) -> None:
    case = ls_case()
    long_weekend(datetime(2026, 10, 29, 3, tzinfo=UTC))
    issue_invoice(actor=case.vendor, purchase_id=case.purchase.pk)
    assert due_day(case) == date(2026, 10, 30)
    whole = pay_until(case.purchase)
    assert whole is not None and whole < clock.now()


def test_a_slow_step_leaves_the_next_only_what_the_whole_allows(
    long_weekend: Callable[[datetime], None],
) -> None:
    case = ls_case()
    issue_invoice(actor=case.vendor, purchase_id=case.purchase.pk)
    long_weekend(datetime(2026, 10, 28, 3, tzinfo=UTC))
    verify_invoice(actor=case.verifier, purchase_id=case.purchase.pk)
    approve_payment(actor=case.approver, purchase_id=case.purchase.pk)
    assert due_day(case) == date(2026, 10, 28)


def test_the_owner_is_reminded_and_the_superior_told(long_weekend: Callable[[datetime], None]) -> None:
    case = ls_case()
    issue_invoice(actor=case.vendor, purchase_id=case.purchase.pk)
    sweep()
    key = str(case.purchase.pk)
    rows = Reminder.objects.filter(aggregate_type="purchase", aggregate_id=key)
    assert sorted(rows.filter(escalation=0).values_list("share", flat=True)) == [50, 80, 100]
    long_weekend(datetime(2026, 10, 27, 3, tzinfo=UTC))  # Monday's deadline of verification has passed
    send_due()
    told = {notice.role for notice in Notice.objects.filter(sentence__contains=case.purchase.number)}
    assert {Role.PPK_SKPD, Role.PA} <= told


def test_pages_say_until_when_and_with_whom(long_weekend: Callable[[datetime], None]) -> None:
    case = ls_case()
    issue_invoice(actor=case.vendor, purchase_id=case.purchase.pk)
    long_weekend(datetime(2026, 10, 27, 3, tzinfo=UTC))
    verify_invoice(actor=case.verifier, purchase_id=case.purchase.pk)
    told = page(browser(case, Role.VENDOR), "purchase", case.purchase.number)
    assert "Harus dibayar sampai" in told and "1 hari kerja lagi" in told and "Kini pada" in told
    assert "28 Oktober 2026" in told
    queue = page(browser(case, Role.TREASURER), "payments")
    assert "28 Oktober 2026" in queue and "Kini pada" in queue
    assert case.purchase.number in page(browser(case, Role.TREASURER), "deadlines")


def test_nobody_delays_so_the_payout_instruction_comes_within_a_working_day(
    long_weekend: Callable[[datetime], None], stripe: object
) -> None:
    from_bast = accepted()
    issue_invoice(actor=from_bast.vendor, purchase_id=from_bast.purchase.pk)
    verify_invoice(actor=from_bast.verifier, purchase_id=from_bast.purchase.pk)
    long_weekend(datetime(2026, 10, 26, 2, tzinfo=UTC))
    approve_payment(actor=from_bast.approver, purchase_id=from_bast.purchase.pk)
    client = browser(from_bast, Role.TREASURER)
    assert client.post(f"/bayar/{from_bast.purchase.number}/mulai/").status_code == 302
    attempt = PaymentAttempt.objects.get()
    signed = from_bast.fresh().bast_vendor_at
    assert signed is not None
    assert working_days_between(clock.day_of(signed), clock.day_of(attempt.created_at)) <= 1
    due = from_bast.fresh().due_at
    assert due is not None and attempt.created_at < due


def test_the_last_deposit_ends_the_clock_of_payment(long_weekend: Callable[[datetime], None]) -> None:
    case = ls_case()
    issue_invoice(actor=case.vendor, purchase_id=case.purchase.pk)
    verify_invoice(actor=case.verifier, purchase_id=case.purchase.pk)
    approve_payment(actor=case.approver, purchase_id=case.purchase.pk)
    sp2d(case)
    step = payment_story(case.fresh()).step
    assert step is not None and step.task == "Catat setoran pajak (NTPN)"
    for number, tax in enumerate(TaxLine.objects.all()):
        record_deposit(
            actor=case.treasurer,
            tax_line_id=tax.pk,
            billing_code="8" * 15,
            ntpn=f"{number:016d}",
            deposited_on=clock.today(),
        )
    assert case.fresh().state == "TAX_SETTLED"
    assert payment_story(case.fresh()).step is None
