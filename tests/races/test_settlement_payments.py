"""Real parallel transactions on payments: repeated webhooks, double clicks, two verifiers."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry as LogEntry
from marketplace.core.transitions import Refused
from marketplace.events.models import Job
from procurement.planning.models import BudgetLine
from procurement.settlement.actions import (
    Proof,
    process_event,
    record_evidence,
    send_attempt,
    start_payment,
    verify_evidence,
)
from procurement.settlement.ledger.reports import disagreements, held
from procurement.settlement.models import AccountKind, Evidence, Journal, PaymentAttempt, ProviderEvent
from tests import people
from tests.fakes.stripe import FakeStripe
from tests.fakes.stripe.webhooks import post as deliver_over_http
from tests.fakes.stripe.webhooks import sign
from tests.settlement.orders import DEPOSITED, SCAN, Case, accepted
from tests.settlement.test_billing import approved

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
SECRET = "whsec_balapan"


@pytest.fixture
def stripe(settings: LazySettings) -> Iterator[FakeStripe]:
    with FakeStripe(secret_keys=["sk_test_uji"]) as running:
        settings.STRIPE_API_KEY = "sk_test_uji"
        settings.STRIPE_API_BASE = running.url
        settings.STRIPE_WEBHOOK_SECRETS = [SECRET]
        yield running


def all_at_once(acts: list[Callable[[], Any]]) -> list[str]:
    """Run every act in its own thread and connection, started together; what came of each, as text."""
    gate = threading.Barrier(len(acts))
    answers: list[str] = []

    def run(act: Callable[[], Any]) -> None:
        gate.wait()
        try:
            answers.append(str(act()))
        except Refused as refusal:
            answers.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(answers)


def gateway_case() -> Case:
    case = accepted()
    approved(case)
    return case


def test_a_webhook_delivered_five_times_in_parallel_pays_once(stripe: FakeStripe, live_server: Any) -> None:
    case = gateway_case()
    attempt = start_payment(actor=case.treasurer, purchase_id=case.purchase.pk)
    send_attempt(attempt.pk)
    event = next(each for each in stripe.state.events.values() if each["type"] == "payment_intent.succeeded")
    raw = json.dumps(event).encode()
    url = f"{live_server.url}/webhook/stripe/"
    answers = all_at_once([lambda: deliver_over_http(url, raw, sign(raw, SECRET))] * 5)
    assert answers == ["202"] * 5
    stored = ProviderEvent.objects.get()
    assert Job.objects.filter(kind="settlement.provider_event").count() == 1
    all_at_once([lambda: process_event(stored.pk)] * 5)  # a job whose lease ran out may run beside itself
    process_event(stored.pk)
    assert case.fresh().state == "PAID"
    assert sorted(Journal.objects.values_list("kind", flat=True)) == ["CAPTURE", "RELEASE"]
    assert held(AccountKind.VENDOR_PAYABLE, case.purchase.number) == 1_851_800_000
    assert BudgetLine.objects.get(pk=case.purchase.budget_line_id).spent == 20_868_000
    assert LogEntry.objects.filter(act="purchase.pay").count() == 1
    assert disagreements() == []


def test_clicking_pay_twice_at_once_starts_one_payment(stripe: FakeStripe) -> None:
    case = gateway_case()

    def click() -> str:
        start_payment(actor=case.treasurer, purchase_id=case.purchase.pk)
        return "started"

    assert all_at_once([click] * 4) == ["payment.in_progress"] * 3 + ["started"]
    assert PaymentAttempt.objects.count() == 1
    assert Job.objects.filter(kind="settlement.send_attempt").count() == 1


def test_one_attempt_sent_by_two_workers_makes_one_intent(stripe: FakeStripe) -> None:
    case = gateway_case()
    attempt = start_payment(actor=case.treasurer, purchase_id=case.purchase.pk)
    all_at_once([lambda: send_attempt(attempt.pk)] * 2)
    assert len(stripe.state.intents) == 1


def test_two_verifiers_pay_once() -> None:
    case = accepted(mechanism="LS")
    approved(case)
    proof = Proof("SP2D-9", DEPOSITED, 18_518_000, SCAN)
    evidence = record_evidence(
        actor=case.treasurer, purchase_id=case.purchase.pk, kind=Evidence.Kind.SP2D, proof=proof
    )
    other = Actor.of(people.appointment(Role.PPK_SKPD, case.purchase.organisation))

    def verify(actor: Actor) -> str:
        verify_evidence(actor=actor, evidence_id=evidence.pk)
        return "verified"

    answers = all_at_once([lambda: verify(case.verifier), lambda: verify(other)])
    assert answers == ["evidence.verified", "verified"]
    assert case.fresh().state == "PAID"
    assert sorted(Journal.objects.values_list("kind", flat=True)) == ["RECOGNISE", "SP2D"]
    assert held(AccountKind.VENDOR_PAYABLE, case.purchase.number) == 0
