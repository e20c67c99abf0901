"""What the fake keeps beside payments: customers, methods, payouts, disputes, products, checkout sessions.

Each kind of thing is one shelf: it is made, read, listed, changed and taken away the same way, and each of these tells.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.stripe import objects
from tests.fakes.stripe.objects import Object
from tests.fakes.stripe.state import Call, State, StripeFault

_THING = re.compile(r"/v1/(?P<shelf>[a-z_]+(?:/sessions)?)(?:/(?P<id>\w+)(?:/(?P<verb>\w+))?)?")
DISPUTED = frozenset({"pm_card_createDispute", "pm_card_createDisputeInquiry"})
AT_ONCE = frozenset({"pm_card_bypassPending"})
SLOW = frozenset({"us_bank_account", "sepa_debit", "acss_debit", "au_becs_debit", "bacs_debit"})
PREFIXES = {
    "customers": ("cus", "customer"),
    "payment_methods": ("pm", "payment_method"),
    "payouts": ("po", "payout"),
    "products": ("prod", "product"),
    "prices": ("price", "price"),
    "checkout/sessions": ("cs_test", "checkout.session"),
    "disputes": ("dp", "dispute"),
    "setup_intents": ("seti", "setup_intent"),
}


@dataclass
class Shelves:
    """The other things of a fake, in memory; `state` tells the events."""

    state: State
    kept: dict[str, dict[str, Object]] = field(default_factory=lambda: {name: {} for name in PREFIXES})

    def post(self, path: str, call: Call) -> Callable[[], Object] | None:
        """What a POST does; None when nothing here answers to the path."""
        page = re.fullmatch(r"/v1/payment_pages/(?P<id>\w+)(?:/(?P<verb>\w+))?", path)
        if page:
            return lambda: self._checkout(page["id"], page["verb"] or "", call)
        matched = _THING.fullmatch(path)
        if matched is None or matched["shelf"] not in self.kept:
            return None
        shelf, name, verb = matched["shelf"], matched["id"], matched["verb"]
        if name is None:
            return lambda: self._make(shelf, call)
        return lambda: self._change(shelf, name, verb or "update", call)

    def read(self, path: str, params: dict[str, Any]) -> Object | None:
        """What a GET finds; None when nothing here answers to the path."""
        if path == "/v1/balance":
            money = [{"amount": 0, "currency": "idr", "source_types": {"card": 0}}]
            return {"object": "balance", "available": money, "pending": money, "livemode": False}
        page = re.fullmatch(r"/v1/payment_pages/(?P<id>\w+)", path)
        if page:
            return self._thing("checkout/sessions", page["id"])
        matched = _THING.fullmatch(path)
        if matched is None or matched["shelf"] not in self.kept:
            return None
        shelf = self.kept[matched["shelf"]]
        if matched["id"]:
            return self._thing(matched["shelf"], matched["id"])
        of = params.get("payment_intent")
        return objects.listed(
            path, [each for each in shelf.values() if of in (None, each.get("payment_intent"))][::-1]
        )

    def delete(self, path: str, call: Call) -> Object | None:
        """Take a thing away."""
        matched = _THING.fullmatch(path)
        if matched is None or matched["shelf"] not in self.kept or not matched["id"]:
            return None
        gone = self._thing(matched["shelf"], matched["id"])
        del self.kept[matched["shelf"]][matched["id"]]
        kind = PREFIXES[matched["shelf"]][1]
        self.state.tell(f"{kind}.deleted", gone, call)
        return {"id": gone["id"], "object": kind, "deleted": True}

    def confirmed(self, intent: Object, charge: Object, call: Call) -> None:
        """A charge was made: some test cards are disputed at once, others bring money at once."""
        if intent["payment_method"] in AT_ONCE:
            self.state.tell("balance.available", self.read("/v1/balance", {}) or {}, call)
        if intent["payment_method"] not in DISPUTED:
            return
        charge["disputed"] = True
        dispute = self._whole("disputes", {})
        if intent["payment_method"].endswith("Inquiry"):
            dispute["status"] = "warning_needs_response"
        dispute.update(amount=charge["amount"], charge=charge["id"], payment_intent=intent["id"])
        self.kept["disputes"][dispute["id"]] = dispute
        self.state.tell("charge.dispute.created", dispute, call)

    def is_slow(self, method: str | None) -> bool:
        """Whether money by that payment method is on its way for days."""
        kept = self.kept["payment_methods"].get(method or "")
        return kept is not None and kept["type"] in SLOW

    # ── insides ──────────────────────────────────────────────────────────────────────────────────────────────────
    def _make(self, shelf: str, call: Call) -> Object:
        made = self._whole(shelf, call.params)
        self.kept[shelf][made["id"]] = made
        kind = PREFIXES[shelf][1]
        if kind not in {"payment_method", "checkout.session"}:
            self.state.tell(f"{kind}.created", made, call)
        return made

    def _change(self, shelf: str, name: str, verb: str, call: Call) -> Object:
        if shelf == "payment_methods" and name not in self.kept[shelf] and name.startswith("pm_card"):
            name = self._make(shelf, Call(call.request_id, None, {"type": "card"}))["id"]
        thing = self._thing(shelf, name)
        if (shelf, verb) == ("payment_methods", "attach"):
            thing["customer"] = call.params["customer"]
            self.state.tell("payment_method.attached", thing, call)
        elif (shelf, verb) == ("payment_methods", "detach"):
            thing["customer"] = None
            self.state.tell("payment_method.detached", thing, call)
        elif shelf == "disputes":
            closing = (
                verb == "close"
                or _says(call.params, "losing_evidence")
                or _says(call.params, "winning_evidence")
            )
            self._answer_dispute(
                thing, "won" if _says(call.params, "winning_evidence") else "lost", closing, call
            )
        elif (shelf, verb) == ("checkout/sessions", "expire"):
            thing["status"] = "expired"
            self.state.tell("checkout.session.expired", thing, call)
        else:
            thing.setdefault("metadata", {}).update(call.params.get("metadata", {}))
            self.state.tell(f"{PREFIXES[shelf][1]}.updated", thing, call)
        return thing

    def _answer_dispute(self, dispute: Object, how: str, closing: bool, call: Call) -> None:
        dispute["status"] = how if closing else "under_review"
        self.state.tell("charge.dispute.updated", dispute, call)
        if closing:
            self.state.tell("charge.dispute.closed", dispute, call)

    def _checkout(self, name: str, verb: str, call: Call) -> Object:
        session = self._thing("checkout/sessions", name)
        if verb == "confirm":
            session.update(status="complete", payment_status="paid")
            self.state.tell("checkout.session.completed", session, call)
        return session

    def _thing(self, shelf: str, name: str) -> Object:
        if name not in self.kept[shelf]:
            raise StripeFault(
                objects.error(404, "resource_missing", f"No such {PREFIXES[shelf][1]}: '{name}'", param="id")
            )
        return self.kept[shelf][name]

    def _whole(self, shelf: str, params: dict[str, Any]) -> Object:
        prefix, kind = PREFIXES[shelf]
        made: Object = {
            "id": objects.new_id(prefix),
            "object": kind,
            "created": int(time.time()),
            "livemode": False,
            "metadata": dict(params.get("metadata", {})),
        }
        return {**made, **_SHAPES[kind](params)}


def _says(params: dict[str, Any], word: str) -> bool:
    """Whether the evidence sent for a dispute is one of Stripe's two magic words."""
    return word in str(params.get("evidence", ""))


def _customer(params: dict[str, Any]) -> Object:
    return {
        "description": params.get("description"),
        "email": params.get("email"),
        "name": params.get("name"),
    }


def _payment_method(params: dict[str, Any]) -> Object:
    kind = params.get("type", "card")
    billing = {"address": None, "email": None, "name": None, "phone": None, "tax_id": None}
    return {"type": kind, "billing_details": billing, "customer": None}


def _payout(params: dict[str, Any]) -> Object:
    return {
        "amount": int(params.get("amount", 1_100)),
        "arrival_date": int(time.time()) + 86_400,
        "automatic": False,
        "currency": params.get("currency", "idr"),
        "method": "standard",
        "reconciliation_status": "not_applicable",
        "source_type": "card",
        "status": "pending",
        "type": "bank_account",
    }


def _product(params: dict[str, Any]) -> Object:
    return {
        "active": True,
        "images": [],
        "marketing_features": [],
        "name": params.get("name", ""),
        "updated": int(time.time()),
    }


def _price(params: dict[str, Any]) -> Object:
    return {
        "active": True,
        "billing_scheme": "per_unit",
        "currency": params.get("currency", "idr"),
        "product": params.get("product", ""),
        "type": "one_time",
        "unit_amount": int(params.get("unit_amount", 0)),
    }


def _session(params: dict[str, Any]) -> Object:
    return {
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "custom_fields": [],
        "custom_text": {
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            "terms_of_service_acceptance": None,
        },
        "expires_at": int(time.time()) + 86_400,
        "mode": params.get("mode", "payment"),
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "shipping_options": [],
        "status": "open",
    }


def _setup_intent(params: dict[str, Any]) -> Object:
    return {
        "application": None,
        "automatic_payment_methods": None,
        "cancellation_reason": None,
        "client_secret": "seti_secret",
        "customer": params.get("customer"),
        "description": params.get("description"),
        "last_setup_error": None,
        "latest_attempt": None,
        "mandate": None,
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": params.get("payment_method"),
        "payment_method_types": ["card"],
        "single_use_mandate": None,
        "status": "succeeded" if params.get("confirm") == "true" else "requires_payment_method",
        "usage": "off_session",
    }


def _dispute(_params: dict[str, Any]) -> Object:
    return {
        "amount": 0,
        "balance_transactions": [],
        "charge": "",
        "currency": "idr",
        "enhanced_eligibility_types": [],
        "evidence": {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": int(time.time()) + 7 * 86_400,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "payment_intent": None,
        "reason": "fraudulent",
        "status": "needs_response",
    }


_SHAPES: dict[str, Callable[[dict[str, Any]], Object]] = {
    "customer": _customer,
    "payment_method": _payment_method,
    "payout": _payout,
    "product": _product,
    "price": _price,
    "checkout.session": _session,
    "dispute": _dispute,
    "setup_intent": _setup_intent,
}
