"""The bank's HTTP side, its gate for partners' requests, and its own calls to the partner."""

from __future__ import annotations

import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests

from tests.fakes.snap.ledger import Books, Refusal
from tests.fakes.snap.standard import APIS, Api, answer_faults, request_fault
from tests.fakes.snap.writing import digest, keypair, mac, signature, verified

JAKARTA = timezone(timedelta(hours=7))
WINDOW = timedelta(minutes=5)
HEADERS = ("X-TIMESTAMP", "X-SIGNATURE", "X-PARTNER-ID", "X-EXTERNAL-ID", "CHANNEL-ID")


@dataclass(frozen=True)
class Habits:
    """What this bank does its own way."""

    signs_prefix: bool = True
    minifies: bool = True
    symmetric_callbacks: bool = False
    asymmetric_requests: bool = False
    expires_in_number: bool = False
    stamp: str = "seconds"
    letters_in_external_ids: bool = False
    own_reference_in_codes: bool = False


HABITS = {
    "standard": Habits(),
    "symmetric": Habits(symmetric_callbacks=True),
    "asymmetric": Habits(asymmetric_requests=True),
    "gateway": Habits(signs_prefix=False, expires_in_number=True),
    "milliseconds": Habits(stamp="milliseconds", letters_in_external_ids=True),
    "raw_body": Habits(minifies=False, stamp="utc", own_reference_in_codes=True),
}
"""By the name under which the product knows such a bank."""
Carry = Callable[[str, bytes, Mapping[str, str]], tuple[int, dict[str, Any]]]


@dataclass
class Partner:
    """Us, as the bank has us in its books."""

    client_id: str = "eorder-uji"
    secret: str = "rahasia-klien-uji"
    channel_id: str = "95231"
    service_id: str = "88899"
    merchant_id: str = "ID1020210000019"
    account: str = "0012345678"
    bank_code: str = "111"
    private_key: str = field(default_factory=lambda: keypair("partner")[0])
    public_key: str = field(default_factory=lambda: keypair("partner")[1])
    url: str = ""
    """Where the partner's own SNAP server is, with its `/snap`."""


@dataclass
class Said:
    """One call of the bank to the partner, and the answer."""

    service: str
    body: dict[str, Any]
    status: int
    answer: dict[str, Any]

    @property
    def code(self) -> str:
        return str(self.answer.get("responseCode", ""))


class FakeBank:
    """A bank of one's own at `url`. Faults, each for the next n requests that are not for tokens:
    `lose_answers` (done, then silence), `fail_before` and `fail_after` (500 without and with having done it),
    `stall_seconds`; and on its own side `copies` of every callback, `silent` for none.
    """

    def __init__(
        self,
        partner: Partner | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        prefix: str = "",
        dialect: str = "standard",
    ) -> None:
        self.partner = partner or Partner()
        self.private_key, self.public_key = keypair("bank")
        self.now, self.prefix, self.dialect, self.habits = now, prefix, dialect, HABITS[dialect]
        self.books = Books(self.partner, now, own_reference=self.habits.own_reference_in_codes)
        self.lose_answers = self.fail_before = self.fail_after = self.copies = 0
        self.stall_seconds, self.silent = 0.0, False
        self.requests: list[tuple[str, dict[str, Any], dict[str, str]]] = []
        self.answers: list[tuple[Api, int, dict[str, Any]]] = []
        self.said: list[Said] = []
        self.carry: Carry = self._by_http
        self._tokens: dict[str, datetime] = {}
        self._external_ids: set[tuple[str, str]] = set()
        self._lock = threading.RLock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}{self.prefix}"

    def __enter__(self) -> FakeBank:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def forget_tokens(self) -> None:
        """Every token given out ends now."""
        self._tokens.clear()

    # ── what partners ask ────────────────────────────────────────────────────────────────────────────────────────
    def _handler(self) -> type[BaseHTTPRequestHandler]:
        bank = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _any(self) -> None:
                raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                answer = bank._answer(self.command, self.path, raw, dict(self.headers.items()))
                if answer is None:
                    self.close_connection = True
                    return
                status, body = answer
                payload = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            do_POST = do_DELETE = do_GET = _any  # noqa: N815 - the names the server looks for

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing on the console."""

        return Handler

    def _answer(
        self, method: str, path: str, raw: bytes, headers: dict[str, str]
    ) -> tuple[int, dict[str, Any]] | None:
        api = next((each for each in APIS.values() if self.prefix + each.path == path), None)
        if api is None or api.method != method:
            return 404, {"message": "no such address"}
        with self._lock:
            status, body, lost = self._handled(api, raw, {k.upper(): v for k, v in headers.items()})
        if self.stall_seconds and api.code != "73":
            time.sleep(self.stall_seconds)
        return None if lost else (status, body)

    def _handled(self, api: Api, raw: bytes, headers: dict[str, str]) -> tuple[int, dict[str, Any], bool]:
        faulty = api.code != "73"
        try:
            if faulty and self.fail_before:
                self.fail_before -= 1
                raise Refusal(500, "00", "General Error")
            body = self._token(headers, raw) if api.code == "73" else self._transaction(api, raw, headers)
            status = body.pop("_http", 200)
            if faulty and self.fail_after:
                self.fail_after -= 1
                raise Refusal(504, "00", "Timeout")
        except Refusal as refusal:
            status = refusal.http
            body = {"responseMessage": refusal.message}
            told = {"responseCode": f"{refusal.http}{api.code}{refusal.case}", **body}
        else:
            told = {
                "responseCode": f"{status}{api.code}00",
                "responseMessage": "Successful" if status == 200 else "Request In Progress",
                **body,
            }
        self.answers.append((api, status, told))
        lost = bool(faulty and self.lose_answers)
        self.lose_answers -= lost
        return status, told, lost

    def _token(self, headers: Mapping[str, str], raw: bytes) -> dict[str, Any]:
        client, stamp = headers.get("X-CLIENT-KEY", ""), headers.get("X-TIMESTAMP", "")
        self._in_time(stamp)
        known = client == self.partner.client_id
        if not known or not verified(
            self.partner.public_key, f"{client}|{stamp}", headers.get("X-SIGNATURE", "")
        ):
            raise Refusal(401, "00", "Unauthorized. [Signature]")
        if json.loads(raw).get("grantType") != "client_credentials":
            raise Refusal(400, "01", "Invalid Field Format grantType")
        token = secrets.token_urlsafe(24)
        self._tokens[token] = self.now() + timedelta(minutes=15)
        return {
            "accessToken": token,
            "tokenType": "BearerToken",
            "expiresIn": 900 if self.habits.expires_in_number else "900",
        }

    def _transaction(self, api: Api, raw: bytes, headers: dict[str, str]) -> dict[str, Any]:
        for name in HEADERS:
            if not headers.get(name):
                raise Refusal(400, "02", f"Invalid Mandatory Field {name}")
        self._in_time(headers["X-TIMESTAMP"])
        token = headers.get("AUTHORIZATION", "").removeprefix("Bearer ")
        if self._tokens.get(token, datetime.min.replace(tzinfo=UTC)) <= self.now():
            raise Refusal(401, "01", "Invalid Token (B2B)")
        if not self._signature_stands(api, raw, token, headers):
            raise Refusal(401, "00", "Unauthorized. [Signature]")
        if headers["X-PARTNER-ID"] != self.partner.client_id:
            raise Refusal(401, "00", "Unauthorized. [Unknown client]")
        self._new_external_id(headers["X-EXTERNAL-ID"])
        body = json.loads(raw)
        self.requests.append((api.code, body, headers))
        fault = request_fault(api, body)
        if fault:
            kind = "Mandatory Field" if fault[0] == "02" else "Field Format"
            raise Refusal(400, fault[0], f"Invalid {kind} {fault[1]}")
        return self.books.serve(api.code, body)

    def _signature_stands(self, api: Api, raw: bytes, token: str, headers: Mapping[str, str]) -> bool:
        path = (self.prefix if self.habits.signs_prefix else "") + api.path
        ending = f"{self._digest(raw)}:{headers['X-TIMESTAMP']}"
        if self.habits.asymmetric_requests:
            words = f"{api.method}:{path}:{ending}"
            return verified(self.partner.public_key, words, headers["X-SIGNATURE"])
        return headers["X-SIGNATURE"] == mac(self.partner.secret, f"{api.method}:{path}:{token}:{ending}")

    def _digest(self, raw: bytes) -> str:
        return digest(raw) if self.habits.minifies else hashlib.sha256(raw).hexdigest()

    def _in_time(self, stamp: str) -> None:
        try:
            at = datetime.fromisoformat(stamp)
        except ValueError:
            raise Refusal(400, "01", "Invalid Field Format X-TIMESTAMP") from None
        if at.tzinfo is None or abs(at - self.now()) > WINDOW:
            raise Refusal(401, "00", "Unauthorized. [Timestamp]")

    def _new_external_id(self, external_id: str) -> None:
        fits = external_id.isalnum() if self.habits.letters_in_external_ids else external_id.isdigit()
        if not fits or len(external_id) > 36:
            raise Refusal(400, "01", "Invalid Field Format X-EXTERNAL-ID")
        mark = (f"{self.now().astimezone(JAKARTA):%Y-%m-%d}", external_id)
        if mark in self._external_ids:
            raise Refusal(409, "00", "Conflict. Cannot use same X-EXTERNAL-ID in same day")
        self._external_ids.add(mark)

    # ── what the bank asks of the partner ────────────────────────────────────────────────────────────────────────
    def pay_account(self, number: str, sen: int | None = None) -> list[Said]:
        """A customer pays into a virtual account: asked what it owes, then told. Refused money goes back."""
        names = self._names(number)
        inquiry = self.call("24", {**names, "inquiryRequestId": secrets.token_hex(8), "channelCode": 6011})
        if inquiry.code != "2002400":
            return [inquiry]
        owed = inquiry.answer["virtualAccountData"]["totalAmount"]
        amount = owed if sen is None else {"value": f"{sen // 100}.{sen % 100:02d}", "currency": "IDR"}
        payment = self.tell_payment(number, amount)
        return [inquiry, *payment]

    def tell_payment(
        self, number: str, amount: dict[str, str], *, request_id: str | None = None
    ) -> list[Said]:
        """Tell of a payment, and of nothing else; with `copies`, again and again, each under a new external id."""
        body = {
            **self._names(number),
            "virtualAccountName": "Bendahara",
            "paymentRequestId": request_id or secrets.token_hex(8),
            "paidAmount": amount,
            "totalAmount": amount,
            "trxDateTime": self.stamp(),
            "referenceNo": secrets.token_hex(6),
            "channelCode": 6011,
        }
        said = [self.call("25", body) for _ in range(1 + self.copies)]
        if any(each.code == "2002500" for each in said):
            self.books.account_paid(number, amount)
        return said

    def scan(self, code: str) -> list[Said]:
        """A customer scans a QR code and pays it; the partner is told unless the bank is `silent`."""
        sold = self.books.code_paid(code)
        body = {
            "originalReferenceNo": sold["referenceNo"],
            "originalPartnerReferenceNo": sold["partnerReferenceNo"],
            "latestTransactionStatus": "00",
            "transactionStatusDesc": "Success",
            "amount": sold["amount"],
            "merchantId": self.partner.merchant_id,
        }
        return [] if self.silent else [self.call("52", body) for _ in range(1 + self.copies)]

    def call(self, service: str, body: dict[str, Any], **changed: str) -> Said:
        """One signed call to the partner; `changed` replaces headers (by name, `_` for `-`) after signing."""
        api = APIS[service]
        # written as some banks do: spaces after the separators, which minifying has to take away
        raw = json.dumps(body, ensure_ascii=False, indent=1).encode()
        headers = {**self.signed(api, raw), **{k.replace("_", "-"): v for k, v in changed.items()}}
        status, answer = self.carry(api.path, raw, headers)
        said = Said(service, body, status, answer)
        faults = answer_faults(api, status, answer)
        assert not faults, f"service {service}: {faults} in {answer}"
        self.said.append(said)
        return said

    def signed(self, api: Api, raw: bytes, *, at: str | None = None) -> dict[str, str]:
        """Headers of a call, signed with the bank's key, or with the shared secret and a token of the partner."""
        stamp = at or self.stamp()
        headers = {
            "Content-Type": "application/json",
            "X-TIMESTAMP": stamp,
            "X-PARTNER-ID": self.partner.client_id,
            "X-EXTERNAL-ID": f"{secrets.randbelow(10**20):020d}",
            "CHANNEL-ID": self.partner.channel_id,
        }
        path = f"/snap{api.path}" if self.habits.signs_prefix else api.path
        if self.habits.symmetric_callbacks:
            token = self.token_from_partner()
            headers["Authorization"] = f"Bearer {token}"
            words = f"{api.method}:{path}:{token}:{self._digest(raw)}:{stamp}"
            return {**headers, "X-SIGNATURE": mac(self.partner.secret, words)}
        words = f"{api.method}:{path}:{self._digest(raw)}:{stamp}"
        return {**headers, "X-SIGNATURE": signature(self.private_key, words)}

    def token_request(self, *, at: str | None = None) -> dict[str, str]:
        """Headers with which the bank asks the partner for a token."""
        stamp = at or self.stamp()
        words = f"{self.partner.client_id}|{stamp}"
        return {
            "Content-Type": "application/json",
            "X-CLIENT-KEY": self.partner.client_id,
            "X-TIMESTAMP": stamp,
            "X-SIGNATURE": signature(self.private_key, words),
        }

    def token_from_partner(self) -> str:
        status, answer = self.carry(
            APIS["73"].path, b'{"grantType": "client_credentials"}', self.token_request()
        )
        assert not answer_faults(APIS["73"], status, answer), answer
        return str(answer["accessToken"])

    def stamp(self, shift: timedelta = timedelta()) -> str:
        at = self.now() + shift
        if self.habits.stamp == "utc":
            return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
        return at.astimezone(JAKARTA).isoformat(timespec=self.habits.stamp)

    def _names(self, number: str) -> dict[str, str]:
        number, prefix = number.strip(), self.partner.service_id
        return {
            "partnerServiceId": prefix.rjust(8),
            "customerNo": number.removeprefix(prefix),
            "virtualAccountNo": prefix.rjust(8) + number.removeprefix(prefix),
        }

    def _by_http(self, path: str, raw: bytes, headers: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        answer = requests.post(self.partner.url + path, data=raw, headers=dict(headers), timeout=20)
        return answer.status_code, answer.json()
