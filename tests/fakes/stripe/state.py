"""What the fake Stripe remembers, and what its verbs do. No HTTP here; one lock guards it all."""

from __future__ import annotations

import copy
import hashlib
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.stripe import objects
from tests.fakes.stripe.objects import Object

DECLINED = frozenset(
    {"pm_card_chargeDeclined", "pm_card_visa_chargeDeclined", "pm_card_chargeDeclinedInsufficientFunds"}
)
NEEDS_ACTION = frozenset({"pm_card_authenticationRequired"})
_METADATA_QUERY = re.compile(r"""metadata\[(['"])(?P<key>\w+)\1\]:(['"])(?P<value>[^'"]*)\3""")


class StripeFault(Exception):
    """An error answer: `body["status"]` is the HTTP status."""

    def __init__(self, body: Object) -> None:
        super().__init__(body["error"]["message"])
        self.status: int = body.pop("status")
        self.body = body


@dataclass(frozen=True, slots=True)
class Call:
    """One request as the verbs see it."""

    request_id: str
    idempotency_key: str | None
    params: dict[str, Any]


@dataclass
class State:
    """All objects, in memory. `publish` hands each new event to the webhook sender."""

    publish: Callable[[Object], None]
    intents: dict[str, Object] = field(default_factory=dict)
    charges: dict[str, Object] = field(default_factory=dict)
    refunds: dict[str, Object] = field(default_factory=dict)
    transactions: dict[str, Object] = field(default_factory=dict)
    events: dict[str, Object] = field(default_factory=dict)
    endpoints: dict[str, Object] = field(default_factory=dict)
    answered: dict[str, tuple[str, int, Object]] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)
    is_slow: Callable[[str | None], bool] = lambda _method: False
    confirmed: Callable[[Object, Object, Call], None] = lambda _intent, _charge, _call: None

    # ── idempotency ──────────────────────────────────────────────────────────────────────────────────────────────
    def once(self, path: str, call: Call, act: Callable[[], Object]) -> tuple[int, Object, bool]:
        """Answer a POST at most once per idempotency key: (status, body, replayed)."""
        with self.lock:
            said = hashlib.sha256(json.dumps([path, call.params], sort_keys=True).encode()).hexdigest()
            if call.idempotency_key in self.answered:
                before, status, body = self.answered[call.idempotency_key]
                if before != said:
                    raise StripeFault(
                        objects.error(
                            400,
                            "idempotency_key_in_use",
                            "Keys for idempotent requests can only be used with the same parameters.",
                            "idempotency_error",
                        )
                    )  # fmt: skip
                return status, copy.deepcopy(body), True
            try:
                status, body = 200, act()
            except StripeFault as fault:
                if fault.status != 402:  # validation errors are not remembered, declines are
                    raise
                status, body = fault.status, fault.body
            if call.idempotency_key:
                self.answered[call.idempotency_key] = (said, status, copy.deepcopy(body))
            return status, copy.deepcopy(body), False

    # ── intents ──────────────────────────────────────────────────────────────────────────────────────────────────
    def create_intent(self, call: Call) -> Object:
        params = call.params
        for name in ("amount", "currency"):
            if name not in params:
                raise StripeFault(
                    objects.error(400, "parameter_missing", f"Missing required param: {name}.", param=name)
                )
        if not str(params["amount"]).isdigit() or int(params["amount"]) < 1:
            raise StripeFault(
                objects.error(400, "parameter_invalid_integer", "Invalid integer.", param="amount")
            )
        intent = objects.payment_intent(params)
        self.intents[intent["id"]] = intent
        self.tell("payment_intent.created", intent, call)
        if params.get("confirm") == "true":
            self._confirm(intent, call)
        return intent

    def confirm_intent(self, intent_id: str, call: Call) -> Object:
        intent = self._intent(intent_id)
        intent["payment_method"] = call.params.get("payment_method", intent["payment_method"])
        if intent["status"] not in {"requires_payment_method", "requires_confirmation", "requires_action"}:
            raise self._unexpected(intent, "confirm")
        self._confirm(intent, call)
        return intent

    def capture_intent(self, intent_id: str, call: Call) -> Object:
        intent = self._intent(intent_id)
        if intent["status"] != "requires_capture":
            raise self._unexpected(intent, "capture")
        amount = int(call.params.get("amount_to_capture") or intent["amount"])
        self._capture(intent, amount, call)
        self.tell("charge.captured", self.charges[intent["latest_charge"]], call)
        return intent

    def cancel_intent(self, intent_id: str, call: Call) -> Object:
        intent = self._intent(intent_id)
        if intent["status"] in {"succeeded", "canceled", "processing"}:
            raise self._unexpected(intent, "cancel")
        intent.update(status="canceled", amount_capturable=0, canceled_at=intent["created"])
        intent["cancellation_reason"] = call.params.get("cancellation_reason")
        self.tell("payment_intent.canceled", intent, call)
        return intent

    def search_intents(self, query: str) -> Object:
        matched = _METADATA_QUERY.search(query)
        if matched is None:
            raise StripeFault(objects.error(400, None, f"Invalid query: {query}", param="query"))
        rows = [i for i in self.intents.values() if i["metadata"].get(matched["key"]) == matched["value"]]
        return objects.search_result("/v1/payment_intents/search", copy.deepcopy(rows))

    # ── refunds ──────────────────────────────────────────────────────────────────────────────────────────────────
    def create_refund(self, call: Call) -> Object:
        charge = self._charge_of(call.params)
        left = charge["amount_captured"] - charge["amount_refunded"]
        amount = int(call.params.get("amount", left))
        if not 0 < amount <= left:
            raise StripeFault(
                objects.error(
                    400, "charge_already_refunded" if not left else "amount_too_large", "Nothing to refund."
                )
            )
        refund = objects.refund(charge, amount, call.params)
        refund["balance_transaction"] = self._book(refund, -amount)
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        self.refunds[refund["id"]] = refund
        self.tell("refund.created", refund, call)
        self.tell("charge.refunded", charge, call)
        return refund

    def update_refund(self, refund_id: str, call: Call) -> Object:
        if refund_id not in self.refunds:
            raise StripeFault(objects.error(404, "resource_missing", f"No such refund: '{refund_id}'"))
        refund = self.refunds[refund_id]
        refund["metadata"].update(call.params.get("metadata", {}))
        self.tell("refund.updated", refund, call)
        self.tell("charge.refund.updated", refund, call)
        return refund

    # ── insides ──────────────────────────────────────────────────────────────────────────────────────────────────
    def _confirm(self, intent: Object, call: Call) -> None:
        method = intent["payment_method"]
        if method is None:
            raise StripeFault(
                objects.error(
                    400, "payment_intent_unexpected_state", "A payment method is needed to confirm."
                )
            )
        if method in DECLINED:
            self._decline(intent, call)
        if method in NEEDS_ACTION:
            intent["status"] = "requires_action"
            self.tell("payment_intent.requires_action", intent, call)
            return
        if self.is_slow(method):
            intent["status"] = "processing"
            self.tell("payment_intent.processing", intent, call)
            return
        captured = intent["capture_method"] != "manual"
        charge = objects.charge(intent, captured=captured)
        self.charges[charge["id"]] = charge
        intent.update(latest_charge=charge["id"], last_payment_error=None)
        if captured:
            self._capture(intent, intent["amount"], call)
        else:
            intent.update(status="requires_capture", amount_capturable=intent["amount"])
            self.tell("payment_intent.amount_capturable_updated", intent, call)
        self.confirmed(intent, charge, call)

    def _decline(self, intent: Object, call: Call) -> None:
        fault = objects.error(
            402, "card_declined", "Your card was declined.", "card_error", decline_code="generic_decline"
        )
        intent["last_payment_error"] = {**fault["error"]}
        intent.update(status="requires_payment_method", payment_method=None)
        charge = objects.charge({**intent, "payment_method": None}, captured=False)
        charge.update(paid=False, status="failed", failure_code="card_declined")
        self.charges[charge["id"]] = charge
        self.tell("charge.failed", charge, call)
        self.tell("payment_intent.payment_failed", intent, call)
        fault["error"]["payment_intent"] = copy.deepcopy(intent)
        raise StripeFault(fault)

    def _capture(self, intent: Object, amount: int, call: Call) -> None:
        if not 0 < amount <= intent["amount"]:
            raise StripeFault(objects.error(400, "amount_too_large", "Amount to capture is too large."))
        charge = self.charges[intent["latest_charge"]]
        charge.update(captured=True, amount_captured=amount)
        charge["balance_transaction"] = self._book(charge, amount)
        intent.update(status="succeeded", amount_received=amount, amount_capturable=0)
        self.tell("charge.succeeded", charge, call)
        self.tell("payment_intent.succeeded", intent, call)

    def _book(self, source: Object, amount: int) -> str:
        transaction = objects.balance_transaction(source, amount)
        self.transactions[transaction["id"]] = transaction
        return str(transaction["id"])

    def _charge_of(self, params: dict[str, Any]) -> Object:
        charge_id = params.get("charge")
        if charge_id is None and "payment_intent" in params:
            charge_id = self._intent(params["payment_intent"])["latest_charge"]
        if charge_id not in self.charges:
            raise StripeFault(objects.error(404, "resource_missing", f"No such charge: '{charge_id}'"))
        return self.charges[charge_id]

    def _intent(self, intent_id: str) -> Object:
        if intent_id not in self.intents:
            raise StripeFault(
                objects.error(
                    404, "resource_missing", f"No such payment_intent: '{intent_id}'", param="intent"
                )
            )
        return self.intents[intent_id]

    def _unexpected(self, intent: Object, verb: str) -> StripeFault:
        message = f"You cannot {verb} this PaymentIntent because it has a status of {intent['status']}."
        return StripeFault(
            objects.error(
                400, "payment_intent_unexpected_state", message, payment_intent=copy.deepcopy(intent)
            )
        )

    def tell(self, kind: str, subject: Object, call: Call) -> None:
        """Publish one event about `subject`."""
        told = objects.event(kind, copy.deepcopy(subject), call.request_id, call.idempotency_key)
        self.events[told["id"]] = told
        self.publish(told)
