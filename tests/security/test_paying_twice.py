"""Ways to have one order paid twice, or paid with what is no rupiah: each must end with one payment."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from marketplace.core import clock
from marketplace.core.transitions import Refused
from procurement.settlement.actions import (
    Proof,
    approve_payment,
    issue_invoice,
    process_event,
    receive_notification,
    record_evidence,
    send_attempt,
    start_payment,
    verify_invoice,
)
from procurement.settlement.models import Evidence, PaymentAttempt, ProviderEvent, UnmatchedMoney
from tests.fakes.stripe import FakeStripe
from tests.fakes.stripe.webhooks import sign
from tests.settlement.orders import ATK, DEPOSITED, SCAN, Case, accepted

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "whsec_uji"
GROSS = 2_086_800_000


@pytest.fixture
def stripe(settings: LazySettings) -> Iterator[FakeStripe]:
    with FakeStripe(secret_keys=["sk_test_uji"]) as running:
        settings.STRIPE_API_KEY = "sk_test_uji"
        settings.STRIPE_API_BASE = running.url
        settings.STRIPE_WEBHOOK_SECRETS = [SECRET]
        yield running


def approved(**told: Any) -> Case:
    case = accepted(ATK, **told)
    issue_invoice(actor=case.vendor, purchase_id=case.purchase.pk)
    verify_invoice(actor=case.verifier, purchase_id=case.purchase.pk)
    approve_payment(actor=case.approver, purchase_id=case.purchase.pk)
    return case


def succeeded(stripe: FakeStripe, **changed: Any) -> dict[str, Any]:
    """The provider's word about the newest payment, with some of it changed."""
    event = [each for each in stripe.state.events.values() if each["type"] == "payment_intent.succeeded"][-1]
    event["data"]["object"].update(changed)
    return event


def tell(event: dict[str, Any]) -> None:
    """Deliver a signed event; its meaning is left to the job."""
    raw = json.dumps(event).encode()
    receive_notification(
        "stripe", raw, {"Stripe-Signature": sign(raw, SECRET, at=int(clock.now().timestamp()))}
    )


def understand() -> None:
    for event in ProviderEvent.objects.filter(verdict="VERIFIED").order_by("pk"):
        process_event(event.pk)


def start(case: Case) -> PaymentAttempt:
    attempt = start_payment(actor=case.treasurer, purchase_id=case.purchase.pk)
    send_attempt(attempt.pk)
    return attempt


@pytest.mark.parametrize(
    ("received", "code"), [(GROSS - 500, "payment.outside_limits"), (GROSS, "payment.received")]
)
def test_money_that_came_is_not_asked_for_again(
    stripe: FakeStripe, received: int, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it came but the order is not marked yet, or five rupiah lack, too little for the provider to carry."""
    case = approved()
    start(case)
    tell(succeeded(stripe, amount_received=received))
    with monkeypatch.context() as crash:
        crash.setattr("procurement.settlement.actions.notifications.pay_from_escrow", lambda pk: False)
        understand()
    assert case.fresh().state == "PAYMENT_APPROVED"

    with pytest.raises(Refused) as refused:
        start_payment(actor=case.treasurer, purchase_id=case.purchase.pk)

    assert refused.value.code == code
    assert PaymentAttempt.objects.count() == 1


def test_dollars_are_not_rupiah(stripe: FakeStripe) -> None:
    case = approved()
    start(case)

    tell(succeeded(stripe, currency="usd"))
    understand()

    assert case.fresh().state == "PAYMENT_APPROVED"
    assert UnmatchedMoney.objects.get().kind == "CONTRADICTED"


def test_a_second_capture_for_one_order_does_not_hide(stripe: FakeStripe) -> None:
    """The first payment failed by the provider's word, the second paid; then the first is captured after all."""
    case = approved()
    first = start(case)
    early = succeeded(stripe)
    tell({**early, "id": "evt_gagal", "type": "payment_intent.payment_failed"})
    understand()
    start(case)
    tell(succeeded(stripe))
    understand()
    assert case.fresh().state == "PAID"

    tell({**early, "id": "evt_susulan"})
    understand()

    found = UnmatchedMoney.objects.get()
    assert (found.attempt_id, found.amount) == (first.pk, GROSS)


@pytest.mark.parametrize("written", ["sp2d-0001", " SP2D-0001 ", "SP2D -0001", "SP2D‑0001", "ＳＰ２Ｄ-0001"])
def test_one_sp2d_written_in_another_way_is_the_same_sp2d(written: str) -> None:
    one = approved(mechanism="LS")
    other = approved(mechanism="LS", at=one.purchase.organisation)
    kind = Evidence.Kind.SP2D

    def record(case: Case, number: str) -> None:
        net = case.fresh().obligation.net
        record_evidence(
            actor=case.treasurer,
            purchase_id=case.purchase.pk,
            kind=kind,
            proof=Proof(number, DEPOSITED, net, SCAN),
        )

    record(one, "SP2D-0001")
    with pytest.raises(Refused) as refused:
        record(other, written)

    assert refused.value.code == "evidence.number_used"
    assert Evidence.objects.count() == 1


def test_strangers_do_not_fill_the_event_store(stripe: FakeStripe, client: Client) -> None:
    """Events are kept for ever; unsigned ones come from anybody."""
    for number in range(60):
        answer = client.post("/webhook/stripe/", data=b"{%d}" % number, content_type="application/json")
        assert answer.status_code == 400

    assert ProviderEvent.objects.count() <= 50
    assert client.post("/webhook/stripe/", b"x" * 200_000, content_type="application/json").status_code == 400
    assert max(len(bytes(raw)) for raw in ProviderEvent.objects.values_list("raw", flat=True)) <= 4_096
