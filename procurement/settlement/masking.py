"""What of a notification people may read. Pure.

Numbers, truth values and the texts of listed names are shown; every other text is covered. A name nobody thought of is
therefore covered, not shown: cards, names, addresses, e-mail and client secrets never reach a page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

COVER: Final = "•••"

SHOWN: Final = frozenset(
    "id object type status currency reason reference outcome api_version capture_method payment_intent charge "
    "latest_charge refund dispute balance_transaction cancellation_reason failure_code failure_reason code "
    "decline_code idempotency_key provider_ref payment_ref network_decline_code responseCode partnerReferenceNo "
    "referenceNo paymentFlagStatus latestTransactionStatus transactionDate".split()
)
"""Names whose text says what happened and nothing about a person."""

COVERED: Final = frozenset(
    "last4 exp_month exp_year iin postal_code line1 line2 ip_address client_secret number cvc phone".split()
)
"""Names that are covered whatever they hold, numbers too."""

_OPEN_HEADERS: Final = frozenset({"content-type", "user-agent", "content-length", "x-timestamp"})
LONGEST: Final = 120


def masked_body(told: Any, name: str = "") -> Any:
    """The same structure with every text covered that is not known to be harmless."""
    if isinstance(told, Mapping):
        return {str(key)[:LONGEST]: masked_body(value, str(key)) for key, value in told.items()}
    if isinstance(told, list):
        return [masked_body(value, name) for value in told]
    if told is None or told is True or told is False:
        return told
    if name in COVERED or (isinstance(told, str) and name not in SHOWN):
        return COVER
    if isinstance(told, str):
        return told if len(told) <= LONGEST and not _like_a_person(told) else COVER
    return told if len(str(told)) < 15 else COVER


def _like_a_person(text: str) -> bool:
    """Whether a text, whatever its name, looks like an e-mail address or a number of a person (NIK, NPWP, account)."""
    return "@" in text or sum(map(str.isdigit, text)) == len(text) >= 8


def masked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers with signatures and keys covered; of a signature its moment is shown."""
    return {name: _header(name, str(value)) for name, value in headers.items()}


def _header(name: str, value: str) -> str:
    if name.lower() in _OPEN_HEADERS:
        return value
    moment = next((part for part in value.split(",") if part.startswith("t=") and part[2:].isdigit()), "")
    return f"{moment},{COVER}" if moment else COVER
