"""Paying through Stripe: from the treasurer's click to a closed payment, and everything that may go wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings

from marketplace.audit.models import Entry as LogEntry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.events.models import Job
from procurement.documents.models import Paper
from procurement.planning.models import BudgetLine
from procurement.settlement.actions import (
    Proof,
    expire_attempt,
    process_event,
    receive_notification,
    record_deposit,
    record_evidence,
    send_attempt,
    start_payment,
    sync_attempt,
    verify_evidence,
)
from procurement.settlement.actions.gateway import StillUnknown, book_fee, expire_stale
from procurement.settlement.ledger.reports import disagreements, held, trial_balance
from procurement.settlement.models import (
    AccountKind,
    Balance,
    Evidence,
    Journal,
    PaymentAttempt,
    ProviderEvent,
    TaxLine,
    UnmatchedMoney,
)
from tests.fakes.stripe import FakeStripe
from tests.fakes.stripe.webhooks import sign
from tests.settlement.conftest import SECRET
from tests.settlement.orders import DEPOSITED, SCAN, Case, accepted, to_the_bank
from tests.settlement.test_billing import approved

pytestmark = pytest.mark.django_db(transaction=True)
GROSS, NET = 2_086_800_000, 18_518_000


@pytest.fixture
def case(stripe: FakeStripe) -> Case:
    made = accepted()
    approved(made)
    return made


def started(case: Case) -> PaymentAttempt:
    return start_payment(actor=case.treasurer, purchase_id=case.purchase.pk)


def deliver(event: dict[str, Any]) -> ProviderEvent.Verdict:
    """Bring one event to the receiver as Stripe does, signed now."""
    raw = json.dumps(event).encode()
    header = sign(raw, SECRET, at=int(clock.now().timestamp()))
    return receive_notification("stripe", raw, {"Stripe-Signature": header})


def work() -> None:
    """Run the stored notifications' jobs."""
    for job in Job.objects.filter(kind="settlement.provider_event").order_by("pk"):
        process_event(job.payload["event"])


def paid(case: Case, stripe: FakeStripe) -> PaymentAttempt:
    """An attempt that Stripe captured and told us about."""
    attempt = started(case)
    send_attempt(attempt.pk)
    for event in stripe.state.events.values():
        deliver(event)
    work()
    attempt.refresh_from_db()
    return attempt


def books() -> dict[str, int]:
    """Balances by account; orders and regions are the same within a test."""
    return dict(Balance.objects.exclude(amount=0).values_list("account__code", "amount"))


def test_from_the_click_to_the_closed_payment(case: Case, stripe: FakeStripe) -> None:
    number = case.purchase.number
    attempt = paid(case, stripe)
    assert (attempt.state, attempt.received) == ("CAPTURED", GROSS)
    assert case.fresh().state == "PAID"
    line = BudgetLine.objects.get(pk=case.purchase.budget_line_id)
    assert (line.payable, line.spent) == (0, 20_868_000)
    assert (held(AccountKind.ESCROW, number), held(AccountKind.VENDOR_PAYABLE, number)) == (0, NET * 100)

    book_fee(attempt.pk, ProviderEvent.objects.get(kind="payment_intent.succeeded").pk)
    for tax, ntpn in zip(TaxLine.objects.all(), ("AAAA000011112222", "bbbb000011112222"), strict=True):
        record_deposit(
            actor=case.treasurer,
            tax_line_id=tax.pk,
            billing_code="820231123456789",
            ntpn=ntpn,
            deposited_on=DEPOSITED,
        )
    assert case.fresh().state == "PAID", "the vendor has not got the money yet"

    to_the_bank(case.treasurer, case.verifier, case.purchase.pk)
    slip = Proof("TRF-0001", DEPOSITED, NET, SCAN)
    kind = Evidence.Kind.BANK_TRANSFER
    proof = record_evidence(actor=case.treasurer, purchase_id=case.purchase.pk, kind=kind, proof=slip)
    verify_evidence(actor=case.verifier, evidence_id=proof.pk)
    assert case.fresh().state == "TAX_SETTLED"
    assert held(AccountKind.VENDOR_PAYABLE, number) == 0
    assert Paper.objects.get(kind="bukti_potong").facts["total"] == 2_350_000
    taxes = Balance.objects.filter(account__kind="TAX_PAYABLE")
    assert [balance.amount for balance in taxes] == [0, 0]
    assert disagreements() == [] and sum(row.debit - row.credit for row in trial_balance()) == 0
    assert LogEntry.objects.filter(act="purchase.pay").count() == 1


def test_clicking_twice_starts_one_payment(case: Case) -> None:
    started(case)
    log = LogEntry.objects.count()
    with pytest.raises(Refused) as refusal:
        started(case)
    assert refusal.value.code == "payment.in_progress"
    assert (PaymentAttempt.objects.count(), LogEntry.objects.count()) == (1, log)


def test_a_declined_card_leaves_the_order_payable_again(
    case: Case, stripe: FakeStripe, settings: LazySettings
) -> None:
    settings.STRIPE_PAYMENT_METHOD = "pm_card_chargeDeclined"
    first = paid(case, stripe)
    assert (first.state, case.fresh().state, books()) == ("FAILED", "PAYMENT_APPROVED", {})
    settings.STRIPE_PAYMENT_METHOD = "pm_card_visa"
    assert paid(case, stripe).state == "CAPTURED"
    assert case.fresh().state == "PAID"


def test_our_own_answer_is_no_proof_but_asking_later_is(case: Case, stripe: FakeStripe) -> None:
    attempt = started(case)
    send_attempt(attempt.pk)
    attempt.refresh_from_db()
    assert (attempt.state, case.fresh().state, books()) == ("PENDING", "PAYMENT_APPROVED", {})
    sync_attempt(attempt.pk)
    assert case.fresh().state == "PAID"
    before = books()
    for event in stripe.state.events.values():
        deliver(event)
    work()
    assert books() == before


def test_a_lost_answer_is_unknown_and_never_paid_twice(case: Case, stripe: FakeStripe) -> None:
    attempt = started(case)
    stripe.lose_answers = 1
    with pytest.raises(StillUnknown):
        send_attempt(attempt.pk)
    attempt.refresh_from_db()
    assert attempt.state == "UNKNOWN"
    with pytest.raises(Refused):
        started(case)
    send_attempt(attempt.pk)  # the job comes back
    assert len(stripe.state.intents) == 1
    sync_attempt(attempt.pk)
    assert case.fresh().state == "PAID"


def test_a_crash_before_the_request_is_made_good(case: Case, stripe: FakeStripe) -> None:
    attempt = started(case)
    PaymentAttempt.objects.filter(pk=attempt.pk).update(
        state="SENT"
    )  # died between the commit and the request
    send_attempt(attempt.pk)
    assert len(stripe.state.intents) == 1


def forged(event: dict[str, Any], **how: Any) -> tuple[bytes, dict[str, str]]:
    raw = json.dumps(event).encode()
    at = int(clock.now().timestamp()) + how.get("shift", 0)
    return raw, {"Stripe-Signature": sign(raw, how.get("secret", SECRET), at=at)}


@pytest.mark.parametrize(
    ("how", "verdict"),
    [({"secret": "whsec_lain"}, "UNSIGNED"), ({"shift": -400}, "STALE"), ({"shift": 400}, "FUTURE")],
)
def test_unsigned_stale_and_future_notices_change_only_the_event_store(
    case: Case, stripe: FakeStripe, how: dict[str, Any], verdict: str
) -> None:
    attempt = started(case)
    send_attempt(attempt.pk)
    event = next(each for each in stripe.state.events.values() if each["type"] == "payment_intent.succeeded")
    log, jobs = LogEntry.objects.count(), Job.objects.count()
    raw, headers = forged(event, **how)
    assert receive_notification("stripe", raw, headers).value == verdict
    assert (LogEntry.objects.count(), Job.objects.count(), books()) == (log, jobs, {})
    assert ProviderEvent.objects.get().event_id is None
    deliver(event)  # the forgery does not stand in the way of the real one
    work()
    assert case.fresh().state == "PAID"


def test_money_for_an_expired_attempt_goes_to_suspense(case: Case, stripe: FakeStripe) -> None:
    attempt = started(case)
    send_attempt(attempt.pk)
    assert expire_attempt(attempt.pk)
    for event in stripe.state.events.values():
        deliver(event)
    work()
    assert case.fresh().state == "PAYMENT_APPROVED"
    assert held(AccountKind.ESCROW, case.purchase.number) == 0
    assert Balance.objects.get(account__kind="SUSPENSE_LATE").natural == GROSS
    assert UnmatchedMoney.objects.get().kind == "LATE"


@pytest.mark.parametrize(
    ("received", "escrow", "over", "state", "kind"),
    [(GROSS + 500, 0, 500, "PAID", "OVER"), (GROSS - 500, GROSS - 500, 0, "PAYMENT_APPROVED", "UNDER")],
)
def test_too_much_goes_to_suspense_and_too_little_stays_in_escrow(
    case: Case, stripe: FakeStripe, received: int, escrow: int, over: int, state: str, kind: str
) -> None:
    attempt = started(case)
    send_attempt(attempt.pk)
    event = next(each for each in stripe.state.events.values() if each["type"] == "payment_intent.succeeded")
    event["data"]["object"]["amount_received"] = received
    deliver(event)
    work()
    assert case.fresh().state == state
    assert held(AccountKind.ESCROW, case.purchase.number) == escrow
    assert sum(each.natural for each in Balance.objects.filter(account__kind="SUSPENSE_OVER")) == over
    assert UnmatchedMoney.objects.get().kind == kind


def test_the_same_reference_with_another_amount_posts_nothing(case: Case, stripe: FakeStripe) -> None:
    paid(case, stripe)
    before = books()
    event = next(each for each in stripe.state.events.values() if each["type"] == "payment_intent.succeeded")
    other = {**event, "id": "evt_lain", "data": {"object": {**event["data"]["object"], "amount_received": 1}}}
    deliver(other)
    work()
    assert books() == before
    assert UnmatchedMoney.objects.get().kind == "CONTRADICTED"


def test_money_nobody_asked_for_is_kept_visible(case: Case, stripe: FakeStripe) -> None:
    intent = {"id": "pi_x", "metadata": {"reference": "BYR-tidak-ada"}, "amount_received": 700}
    deliver(
        {"id": "evt_x", "object": "event", "type": "payment_intent.succeeded", "data": {"object": intent}}
    )
    work()
    assert (UnmatchedMoney.objects.get().kind, Journal.objects.count()) == ("UNIDENTIFIED", 0)


@pytest.mark.parametrize("who", ["vendor", "verifier", "approver", "ppk"])
def test_only_the_treasurer_pays(case: Case, who: str) -> None:
    log = LogEntry.objects.count()
    with pytest.raises(Refused) as refusal:
        start_payment(actor=getattr(case, who), purchase_id=case.purchase.pk)
    assert refusal.value.code == "wrong_role"
    assert (PaymentAttempt.objects.count(), LogEntry.objects.count()) == (0, log)


def test_without_a_provider_nothing_starts(case: Case, settings: LazySettings) -> None:
    settings.STRIPE_API_KEY = ""
    with pytest.raises(Refused) as refusal:
        started(case)
    assert refusal.value.code == "provider.off" and PaymentAttempt.objects.count() == 0


def refused(act: Callable[[], object], code: str) -> None:
    log = LogEntry.objects.count()
    with pytest.raises(Refused) as refusal:
        act()
    assert (refusal.value.code, LogEntry.objects.count()) == (code, log)


def test_deposits_are_checked(case: Case, stripe: FakeStripe) -> None:
    def deposit(ntpn: str = "AAAA000011112222", billing: str = "820231123456789", line: int = 0) -> None:
        record_deposit(
            actor=case.treasurer,
            tax_line_id=TaxLine.objects.all()[line].pk,
            billing_code=billing,
            ntpn=ntpn,
            deposited_on=DEPOSITED,
        )

    refused(deposit, "tax.not_paid_yet")
    paid(case, stripe)
    refused(lambda: deposit(ntpn="pendek"), "tax.ntpn")
    refused(lambda: deposit(billing="12"), "tax.billing")
    deposit()
    refused(deposit, "tax.deposited")
    refused(lambda: deposit(line=1), "tax.ntpn_used")
    assert case.fresh().state == "PAID"


def test_an_attempt_nobody_heard_of_is_given_up_after_a_day(case: Case, stripe: FakeStripe) -> None:
    attempt = started(case)
    assert expire_stale() == 0
    with clock.frozen(clock.now() + timedelta(days=1, minutes=1)):
        assert expire_stale() == 1
    attempt.refresh_from_db()
    assert attempt.state == "EXPIRED"
    assert started(case).pk != attempt.pk


def test_giving_up_asks_the_provider_first(case: Case, stripe: FakeStripe) -> None:
    attempt = started(case)
    send_attempt(attempt.pk)
    with clock.frozen(clock.now() + timedelta(days=1, minutes=1)):
        assert expire_stale() == 0
    assert case.fresh().state == "PAID", "the money had come, only its notice was lost"


def test_a_waiting_authentication_is_withdrawn_at_the_provider(
    case: Case, stripe: FakeStripe, settings: LazySettings
) -> None:
    settings.STRIPE_PAYMENT_METHOD = "pm_card_authenticationRequired"
    send_attempt(started(case).pk)
    with clock.frozen(clock.now() + timedelta(days=1, minutes=1)):
        assert expire_stale() == 1
    assert [intent["status"] for intent in stripe.state.intents.values()] == ["canceled"]


def test_the_penalty_for_lateness_is_kept_for_the_treasury(stripe: FakeStripe) -> None:
    case = accepted(penalty=100_000)
    approved(case)
    paid(case, stripe)
    assert Balance.objects.get(account__kind="PENALTY_PAYABLE").natural == 10_000_000
    assert held(AccountKind.VENDOR_PAYABLE, case.purchase.number) == (NET - 100_000) * 100
