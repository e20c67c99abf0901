"""Money that does not fit: given back or joined to its order by two persons; refunds and disputes as told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry as LogEntry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from procurement.settlement.actions import (
    agree_resolution,
    expire_attempt,
    process_event,
    propose_resolution,
    send_attempt,
    take_money,
    turn_down_resolution,
)
from procurement.settlement.actions.gateway import StillUnknown
from procurement.settlement.actions.notifications import take_up_what_waited
from procurement.settlement.actions.paying import pay_what_is_held
from procurement.settlement.actions.refunding import ask_refund, send_refund
from procurement.settlement.actions.resolving import demand_what_is_due, settle_topped_up
from procurement.settlement.ledger.reports import disagreements, held
from procurement.settlement.models import (
    AccountKind,
    Balance,
    EventHandling,
    Journal,
    PaymentAttempt,
    PaymentObligation,
    ProviderEvent,
    Refund,
    UnmatchedMoney,
)
from tests import people
from tests.fakes.stripe import FakeStripe
from tests.settlement.orders import Case, accepted
from tests.settlement.test_billing import approved
from tests.settlement.test_gateway import GROSS, books, deliver, paid, started

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "Sesuai permintaan tertulis instansi"


@pytest.fixture
def case(stripe: FakeStripe) -> Case:
    made = accepted()
    approved(made)
    return made


def operator(case: Case) -> Actor:
    home = people.organisation(people.KIND_OF_ROLE[Role.OPERATOR], in_region=case.purchase.region)
    return Actor.of(people.appointment(Role.OPERATOR, home))


def tell(case: Case, stripe: FakeStripe, **changed: Any) -> ProviderEvent:
    """Deliver the capture that Stripe has ready, changed, and act on it."""
    event = next(each for each in stripe.state.events.values() if each["type"] == "payment_intent.succeeded")
    event["data"]["object"].update(changed)
    deliver(event)
    stored = ProviderEvent.objects.get(event_id=event["id"])
    process_event(stored.pk)
    return stored


def late(case: Case, stripe: FakeStripe) -> UnmatchedMoney:
    attempt = started(case)
    send_attempt(attempt.pk)
    assert expire_attempt(attempt.pk)
    tell(case, stripe)
    return UnmatchedMoney.objects.get(kind="LATE")


def propose(actor: Actor, money: UnmatchedMoney, resolution: str = "REFUND", number: str = "") -> None:
    propose_resolution(actor=actor, money_id=money.pk, resolution=resolution, reason=REASON, number=number)


def hear(stripe: FakeStripe, kind: str) -> None:
    """Deliver the newest event of that kind and act on it."""
    event = [each for each in stripe.state.events.values() if each["type"] == kind][-1]
    deliver(event)
    process_event(ProviderEvent.objects.get(event_id=event["id"]).pk)


def suspense(kind: str) -> int:
    return sum(each.natural for each in Balance.objects.filter(account__kind=kind))


def nothing_happens(act: Callable[[], object], code: str) -> None:
    before = (LogEntry.objects.count(), books(), Refund.objects.count())
    with pytest.raises(Refused) as refusal:
        act()
    assert refusal.value.code == code
    assert (LogEntry.objects.count(), books(), Refund.objects.count()) == before


def test_late_money_goes_back_by_two_persons_and_is_done_on_the_providers_word(
    case: Case, stripe: FakeStripe
) -> None:
    money = late(case, stripe)
    assert money.due_at is not None
    take_money(actor=case.treasurer, money_id=money.pk)
    propose(case.treasurer, money)
    nothing_happens(lambda: agree_resolution(actor=case.treasurer, money_id=money.pk), "money.same_person")
    agree_resolution(actor=operator(case), money_id=money.pk)
    refund = Refund.objects.get()
    assert (refund.state, refund.amount, suspense("SUSPENSE_LATE")) == ("APPROVED", GROSS, 0)
    assert held(AccountKind.REFUND_PAYABLE, case.purchase.number) == GROSS
    send_refund(refund.pk)
    refund.refresh_from_db()
    assert refund.state == "ACCEPTED", "our own request's answer is no proof"
    hear(stripe, "refund.created")
    refund.refresh_from_db()
    assert (refund.state, books()) == ("DONE", {})
    before = Journal.objects.count()
    hear(stripe, "refund.created")
    send_refund(refund.pk)
    ask_refund(refund.pk)
    assert Journal.objects.count() == before and len(stripe.state.refunds) == 1
    money.refresh_from_db()
    assert (money.state, money.resolution, disagreements()) == ("RESOLVED", "REFUND", [])


def test_a_lost_answer_to_a_refund_is_asked_for_and_never_sent_twice(case: Case, stripe: FakeStripe) -> None:
    money = late(case, stripe)
    propose(case.treasurer, money)
    agree_resolution(actor=operator(case), money_id=money.pk)
    refund = Refund.objects.get()
    stripe.lose_answers = 1
    with pytest.raises(StillUnknown):
        send_refund(refund.pk)
    refund.refresh_from_db()
    assert refund.state == "UNKNOWN"
    send_refund(refund.pk)
    assert len(stripe.state.refunds) == 1
    ask_refund(refund.pk)
    refund.refresh_from_db()
    assert (refund.state, books()) == ("DONE", {})


def test_a_refund_the_provider_refuses_gives_the_money_back_to_suspense(
    case: Case, stripe: FakeStripe
) -> None:
    money = late(case, stripe)
    propose(case.treasurer, money)
    agree_resolution(actor=operator(case), money_id=money.pk)
    stripe.state.charges.clear()  # the provider knows nothing of it
    refund = Refund.objects.get()
    send_refund(refund.pk)
    refund.refresh_from_db()
    money.refresh_from_db()
    assert (refund.state, money.state, suspense("SUSPENSE_LATE")) == ("FAILED", "OPEN", GROSS)
    propose(case.treasurer, money)  # and somebody may try again


def test_late_money_joins_its_order_by_two_persons_and_pays_it(case: Case, stripe: FakeStripe) -> None:
    money = late(case, stripe)
    propose(case.treasurer, money, "REATTACH", case.purchase.number)
    agree_resolution(actor=operator(case), money_id=money.pk)
    assert (case.fresh().state, suspense("SUSPENSE_LATE")) == ("PAID", 0)
    assert held(AccountKind.VENDOR_PAYABLE, case.purchase.number) == 1_851_800_000


def test_money_joins_only_an_order_that_lacks_it(case: Case, stripe: FakeStripe) -> None:
    money = late(case, stripe)
    nothing_happens(lambda: propose(case.treasurer, money, "REATTACH", "EO-tidak-ada"), "money.no_order")
    small = accepted([("BARANG", 1, 100_000)], shipping=0, at=case.purchase.organisation)
    approved(small)
    nothing_happens(
        lambda: propose(case.treasurer, money, "REATTACH", small.purchase.number), "money.does_not_fit"
    )
    nothing_happens(lambda: propose(case.treasurer, money, "EXPLAINED"), "money.not_this_way")
    nothing_happens(
        lambda: propose_resolution(
            actor=case.treasurer, money_id=money.pk, resolution="REFUND", reason="pendek"
        ),
        "money.reason",
    )


def test_a_proposal_is_turned_down_and_the_money_waits(case: Case, stripe: FakeStripe) -> None:
    money = late(case, stripe)
    propose(case.treasurer, money)
    turn_down_resolution(actor=operator(case), money_id=money.pk)
    money.refresh_from_db()
    assert (money.state, money.resolution, Refund.objects.get().state) == ("OPEN", "", "REJECTED")
    assert suspense("SUSPENSE_LATE") == GROSS


def test_too_much_is_asked_back_by_rule_and_one_person_sends_it(case: Case, stripe: FakeStripe) -> None:
    send_attempt(started(case).pk)
    tell(case, stripe, amount_received=GROSS + 50_000)
    money = UnmatchedMoney.objects.get()
    assert (money.kind, money.state, case.fresh().state) == ("OVER", "PROPOSED", "PAID")
    nothing_happens(
        lambda: turn_down_resolution(actor=case.treasurer, money_id=money.pk), "money.must_go_back"
    )
    agree_resolution(actor=case.treasurer, money_id=money.pk)
    refund = Refund.objects.get()
    send_refund(refund.pk)
    hear(stripe, "refund.created")
    refund.refresh_from_db()
    assert (refund.state, suspense("SUSPENSE_OVER")) == ("DONE", 0)


def test_an_order_paid_twice_by_two_ways_gives_the_second_back(case: Case, stripe: FakeStripe) -> None:
    first = started(case)
    PaymentAttempt.objects.filter(pk=first.pk).update(state="FAILED", provider_ref="pi_pertama")
    send_attempt(started(case).pk)
    tell(case, stripe)
    assert case.fresh().state == "PAID"
    again = {
        "id": "pi_pertama",
        "metadata": {"reference": first.reference},
        "currency": "idr",
        "amount_received": GROSS,
    }
    deliver({"id": "evt_dua", "type": "payment_intent.succeeded", "data": {"object": again}})
    process_event(ProviderEvent.objects.get(event_id="evt_dua").pk)
    assert suspense("SUSPENSE_OVER") == GROSS
    assert Refund.objects.get().source == "SUSPENSE_OVER"
    assert held(AccountKind.VENDOR_PAYABLE, case.purchase.number) == 1_851_800_000


def test_too_little_is_topped_up_by_another_attempt(case: Case, stripe: FakeStripe) -> None:
    send_attempt(started(case).pk)
    tell(case, stripe, amount_received=GROSS - 500_000_000)
    assert case.fresh().state == "PAYMENT_APPROVED"
    stripe.state.events.clear()
    rest = started(case)
    assert rest.amount == 5_000_000
    send_attempt(rest.pk)
    tell(case, stripe)
    settle_topped_up(PaymentObligation.objects.get().pk)
    money = UnmatchedMoney.objects.get()
    assert (case.fresh().state, money.state, money.resolution) == ("PAID", "RESOLVED", "TOPPED_UP")
    assert held(AccountKind.ESCROW, case.purchase.number) == 0


def test_too_little_is_asked_back_when_nobody_tops_it_up(case: Case, stripe: FakeStripe) -> None:
    send_attempt(started(case).pk)
    tell(case, stripe, amount_received=GROSS - 500)
    money = UnmatchedMoney.objects.get()
    assert money.due_at is not None and demand_what_is_due() == 0
    with clock.frozen(money.due_at + timedelta(minutes=1)):
        assert (demand_what_is_due(), demand_what_is_due()) == (1, 0)
    agree_resolution(actor=case.treasurer, money_id=money.pk)
    refund = Refund.objects.get()
    assert (refund.source, refund.amount) == ("ESCROW", GROSS - 500)
    assert held(AccountKind.ESCROW, case.purchase.number) == 0
    assert started(case).amount == GROSS // 100, "the whole sum is owed again"


def test_unknown_money_lies_with_who_runs_the_platform_until_two_of_them_decide(
    case: Case, stripe: FakeStripe
) -> None:
    first = operator(case)
    intent = {"id": "pi_x", "currency": "idr", "metadata": {}, "amount_received": GROSS}
    for number in range(2):  # told twice by two events
        deliver({"id": f"evt_{number}", "type": "payment_intent.succeeded", "data": {"object": intent}})
    for event in ProviderEvent.objects.all():
        process_event(event.pk)
    money = UnmatchedMoney.objects.get()
    assert (money.kind, suspense("SUSPENSE_UNIDENTIFIED")) == ("UNIDENTIFIED", GROSS)
    with pytest.raises(UnmatchedMoney.DoesNotExist):
        propose(case.treasurer, money)
    propose(first, money, "REATTACH", case.purchase.number)
    nothing_happens(lambda: agree_resolution(actor=first, money_id=money.pk), "money.same_person")
    agree_resolution(actor=case.treasurer, money_id=money.pk)  # it is said to be of the treasurer's order
    assert (case.fresh().state, suspense("SUSPENSE_UNIDENTIFIED")) == ("PAID", 0)


# ── told from outside ────────────────────────────────────────────────────────────────────────────────────────────
def outside(attempt: PaymentAttempt, amount: int, *, name: str = "re_luar", **more: Any) -> dict[str, Any]:
    told = {"id": name, "status": "succeeded", "amount": amount, "payment_intent": attempt.provider_ref}
    return {"id": f"evt_{name}", "type": "refund.created", "data": {"object": {**told, **more}}}


def told(event: dict[str, Any]) -> EventHandling:
    deliver(event)
    stored = ProviderEvent.objects.get(event_id=event["id"])
    process_event(stored.pk)
    return EventHandling.objects.get(event=stored)


def test_a_refund_made_at_the_dashboard_is_booked_once(case: Case, stripe: FakeStripe) -> None:
    attempt = paid(case, stripe)
    for _copy in range(2):
        told(outside(attempt, 1_000_000))
    told({**outside(attempt, 1_000_000), "id": "evt_lain", "type": "refund.updated"})
    refund = Refund.objects.get()
    assert (refund.outside, refund.state) == (True, "DONE")
    assert held(AccountKind.VENDOR_RECEIVABLE, case.purchase.number) == 1_000_000
    assert disagreements() == []


def test_a_refund_told_before_its_payment_waits_for_it(case: Case, stripe: FakeStripe) -> None:
    attempt = started(case)
    send_attempt(attempt.pk)
    attempt.refresh_from_db()
    assert told(outside(attempt, 1_000_000)).result == "WAITING"
    assert (take_up_what_waited(), Refund.objects.count()) == (0, 0)
    tell(case, stripe)
    assert held(AccountKind.VENDOR_RECEIVABLE, case.purchase.number) == 1_000_000
    assert not EventHandling.objects.filter(result="WAITING").exists()


def test_an_outside_refund_of_late_money_takes_it_out_of_suspense(case: Case, stripe: FakeStripe) -> None:
    money = late(case, stripe)
    attempt = PaymentAttempt.objects.get()
    propose(case.treasurer, money)
    told(outside(attempt, GROSS))
    money.refresh_from_db()
    assert (money.state, money.resolution, books()) == ("RESOLVED", "GONE", {})
    assert Refund.objects.get(outside=False).state == "REJECTED"


def dispute(attempt: PaymentAttempt, status: str, amount: int = GROSS) -> dict[str, Any]:
    told = {"id": "dp_1", "status": status, "amount": amount, "payment_intent": attempt.provider_ref}
    kind = "created" if status == "needs_response" else "closed"
    event = {"id": f"evt_{status}", "type": f"charge.dispute.{kind}"}
    return {**event, "data": {"object": {**told, "reason": "fraudulent"}}}


def test_a_dispute_lost_after_the_release_is_owed_by_the_vendor(case: Case, stripe: FakeStripe) -> None:
    attempt = paid(case, stripe)
    told(dispute(attempt, "needs_response"))
    assert held(AccountKind.DISPUTES_RECEIVABLE, case.purchase.number) == GROSS
    for _copy in range(2):
        told(dispute(attempt, "lost"))
    assert held(AccountKind.DISPUTES_RECEIVABLE, case.purchase.number) == 0
    assert held(AccountKind.VENDOR_RECEIVABLE, case.purchase.number) == GROSS
    assert suspense("PROVIDER_CLEARING") == 0 and disagreements() == []


def test_nothing_is_released_while_money_is_disputed(case: Case, stripe: FakeStripe) -> None:
    send_attempt(started(case).pk)
    tell(case, stripe, amount_received=GROSS - 500_000_000)
    attempt = PaymentAttempt.objects.get()
    told(dispute(attempt, "needs_response", GROSS - 500_000_000))
    stripe.state.events.clear()
    send_attempt(started(case).pk)
    tell(case, stripe)
    assert case.fresh().state == "PAYMENT_APPROVED", "all is there, but it is disputed"
    assert not pay_what_is_held(attempt.obligation_id)
    told(dispute(attempt, "won", GROSS - 500_000_000))
    assert case.fresh().state == "PAID"


# ── the database itself ──────────────────────────────────────────────────────────────────────────────────────────
def test_the_database_refuses_more_than_came(case: Case, stripe: FakeStripe) -> None:
    attempt = paid(case, stripe)
    for source, amount in (("ESCROW", 1), ("SUSPENSE_OVER", 1), ("ESCROW", GROSS + 1)):
        with pytest.raises(IntegrityError, match="Refund refused"), transaction.atomic():
            Refund.objects.create(
                region=case.purchase.region,
                reference="KMB-terlalu-banyak",
                provider="stripe",
                payment_ref="pi",
                attempt=attempt,
                purchase_number=case.purchase.number,
                source=source,
                amount=amount,
                reason=REASON,
                created_at=clock.now(),
            )


def test_a_refund_stands_as_it_was_asked_for(case: Case, stripe: FakeStripe) -> None:
    propose(case.treasurer, late(case, stripe))
    for statement in ("UPDATE settlement_refund SET amount = amount + 1", "DELETE FROM settlement_refund"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
