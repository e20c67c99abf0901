"""Stripe by its official SDK: card payments of an agency (government card) through Payment Intents.

IDR has two decimals at Stripe, so its amounts are sen, like the ledger's. Every POST carries our idempotency key;
the SDK's own retries are off, because a lost answer is UNKNOWN until Stripe is asked by our reference.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import stripe
from django.conf import settings
from stripe import StripeClient, WebhookSignature
from stripe.params import PaymentIntentCreateParams

from procurement.settlement.providers.base import (
    Capabilities,
    DisputeFact,
    DisputeStage,
    Fact,
    NoPayout,
    Notice,
    Outcome,
    RefundFact,
    Result,
    Told,
    Vault,
)

TIMEOUT_SECONDS = 10
TOLERANCE = timedelta(minutes=5)
"""A notification older than this is refused; so is one from the future (which the SDK would accept)."""
SIGNATURE_HEADER = "Stripe-Signature"
TEST_CARD = "pm_card_visa"
"""Stripe's own test card; a real installation names the agency's card in STRIPE_PAYMENT_METHOD."""

_OUTCOME_OF_STATUS = {
    "succeeded": Outcome.CAPTURED,
    "requires_capture": Outcome.AUTHORISED,
    "canceled": Outcome.CANCELLED,
    "processing": Outcome.PENDING,
    "requires_action": Outcome.PENDING,
    "requires_confirmation": Outcome.PENDING,
    "requires_payment_method": Outcome.FAILED,
}
_OUTCOME_OF_EVENT = {
    "payment_intent.processing": Outcome.PENDING,
    "payment_intent.requires_action": Outcome.PENDING,
    "payment_intent.amount_capturable_updated": Outcome.AUTHORISED,
    "payment_intent.succeeded": Outcome.CAPTURED,
    "payment_intent.payment_failed": Outcome.FAILED,
    "payment_intent.canceled": Outcome.CANCELLED,
}

_OUTCOME_OF_REFUND = {
    "succeeded": Outcome.CAPTURED,
    "failed": Outcome.FAILED,
    "canceled": Outcome.CANCELLED,
}
_REFUND_EVENTS = frozenset({"refund.created", "refund.updated", "refund.failed", "charge.refund.updated"})
_DISPUTE_EVENTS = frozenset(
    {"charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed"}
    | {"charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated"}
)


class StripeProvider(NoPayout):
    """The Stripe plug-in; see `providers.base.Provider`."""

    name = "stripe"
    label = "Kartu melalui Stripe"
    capabilities = Capabilities(
        authorise=True,
        capture_partial=True,
        refund=True,
        payout=False,  # Stripe does not pay out to Indonesian vendors
        sync_by_reference=True,
        statement=False,
        min_amount=1_000_000,
        max_amount=99_999_999_999,
        instrument="STRIPE_CARD",
    )

    def __init__(
        self,
        *,
        api_key: str,
        webhook_secrets: Sequence[str],
        payment_method: str,
        api_base: str = "",
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        """`webhook_secrets` may hold several while one is being rotated; `payment_method` is the agency's card."""
        self._client = StripeClient(
            api_key,
            base_addresses={"api": api_base} if api_base else None,
            max_network_retries=0,
            http_client=stripe.RequestsClient(timeout=timeout_seconds),
        )
        self._secrets = tuple(webhook_secrets)
        self._payment_method = payment_method

    # ── requests ─────────────────────────────────────────────────────────────────────────────────────────────────
    def create(
        self,
        *,
        reference: str,
        amount: int,
        description: str,
        idempotency_key: str,
        expires_at: datetime | None = None,
    ) -> Result:
        """Create and confirm a Payment Intent on the agency's card, captured at once: BAST has already happened."""
        asked: PaymentIntentCreateParams = {
            "amount": amount,
            "currency": "idr",
            "confirm": True,
            "payment_method": self._payment_method,
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
            "description": description,
            "metadata": {"reference": reference},
        }
        return _answered(
            lambda: self._client.v1.payment_intents.create(asked, {"idempotency_key": idempotency_key})
        )

    def sync(self, reference: str) -> Result:
        """Search by our reference, then look through the newest intents: Stripe's search lags behind by a minute."""
        try:
            query = f"metadata['reference']:'{reference}'"
            found = list(self._client.v1.payment_intents.search({"query": query}).data)
            if not found:
                newest = self._client.v1.payment_intents.list({"limit": 100}).data
                found = [
                    intent
                    for intent in newest
                    if intent.to_dict().get("metadata", {}).get("reference") == reference
                ]
        except stripe.StripeError as error:
            return Result(Outcome.UNKNOWN, reason=_said(error))
        found = [intent for intent in found if intent.currency == "idr"]
        if not found:
            return Result(Outcome.NOT_FOUND)
        return max((_result(intent) for intent in found), key=lambda result: result.amount)

    def capture(self, provider_ref: str, *, amount: int, idempotency_key: str) -> Result:
        """Take an authorised amount."""
        return _answered(
            lambda: self._client.v1.payment_intents.capture(
                provider_ref, {"amount_to_capture": amount}, {"idempotency_key": idempotency_key}
            )
        )

    def cancel(self, provider_ref: str, *, idempotency_key: str, reference: str = "") -> Result:
        """Give an uncaptured intent up."""
        return _answered(
            lambda: self._client.v1.payment_intents.cancel(
                provider_ref, {"cancellation_reason": "abandoned"}, {"idempotency_key": idempotency_key}
            )
        )

    def refund(self, provider_ref: str, *, amount: int, idempotency_key: str) -> Result:
        """Refund part or all of a captured intent."""
        try:
            made = self._client.v1.refunds.create(
                {
                    "payment_intent": provider_ref,
                    "amount": amount,
                    "metadata": {"reference": idempotency_key},
                },
                {"idempotency_key": idempotency_key},
            )
        except stripe.InvalidRequestError as error:
            return Result(Outcome.FAILED, provider_ref, reason=_said(error))
        except stripe.StripeError as error:
            return Result(Outcome.UNKNOWN, provider_ref, reason=_said(error))
        return _refund_result(made.to_dict())

    def sync_refund(self, payment_ref: str, reference: str) -> Result:
        """Look through the refunds of the payment for the one that carries our reference."""
        try:
            made = self._client.v1.refunds.list({"payment_intent": payment_ref, "limit": 100}).data
        except stripe.StripeError as error:
            return Result(Outcome.UNKNOWN, reason=_said(error))
        told = [each.to_dict() for each in made]
        found = [each for each in told if (each.get("metadata") or {}).get("reference") == reference]
        return _refund_result(found[0]) if found else Result(Outcome.NOT_FOUND)

    def fee(self, provider_ref: str) -> int | None:
        """Stripe's fee from the balance transaction of the charge; None while Stripe has not booked it."""
        expand = {"expand": ["latest_charge.balance_transaction"]}
        try:
            intent = self._client.v1.payment_intents.retrieve(provider_ref, expand)  # type: ignore[arg-type]
        except stripe.StripeError:
            return None
        charge = intent.to_dict().get("latest_charge")
        booked = charge.get("balance_transaction") if isinstance(charge, Mapping) else None
        return int(booked["fee"]) if isinstance(booked, Mapping) else None

    # ── notifications ────────────────────────────────────────────────────────────────────────────────────────────
    def check_notification(self, raw: bytes, headers: Mapping[str, str], *, now: datetime) -> Notice:
        """Signature against every secret in force, then age, then content."""
        header = headers.get(SIGNATURE_HEADER, "")
        try:
            payload = raw.decode("utf-8")
        except UnicodeDecodeError:
            return Notice("UNREADABLE")
        if not any(_signed(payload, header, secret) for secret in self._secrets):
            return Notice("UNSIGNED")
        signed_at = _timestamp(header)
        if signed_at < (now - TOLERANCE).timestamp():
            return Notice("STALE")
        if signed_at > (now + TOLERANCE).timestamp():
            return Notice("FUTURE")
        try:
            event = json.loads(payload)
            event_id, kind = str(event["id"]), str(event["type"])
            facts = tuple(self.read(raw))
        except (ValueError, KeyError, TypeError):
            return Notice("UNREADABLE")
        return Notice("VERIFIED", event_id[:120], kind[:80], facts)

    def read(self, raw: bytes) -> Sequence[Told]:
        """At most one fact: about a payment, a refund or a dispute."""
        event = json.loads(raw)
        if event["type"] in _REFUND_EVENTS:
            return (_refund_fact(event["data"]["object"]),)
        if event["type"] in _DISPUTE_EVENTS:
            return tuple(_dispute_facts(event["data"]["object"]))
        outcome = _OUTCOME_OF_EVENT.get(event["type"])
        if outcome is None:
            return ()
        intent = event["data"]["object"]
        error = intent.get("last_payment_error") or {}
        return (
            Fact(
                reference=str((intent.get("metadata") or {}).get("reference", "")),
                provider_ref=str(intent["id"]),
                outcome=outcome,
                amount=int(intent.get("amount_received") or 0),
                reason=str(error.get("message", "")),
                currency=str(intent.get("currency", "")).lower(),
            ),
        )


def configured(vault: Vault) -> StripeProvider | None:
    """Stripe when it has a key, in the settings or sealed (`stripe`: `api_key`, `webhook_secret`); None otherwise."""
    api_key = settings.STRIPE_API_KEY or next(iter(vault("stripe", "api_key")), "")
    if not api_key:
        return None
    return StripeProvider(
        api_key=api_key,
        api_base=settings.STRIPE_API_BASE,
        webhook_secrets=settings.STRIPE_WEBHOOK_SECRETS or vault("stripe", "webhook_secret"),
        payment_method=getattr(settings, "STRIPE_PAYMENT_METHOD", TEST_CARD),
    )


def _refund_result(told: Mapping[str, Any]) -> Result:
    outcome = _OUTCOME_OF_REFUND.get(told.get("status") or "", Outcome.PENDING)
    return Result(outcome, str(told["id"]), int(told["amount"]), str(told.get("failure_reason") or ""))


def _refund_fact(told: Mapping[str, Any]) -> RefundFact:
    result = _refund_result(told)
    return RefundFact(
        reference=str((told.get("metadata") or {}).get("reference", "")),
        provider_ref=result.provider_ref,
        payment_ref=_name_of(told.get("payment_intent")),
        outcome=result.outcome,
        amount=result.amount,
        reason=result.reason,
    )


def _dispute_facts(told: Mapping[str, Any]) -> Iterator[DisputeFact]:
    """Inquiries (`warning_…`) move no money and say nothing here."""
    status = str(told.get("status", ""))
    if status.startswith("warning"):
        return
    stage = {"won": DisputeStage.WON, "lost": DisputeStage.LOST}.get(status, DisputeStage.OPENED)
    payment = _name_of(told.get("payment_intent"))
    yield DisputeFact(str(told["id"]), payment, stage, int(told["amount"]), str(told.get("reason") or ""))


def _name_of(thing: Any) -> str:
    """The id of a thing that is named or, expanded, there itself."""
    return str(thing["id"] if isinstance(thing, Mapping) else thing or "")


def _answered(ask: Callable[[], stripe.PaymentIntent]) -> Result:
    """Ask, and tell a refusal (nothing happened) from silence (nobody knows)."""
    try:
        return _result(ask())
    except stripe.CardError as error:
        return Result(Outcome.FAILED, _intent_of(error), reason=_said(error))
    except (stripe.InvalidRequestError, stripe.AuthenticationError, stripe.PermissionError) as error:
        return Result(Outcome.FAILED, reason=_said(error))
    except stripe.StripeError as error:
        return Result(Outcome.UNKNOWN, reason=_said(error))


def _result(intent: stripe.PaymentIntent) -> Result:
    told: dict[str, Any] = intent.to_dict()
    error = told.get("last_payment_error") or {}
    return Result(
        _OUTCOME_OF_STATUS.get(told["status"], Outcome.PENDING),
        told["id"],
        int(told.get("amount_received") or 0),
        str(error.get("message", "")),
    )


def _intent_of(error: stripe.CardError) -> str:
    body = error.json_body if isinstance(error.json_body, dict) else {}
    return str((body.get("error", {}).get("payment_intent") or {}).get("id", ""))


def _said(error: stripe.StripeError) -> str:
    return str(error.user_message or type(error).__name__)[:200]


def _signed(payload: str, header: str, secret: str) -> bool:
    try:
        return WebhookSignature.verify_header(payload, header, secret, tolerance=None)
    except stripe.SignatureVerificationError:
        return False


def _timestamp(header: str) -> int:
    return next(int(part[2:]) for part in header.split(",") if part.startswith("t="))
