"""Our side of SNAP BI as a client: a token, signed requests, and answers told apart from silence.

Nothing is ever sent again under the same X-EXTERNAL-ID: its reuse is an error (409), not a replay. What was lost is
found out by a status inquiry with a new external id and the same partner reference.
"""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter

from marketplace.core import clock
from procurement.settlement.providers.snap.agreement import Agreement
from procurement.settlement.providers.snap.signing import (
    body_hash,
    signed_by_key,
    signed_by_secret,
    token_words,
    words_to_sign,
)
from procurement.settlement.providers.snap.words import TOKEN, ResponseCode, Service, text_of

TIMEOUT_SECONDS: Final = 10.0
RENEW_BEFORE: Final = 30
"""Seconds before its end at which a token is no longer used."""
LONGEST_ANSWER: Final = 2 * 1024 * 1024
_INVALID_TOKEN: Final = "01"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. Without a `code` nothing did, or nothing that can be believed."""

    code: ResponseCode | None = None
    body: Mapping[str, Any] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        """The bank did it."""
        return self.code is not None and self.code.done

    @property
    def nobody_knows(self) -> bool:
        """It may or may not have happened."""
        return self.code is None or self.code.nobody_knows

    @property
    def message(self) -> str:
        """For people: the bank's words with its code."""
        return (
            f"{text_of(self.body, 'responseMessage')} ({self.code})"[:200]
            if self.code
            else "tidak ada jawaban"
        )


class _Tokens:
    """Tokens in force of this process, by client and bank."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str], tuple[str, float]] = {}

    def get(self, key: tuple[str, str]) -> str | None:
        with self._lock:
            token, until = self._kept.get(key, ("", 0.0))
        return token if time.monotonic() < until else None

    def keep(self, key: tuple[str, str], token: str, seconds: int) -> None:
        with self._lock:
            self._kept[key] = (token, time.monotonic() + max(0, seconds - RENEW_BEFORE))

    def forget(self, key: tuple[str, str]) -> None:
        with self._lock:
            self._kept.pop(key, None)


TOKENS: Final = _Tokens()


class _Tls13(HTTPAdapter):
    """TLS 1.3 and nothing older, as the standard asks."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        super().init_poolmanager(*args, **kwargs, ssl_context=context)


@lru_cache(maxsize=8)
def _session(base_url: str) -> requests.Session:
    """One pool of connections to each bank. A bank is told to and never followed elsewhere."""
    session = requests.Session()
    session.mount("https://", _Tls13())
    return session


class SnapClient:
    """Asks one bank. Never raises for what the bank or the network does."""

    def __init__(self, agreed: Agreement, *, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self.agreed = agreed
        self._timeout = timeout_seconds
        self._key = (agreed.base_url, agreed.client_id)

    def ask(self, service: Service, body: Mapping[str, Any]) -> Reply:
        """Send one request. A token the bank no longer knows is replaced, and the request made anew, once."""
        for _attempt in range(2):
            token, refusal = self._token()
            if refusal is not None:
                return refusal
            reply = self._send(service, _written(body), self._headers(service, body, token))
            if reply.code is None or (reply.code.http, reply.code.case) != (401, _INVALID_TOKEN):
                break
            TOKENS.forget(self._key)
        return reply

    def _token(self) -> tuple[str, Reply | None]:
        """The token in force, or the bank's refusal to give one."""
        kept = TOKENS.get(self._key)
        if kept:
            return kept, None
        timestamp = self.agreed.dialect.moment(clock.now())
        words = token_words(self.agreed.client_id, timestamp)
        headers = {
            "Content-Type": "application/json",
            "X-CLIENT-KEY": self.agreed.client_id,
            "X-TIMESTAMP": timestamp,
            "X-SIGNATURE": signed_by_key(self.agreed.private_keys[0], words),
        }
        reply = self._send(TOKEN, _written({"grantType": "client_credentials"}), headers)
        token = text_of(reply.body, "accessToken")
        if not reply.done or not token:
            return "", reply if reply.code and not reply.done else Reply()
        TOKENS.keep(self._key, token, _seconds(reply.body.get("expiresIn")))
        return token, None

    def _headers(self, service: Service, body: Mapping[str, Any], token: str) -> dict[str, str]:
        agreed, dialect, now = self.agreed, self.agreed.dialect, clock.now()
        timestamp = dialect.moment(now)
        asymmetric = dialect.signature == "asymmetric"
        words = words_to_sign(
            service.method,
            dialect.path_to_sign(agreed.prefix, service.path),
            token=None if asymmetric else token,
            digest=body_hash(_written(body), minified=dialect.minified_body),
            timestamp=timestamp,
        )
        signature = (
            signed_by_key(agreed.private_keys[0], words)
            if asymmetric
            else signed_by_secret(agreed.client_secrets[0], words)
        )
        return {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {token}",
            "X-TIMESTAMP": timestamp,
            "X-SIGNATURE": signature,
            "X-PARTNER-ID": agreed.partner_id,
            "X-EXTERNAL-ID": dialect.new_external_id(now),
            "CHANNEL-ID": agreed.channel_id,
        }

    def _send(self, service: Service, raw: bytes, headers: Mapping[str, str]) -> Reply:
        try:
            answer = _session(self.agreed.base_url).request(
                service.method,
                self.agreed.base_url + service.path,
                data=raw,
                headers=headers,
                timeout=self._timeout,
                allow_redirects=False,
            )
        except requests.RequestException:
            return Reply()
        return _read(answer, service)


def _written(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _read(answer: requests.Response, service: Service) -> Reply:
    """The answer, when it is one: JSON of a sane size whose code names this service and the same HTTP status."""
    if len(answer.content) > LONGEST_ANSWER:
        return Reply()
    try:
        body = json.loads(answer.content)
    except ValueError:
        body = None
    code = ResponseCode.parse(body.get("responseCode")) if isinstance(body, dict) else None
    if code is None or code.service != service.code or code.http != answer.status_code:
        # A gateway before the bank may refuse in its own words; whatever it says, the bank has not spoken.
        return Reply()
    return Reply(code, body)


def _seconds(said: object) -> int:
    """expiresIn, which some banks write as text and some as a number."""
    text = str(said)
    return int(text) if text.isascii() and text.isdigit() else 0
