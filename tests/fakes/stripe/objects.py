"""The Stripe objects that the fake keeps, in the shapes of the published specification."""

from __future__ import annotations

import secrets
import time
from typing import Any

Object = dict[str, Any]
API_VERSION = "2026-10-28.endive"
FEE_PERCENT, FEE_FIXED_SEN = 29, 200_000  # 2.9 % and Rp2.000, both in sen arithmetic


def new_id(prefix: str) -> str:
    """An id like Stripe's: prefix and 24 characters."""
    return f"{prefix}_{secrets.token_hex(12)}"


def payment_intent(params: dict[str, Any]) -> Object:
    """A new intent without a payment method yet; amounts in sen (IDR has two decimals at Stripe)."""
    intent_id = new_id("pi")
    return {
        "id": intent_id,
        "object": "payment_intent",
        "amount": int(params["amount"]),
        "amount_capturable": 0,
        "amount_received": 0,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": params.get("capture_method", "automatic"),
        "client_secret": f"{intent_id}_secret_{secrets.token_hex(8)}",
        "confirmation_method": "automatic",
        "created": int(time.time()),
        "currency": params["currency"],
        "customer": None,
        "description": params.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": dict(params.get("metadata", {})),
        "next_action": None,
        "payment_method": params.get("payment_method"),
        "payment_method_types": ["card"],
        "status": "requires_confirmation" if params.get("payment_method") else "requires_payment_method",
    }


def charge(intent: Object, *, captured: bool) -> Object:
    """The charge of a confirmed intent."""
    return {
        "id": new_id("ch"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"] if captured else 0,
        "amount_refunded": 0,
        "balance_transaction": None,
        "billing_details": {"address": None, "email": None, "name": None, "phone": None, "tax_id": None},
        "captured": captured,
        "created": int(time.time()),
        "currency": intent["currency"],
        "disputed": False,
        "livemode": False,
        "metadata": dict(intent["metadata"]),
        "paid": True,
        "payment_intent": intent["id"],
        "payment_method": intent["payment_method"],
        "refunded": False,
        "status": "succeeded",
    }


def balance_transaction(source: Object, amount: int) -> Object:
    """What a captured charge (or, negative, a refund) does to the balance, with Stripe's fee."""
    fee = amount * FEE_PERCENT // 1000 + FEE_FIXED_SEN if amount > 0 else 0
    details = [
        {
            "amount": fee,
            "application": None,
            "currency": "idr",
            "description": "Stripe fees",
            "type": "stripe_fee",
        }
    ]
    return {
        "id": new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": int(time.time()) + 2 * 86_400,
        "balance_type": "payments",
        "created": int(time.time()),
        "currency": source["currency"],
        "description": None,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": details if fee else [],
        "net": amount - fee,
        "reporting_category": "charge" if amount > 0 else "refund",
        "source": source["id"],
        "status": "pending",
        "type": "charge" if amount > 0 else "refund",
    }


def refund(of: Object, amount: int, params: dict[str, Any]) -> Object:
    """A refund of a charge."""
    return {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": of["id"],
        "created": int(time.time()),
        "currency": of["currency"],
        "metadata": dict(params.get("metadata", {})),
        "payment_intent": of["payment_intent"],
        "reason": params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }


def event(kind: str, subject: Object, request_id: str, idempotency_key: str | None) -> Object:
    """A snapshot event about `subject`."""
    return {
        "id": new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": int(time.time()),
        "data": {"object": subject},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": request_id, "idempotency_key": idempotency_key},
        "type": kind,
    }


def listed(url: str, rows: list[Object]) -> Object:
    """A page of a list."""
    return {"object": "list", "data": rows, "has_more": False, "url": url}


def search_result(url: str, rows: list[Object]) -> Object:
    """A page of a search."""
    return {"object": "search_result", "data": rows, "has_more": False, "next_page": None, "url": url}


def error(
    status: int, code: str | None, message: str, kind: str = "invalid_request_error", **more: Any
) -> Object:
    """An error body; `status` travels beside it and is taken out before sending."""
    return {"status": status, "error": {"type": kind, "code": code, "message": message, **more}}
