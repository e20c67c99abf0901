"""Any order and any repetition of a provider's events ends in the same books, state and budget."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procurement.settlement.actions import process_event, start_payment
from procurement.settlement.ledger.reports import disagreements
from procurement.settlement.models import Balance, PaymentAttempt, Payout, ProviderEvent, UnmatchedMoney
from tests.settlement.orders import Case, accepted
from tests.settlement.test_billing import approved

pytestmark = pytest.mark.django_db(transaction=True)
GROSS = 2_086_800_000
STORY = [
    "payment_intent.created",
    "payment_intent.processing",
    "payment_intent.requires_action",
    "payment_intent.amount_capturable_updated",
    "payment_intent.payment_failed",
    "payment_intent.canceled",
    "charge.succeeded",
    "payment_intent.succeeded",
]

PAID = (
    "CAPTURED",
    "PAID",
    {
        "PROVIDER_CLEARING": GROSS,
        "VENDOR_PAYABLE:#": -1_851_800_000,
        "TAX_PAYABLE:PPN": -206_800_000,
        "TAX_PAYABLE:PPH22": -28_200_000,
    },
    1,
    0,
)
"""How it ends however it was told: states, movements in sen, payouts, loose money."""


@pytest.fixture(autouse=True)
def _switched_on() -> Iterator[None]:
    with override_settings(STRIPE_API_KEY="sk_test_uji", STRIPE_WEBHOOK_SECRETS=["whsec_uji"]):
        yield


def stored(attempt: PaymentAttempt, kind: str, copy: int) -> ProviderEvent:
    """A verified event; a copy is the same news under another id, as after a lost answer of ours."""
    intent: dict[str, Any] = {
        "id": f"pi_{attempt.pk}",
        "metadata": {"reference": attempt.reference},
        "currency": "idr",
        "amount_received": GROSS if kind == "payment_intent.succeeded" else 0,
    }
    event_id = f"evt_{attempt.pk}_{kind}_{copy}"
    raw = json.dumps({"id": event_id, "object": "event", "type": kind, "data": {"object": intent}}).encode()
    return ProviderEvent.objects.create(
        provider="stripe",
        event_id=event_id,
        kind=kind,
        raw=raw,
        sha256="0" * 64,
        verdict="VERIFIED",
        received_at=attempt.created_at,
    )


def end_of(case: Case, attempt: PaymentAttempt) -> tuple[Any, ...]:
    """Everything that must not depend on the order: states, balances without names, payouts, loose money."""
    attempt.refresh_from_db()
    region, number = str(case.purchase.region_id), case.purchase.number
    own = Balance.objects.filter(account__region_id=case.purchase.region_id).exclude(amount=0)
    before = _region_before.get(attempt.pk, {})
    moved = {
        balance.account.code.replace(number, "#").replace(f":{region}", ""): balance.amount
        - before.get(balance.account.code, 0)
        for balance in own.select_related("account")
    }
    payouts = Payout.objects.filter(obligation=attempt.obligation).count()
    loose = UnmatchedMoney.objects.filter(attempt=attempt).count()
    return attempt.state, case.fresh().state, {code: n for code, n in moved.items() if n}, payouts, loose


_region_before: dict[int, dict[str, int]] = {}


def story(kinds: list[tuple[str, int]]) -> tuple[Any, ...]:
    """A new order whose attempt hears these events in this order; (kind, copy) twice is the same event again."""
    case = accepted()
    approved(case)
    attempt = start_payment(actor=case.treasurer, purchase_id=case.purchase.pk)
    _region_before[attempt.pk] = dict(
        Balance.objects.filter(account__region_id=case.purchase.region_id).values_list(
            "account__code", "amount"
        )
    )
    events: dict[tuple[str, int], ProviderEvent] = {}
    for kind, copy in kinds:
        if (kind, copy) not in events:
            events[kind, copy] = stored(attempt, kind, copy)
        process_event(events[kind, copy].pk)
    assert disagreements() == []
    return end_of(case, attempt)


@given(
    extra=st.lists(st.tuples(st.sampled_from(STORY), st.integers(0, 1)), max_size=6),
    shuffled=st.permutations([(kind, 0) for kind in STORY]),
    where=st.lists(st.integers(0, 8), min_size=6, max_size=6),
)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_and_repetition_of_events_ends_the_same(
    transactional_db: None, extra: list[tuple[str, int]], shuffled: list[tuple[str, int]], where: list[int]
) -> None:
    told = list(shuffled)
    for event, place in zip(extra, where, strict=False):
        told.insert(min(place, len(told)), event)
    assert story(told) == PAID


@given(st.permutations([(kind, 0) for kind in STORY if kind != "payment_intent.succeeded"]))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_without_the_capture_no_order_of_events_moves_money(
    transactional_db: None, shuffled: list[tuple[str, int]]
) -> None:
    state, order, moved, payouts, loose = story(shuffled)
    assert (state, order, moved, payouts, loose) == ("CANCELLED", "PAYMENT_APPROVED", {}, 0, 0)
