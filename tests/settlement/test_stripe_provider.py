"""The Stripe plug-in against a stateful Stripe on loopback, through the official SDK."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from procurement.settlement.providers.base import Outcome
from procurement.settlement.providers.stripe import StripeProvider
from tests.fakes.stripe import FakeStripe
from tests.fakes.stripe.webhooks import sign

NOW = datetime(2026, 10, 22, 3, 0, tzinfo=UTC)
SECRET, NEXT_SECRET = "whsec_present", "whsec_next"


@pytest.fixture
def fake() -> Iterator[FakeStripe]:
    with FakeStripe() as running:
        yield running


def plugin(fake: FakeStripe, card: str = "pm_card_visa", timeout: float = 5) -> StripeProvider:
    return StripeProvider(
        api_key="sk_test_fake",
        api_base=fake.url,
        webhook_secrets=[SECRET, NEXT_SECRET],
        payment_method=card,
        timeout_seconds=timeout,
    )


def create(provider: StripeProvider, reference: str = "BYR-1", amount: int = 985_000_000):
    return provider.create(
        reference=reference, amount=amount, description="Pesanan 1", idempotency_key=reference
    )


def test_a_payment_is_captured_found_again_and_its_fee_known(fake: FakeStripe) -> None:
    provider = plugin(fake)
    made = create(provider)
    assert (made.outcome, made.amount) == (Outcome.CAPTURED, 985_000_000)
    assert provider.sync("BYR-1") == made
    assert provider.fee(made.provider_ref) == 985_000_000 * 29 // 1000 + 200_000
    assert provider.sync("BYR-unheard").outcome == Outcome.NOT_FOUND


def test_every_post_carries_our_key_and_a_repeat_makes_no_second_intent(fake: FakeStripe) -> None:
    provider = plugin(fake)
    assert create(provider) == create(provider)
    assert len(fake.state.intents) == 1
    assert [key for method, _path, key in fake.requests if method == "POST"] == ["BYR-1", "BYR-1"]


def test_the_same_key_with_another_amount_moves_nothing(fake: FakeStripe) -> None:
    provider = plugin(fake)
    create(provider)
    assert create(provider, amount=1_000_000).outcome != Outcome.CAPTURED
    assert [intent["amount"] for intent in fake.state.intents.values()] == [985_000_000]


def test_a_declined_card_is_failed_with_the_bank_s_reason(fake: FakeStripe) -> None:
    declined = create(plugin(fake, card="pm_card_chargeDeclined"))
    assert (declined.outcome, declined.amount) == (Outcome.FAILED, 0)
    assert "declined" in declined.reason and declined.provider_ref.startswith("pi_")


def test_silence_is_unknown_and_is_resolved_by_our_reference(fake: FakeStripe) -> None:
    fake.lose_answers = 1
    assert create(plugin(fake)).outcome == Outcome.UNKNOWN
    assert plugin(fake).sync("BYR-1").outcome == Outcome.CAPTURED

    fake.stall_seconds = 0.5
    assert create(plugin(fake, timeout=0.1), "BYR-2").outcome == Outcome.UNKNOWN
    fake.stall_seconds = 0
    assert plugin(fake).sync("BYR-2").outcome == Outcome.CAPTURED


def test_refund_in_parts_never_exceeds_what_was_taken(fake: FakeStripe) -> None:
    provider = plugin(fake)
    made = create(provider, amount=3_000_000)
    assert (
        provider.refund(made.provider_ref, amount=1_000_000, idempotency_key="r1").outcome == Outcome.CAPTURED
    )
    assert (
        provider.refund(made.provider_ref, amount=2_500_000, idempotency_key="r2").outcome == Outcome.FAILED
    )
    assert (
        provider.refund(made.provider_ref, amount=2_000_000, idempotency_key="r3").outcome == Outcome.CAPTURED
    )


def event(amount: int = 100, kind: str = "payment_intent.succeeded") -> bytes:
    intent = {
        "id": "pi_1",
        "metadata": {"reference": "BYR-1"},
        "amount_received": amount,
        "status": "succeeded",
    }
    return json.dumps({"id": "evt_1", "object": "event", "type": kind, "data": {"object": intent}}).encode()


@pytest.mark.parametrize(
    ("shift", "secrets", "verdict"),
    [
        (timedelta(0), (SECRET,), "VERIFIED"),
        (timedelta(0), (NEXT_SECRET,), "VERIFIED"),
        (timedelta(0), ("whsec_old", SECRET), "VERIFIED"),
        (timedelta(0), ("whsec_foreign",), "UNSIGNED"),
        (timedelta(seconds=-300), (SECRET,), "VERIFIED"),
        (timedelta(seconds=-301), (SECRET,), "STALE"),
        (timedelta(seconds=300), (SECRET,), "VERIFIED"),
        (timedelta(seconds=301), (SECRET,), "FUTURE"),
    ],
)
def test_signature_rotation_and_age(
    fake: FakeStripe, shift: timedelta, secrets: tuple[str, ...], verdict: str
) -> None:
    header = sign(event(), *secrets, at=int((NOW + shift).timestamp()))
    notice = plugin(fake).check_notification(event(), {"Stripe-Signature": header}, now=NOW)
    assert notice.verdict == verdict
    assert (notice.event_id == "evt_1") is (verdict == "VERIFIED")


@pytest.mark.parametrize("header", ["", "t=now,v1=00", "v1=00", "t=1", "💥"])
def test_broken_signature_headers_are_unsigned(fake: FakeStripe, header: str) -> None:
    assert (
        plugin(fake).check_notification(event(), {"Stripe-Signature": header}, now=NOW).verdict == "UNSIGNED"
    )


def test_a_changed_byte_is_unsigned_and_signed_rubbish_is_unreadable(fake: FakeStripe) -> None:
    at = int(NOW.timestamp())
    headers = {"Stripe-Signature": sign(event(100), SECRET, at=at)}
    assert plugin(fake).check_notification(event(101), headers, now=NOW).verdict == "UNSIGNED"
    for rubbish in (b"[]", b"{", b'{"id": "evt_1"}', b"null"):
        headers = {"Stripe-Signature": sign(rubbish, SECRET, at=at)}
        assert plugin(fake).check_notification(rubbish, headers, now=NOW).verdict == "UNREADABLE"
    assert plugin(fake).check_notification(b"\xff\xfe", headers, now=NOW).verdict == "UNREADABLE"


def test_events_about_other_things_say_nothing(fake: FakeStripe) -> None:
    assert plugin(fake).read(event(kind="customer.created")) == ()
