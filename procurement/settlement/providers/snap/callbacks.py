"""When the bank calls us: is it the bank, is it now, and what does it say. Pure; the same bytes, the same answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.core import signing

from marketplace.core.clock import JAKARTA
from procurement.settlement.providers.snap.agreement import Agreement
from procurement.settlement.providers.snap.dialects import read_moment
from procurement.settlement.providers.snap.signing import (
    body_hash,
    stands_under_key,
    stands_under_secret,
    token_words,
    words_to_sign,
)
from procurement.settlement.providers.snap.words import Service

OUR_PREFIX: Final = "/snap"
"""What stands before `/v1.0/` in our own addresses."""
TOLERANCE: Final = timedelta(minutes=5)
"""A request signed longer ago than this is refused; so is one from the future."""
TOKEN_SECONDS: Final = 900
MANDATORY: Final = ("X-TIMESTAMP", "X-SIGNATURE", "X-PARTNER-ID", "X-EXTERNAL-ID", "CHANNEL-ID")
LONGEST_BODY: Final = 16 * 1024
_SALT: Final = "snap.token"


@dataclass(frozen=True, slots=True)
class Called:
    """A request after checking. `case` is the standard's case code of what is wrong with it, empty when nothing is."""

    verdict: str
    case: str = ""
    http: int = 200
    message: str = ""
    external_id: str = ""
    day: str = ""
    """The day in Jakarta within which the external id counts once."""
    body: Mapping[str, Any] = field(default_factory=dict)


def checked(
    agreed: Agreement, service: Service, raw: bytes, headers: Mapping[str, str], *, now: datetime
) -> Called:
    """Check a transaction request: headers, signature, age, token, then content."""
    missing = next((name for name in MANDATORY if not headers.get(name, "").strip()), None)
    if missing:
        return Called("UNSIGNED", "02", 400, f"Invalid Mandatory Field {missing}")
    at = read_moment(headers["X-TIMESTAMP"])
    if at is None:
        return Called("UNSIGNED", "01", 400, "Invalid Field Format X-TIMESTAMP")
    if not _signed(agreed, service, raw, headers):
        return Called("UNSIGNED", "00", 401, "Unauthorized. [Signature]")
    if age := _age(at, now):
        return Called(age, "00", 401, "Unauthorized. [Timestamp]")
    if headers["X-PARTNER-ID"] != agreed.partner_id:
        return Called("UNSIGNED", "00", 401, "Unauthorized. [Unknown client]")
    if _token_needed(agreed, headers) and not token_stands(agreed, _bearer(headers), now=now):
        return Called("UNSIGNED", "01", 401, "Invalid Token (B2B)")
    return _understood(raw, headers, now)


def token_request_stands(agreed: Agreement, headers: Mapping[str, str], *, now: datetime) -> Called:
    """Check a request for a token: client, signature, age."""
    names = ("X-CLIENT-KEY", "X-TIMESTAMP", "X-SIGNATURE")
    missing = next((name for name in names if not headers.get(name, "").strip()), None)
    if missing:
        return Called("UNSIGNED", "02", 400, f"Invalid Mandatory Field {missing}")
    at = read_moment(headers["X-TIMESTAMP"])
    if at is None:
        return Called("UNSIGNED", "01", 400, "Invalid Field Format X-TIMESTAMP")
    words = token_words(headers["X-CLIENT-KEY"], headers["X-TIMESTAMP"])
    known = headers["X-CLIENT-KEY"] == agreed.client_id
    if not stands_under_key(agreed.bank_public_keys, words, headers["X-SIGNATURE"]) or not known:
        return Called("UNSIGNED", "00", 401, "Unauthorized. [Signature]")
    if age := _age(at, now):
        return Called(age, "00", 401, "Unauthorized. [Timestamp]")
    return Called("VERIFIED")


def new_token(agreed: Agreement, *, now: datetime) -> str:
    """A token for the bank. It is not stored: it carries its own end, under the site's key."""
    until = int(now.timestamp()) + TOKEN_SECONDS
    return signing.dumps([agreed.client_id, until], key=settings.SECRET_KEY, salt=_SALT)


def token_stands(agreed: Agreement, token: str, *, now: datetime) -> bool:
    """Whether we gave this token to this bank and it has not ended."""
    try:
        client_id, until = signing.loads(token, key=settings.SECRET_KEY, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return False
    return bool(client_id == agreed.client_id and now.timestamp() < until)


def _signed(agreed: Agreement, service: Service, raw: bytes, headers: Mapping[str, str]) -> bool:
    dialect = agreed.dialect
    asymmetric = dialect.callback_signature == "asymmetric"
    prefix = OUR_PREFIX if dialect.callback_signs_prefix else ""
    words = words_to_sign(
        service.method,
        prefix + service.path,
        token=None if asymmetric else _bearer(headers),
        digest=body_hash(raw, minified=dialect.minified_body),
        timestamp=headers["X-TIMESTAMP"],
    )
    if asymmetric:
        return stands_under_key(agreed.bank_public_keys, words, headers["X-SIGNATURE"])
    return stands_under_secret(
        agreed.callback_secrets or agreed.client_secrets, words, headers["X-SIGNATURE"]
    )


def _age(at: datetime, now: datetime) -> str:
    if at < now - TOLERANCE:
        return "STALE"
    return "FUTURE" if at > now + TOLERANCE else ""


def _token_needed(agreed: Agreement, headers: Mapping[str, str]) -> bool:
    """The asymmetric form goes without a token; one that is shown must be good all the same."""
    return agreed.dialect.callback_signature == "symmetric" or bool(headers.get("Authorization"))


def _bearer(headers: Mapping[str, str]) -> str:
    kind, _space, token = headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def _understood(raw: bytes, headers: Mapping[str, str], now: datetime) -> Called:
    external_id = headers["X-EXTERNAL-ID"].strip()
    if len(external_id) > 36 or not (external_id.isascii() and external_id.isalnum()):
        return Called("UNREADABLE", "01", 400, "Invalid Field Format X-EXTERNAL-ID")
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    if not isinstance(body, dict) or b"\\u0000" in raw:  # the database knows no such letter
        return Called("UNREADABLE", "00", 400, "Bad Request")
    day = now.astimezone(JAKARTA).date().isoformat()
    return Called("VERIFIED", external_id=external_id, day=day, body=body)
