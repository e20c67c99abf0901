"""Thousands of notifications over real HTTP end exactly once, with the right balances; forgeries change nothing."""

from __future__ import annotations

import random
import sys
from typing import Any

import pytest
from django.conf import LazySettings
from django.db.models import Sum

from marketplace.events.jobs import run_due
from procurement.settlement.actions import start_payment
from procurement.settlement.ledger.reports import disagreements
from procurement.settlement.models import (
    Entry,
    EventHandling,
    Journal,
    PaymentAttempt,
    Payout,
    ProviderEvent,
    UnmatchedMoney,
)
from tests.settlement.conftest import SECRET
from tests.settlement.orders import Case, accepted
from tests.settlement.storm import deliveries, percentile, strike
from tests.settlement.test_billing import approved

pytestmark = pytest.mark.django_db(transaction=True)
GROSS = 2_086_800_000
KINDS = (
    "payment_intent.created",
    "payment_intent.processing",
    "payment_intent.amount_capturable_updated",
    "payment_intent.payment_failed",
    "payment_intent.succeeded",
)


def attempts(orders: int) -> list[tuple[Case, PaymentAttempt]]:
    found = []
    for _number in range(orders):
        case = accepted()
        approved(case)
        found.append((case, start_payment(actor=case.treasurer, purchase_id=case.purchase.pk)))
    return found


def events_of(attempt: PaymentAttempt) -> list[dict[str, Any]]:
    intent = {"id": f"pi_{attempt.pk}", "metadata": {"reference": attempt.reference}, "currency": "idr"}
    told = []
    for kind in KINDS:
        received = GROSS if kind.endswith("succeeded") else 0
        subject = {**intent, "amount_received": received}
        told.append(
            {"id": f"evt_{attempt.pk}_{kind}", "object": "event", "type": kind, "data": {"object": subject}}
        )
    return told


def storm(url: str, *, orders: int, total: int) -> None:
    paying = attempts(orders)
    events = [event for _case, attempt in paying for event in events_of(attempt)]
    chance = random.Random(orders)
    answers = strike(url, deliveries(events, total=total, secret=SECRET, chance=chance))
    assert len(answers) == total
    assert [each for each in answers if each.status != each.expected] == []
    sys.stdout.write(
        f"\n{total} deliveries of {len(events)} events: p50 {percentile(answers, 0.5):.1f} ms, "
        f"p95 {percentile(answers, 0.95):.1f} ms\n"
    )
    assert ProviderEvent.objects.filter(verdict="VERIFIED").count() == len(events)
    assert (
        EventHandling.objects.filter(result="WAITING").count() == len(events) - orders
    )  # `created` says nothing
    while run_due():
        pass
    assert not EventHandling.objects.filter(result__in=["WAITING", "FAILED"]).exists()
    assert {case.fresh().state for case, _attempt in paying} == {"PAID"}
    captures = Journal.objects.filter(kind="CAPTURE")
    assert (captures.count(), Journal.objects.filter(kind="RELEASE").count()) == (orders, orders)
    assert (Payout.objects.count(), UnmatchedMoney.objects.count()) == (orders, 0)
    sums = Entry.objects.values_list("account__kind").annotate(sen=Sum("amount"))
    assert {kind: sen for kind, sen in sums if sen} == {
        "PROVIDER_CLEARING": GROSS * orders,
        "VENDOR_PAYABLE": -1_851_800_000 * orders,
        "TAX_PAYABLE": -235_000_000 * orders,
    }
    assert disagreements() == []


@pytest.fixture
def receiver(settings: LazySettings, live_server: Any) -> str:
    settings.STRIPE_API_KEY, settings.STRIPE_WEBHOOK_SECRETS = "sk_test_uji", [SECRET]
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"  # nobody is asked anything
    return f"{live_server.url}/webhook/stripe/"


def test_three_hundred_deliveries_end_exactly_once(receiver: str) -> None:
    storm(receiver, orders=6, total=300)


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_ten_thousand_deliveries_end_exactly_once(receiver: str) -> None:
    storm(receiver, orders=600, total=10_000)
