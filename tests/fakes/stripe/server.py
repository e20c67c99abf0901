"""The fake's HTTP side: a threaded WSGI server on loopback."""

from __future__ import annotations

import copy
import json
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import parse_qsl
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

from tests.fakes.stripe import objects
from tests.fakes.stripe.objects import Object
from tests.fakes.stripe.shelves import Shelves
from tests.fakes.stripe.state import Call, State, StripeFault
from tests.fakes.stripe.webhooks import Sender

_REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 402: "Payment Required", 404: "Not Found"}
_INTENT = re.compile(r"/v1/payment_intents/(?P<id>pi_\w+)(?:/(?P<verb>confirm|capture|cancel))?")
_THING = re.compile(
    r"/v1/(?P<shelf>charges|refunds|balance_transactions|events|webhook_endpoints)/(?P<id>\w+)"
)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing on the console."""


class FakeStripe:
    """A Stripe of one's own at `url`. Use as a context manager, or `start` and `stop` it.

    For tests: `stall_seconds` makes answers late, `lose_answers` carries requests out but drops that many
    answers, `sender.copies` repeats webhooks, `sender.held` keeps them back; `requests` and `asked` list what was
    asked, the latter with its parameters.
    """

    def __init__(self, *, secret_keys: Iterable[str] = ("sk_test_fake",), port: int = 0) -> None:
        self.secret_keys = frozenset(secret_keys)
        self.sender = Sender()
        self.state = State(publish=self.sender.publish)
        self.shelves = Shelves(self.state)
        self.state.is_slow, self.state.confirmed = self.shelves.is_slow, self.shelves.confirmed
        self.stall_seconds = 0.0
        self.lose_answers = 0
        self.requests: list[tuple[str, str, str | None]] = []
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self._server = make_server("127.0.0.1", port, self._answer, _Server, _Quiet)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="fake-stripe", daemon=True
        )

    @property
    def url(self) -> str:
        """Where it listens, for `StripeClient(base_addresses={"api": url})`."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def add_webhook(self, url: str, secret: str) -> None:
        """Deliver every further event to `url`, signed with `secret`."""
        self.sender.endpoints[url] = secret

    def start(self) -> FakeStripe:
        """Begin to serve and to deliver."""
        self._thread.start()
        self.sender.start()
        return self

    def stop(self) -> None:
        """Deliver what is queued and end."""
        self.sender.stop()
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> FakeStripe:
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.stop()

    # ── one request ──────────────────────────────────────────────────────────────────────────────────────────────
    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        request_id = f"req_{secrets.token_hex(7)}"
        replayed = False
        try:
            status, body, replayed = self._handle(environ, request_id)
        except StripeFault as fault:
            status, body = fault.status, fault.body
        if self.stall_seconds:
            time.sleep(self.stall_seconds)
        if self.lose_answers and environ["REQUEST_METHOD"] == "POST":
            self.lose_answers -= 1
            raise ConnectionAbortedError("answer lost on purpose")
        payload = json.dumps(body).encode()
        headers = [("Content-Type", "application/json"), ("Request-Id", request_id)]
        headers += [("Content-Length", str(len(payload))), ("Stripe-Version", objects.API_VERSION)]
        if replayed:
            headers.append(("Idempotent-Replayed", "true"))
        start_response(f"{status} {_REASONS.get(status, 'Error')}", headers)
        return [payload]

    def _handle(self, environ: WSGIEnvironment, request_id: str) -> tuple[int, Object, bool]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        key = environ.get("HTTP_IDEMPOTENCY_KEY")
        self.requests.append((method, path, key))
        given = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
        if given not in self.secret_keys:
            raise StripeFault(objects.error(401, None, "Invalid API Key provided."))
        if method == "GET":
            params = _nested(parse_qsl(environ.get("QUERY_STRING", "")))
            with self.state.lock:
                return 200, self._expanded(copy.deepcopy(self._read(path, params)), params), False
        if method == "DELETE":
            with self.state.lock:
                gone = self.shelves.delete(path, Call(request_id, key, {}))
            if gone is None:
                raise _unknown("DELETE", path)
            return 200, gone, False
        length = int(environ.get("CONTENT_LENGTH") or 0)
        params = _nested(parse_qsl(environ["wsgi.input"].read(length).decode(), keep_blank_values=True))
        self.asked.append((path, params))
        act = self._verb(path, Call(request_id, key, params))
        status, body, replayed = self.state.once(path, Call(request_id, key, params), act)
        return status, self._expanded(body, params), replayed

    def _verb(self, path: str, call: Call) -> Callable[[], Object]:
        if path == "/v1/payment_intents":
            return lambda: self.state.create_intent(call)
        if path == "/v1/refunds":
            return lambda: self.state.create_refund(call)
        if path == "/v1/webhook_endpoints":
            return lambda: self._endpoint(call)
        matched = _INTENT.fullmatch(path)
        if matched and matched["verb"]:
            verbs = {
                "confirm": self.state.confirm_intent,
                "capture": self.state.capture_intent,
                "cancel": self.state.cancel_intent,
            }
            return lambda: verbs[matched["verb"]](matched["id"], call)
        if path.startswith("/v1/refunds/"):
            return lambda: self.state.update_refund(path.rpartition("/")[2], call)
        further = self.shelves.post(path, call)
        if further is None:
            raise _unknown("POST", path)
        return further

    def _read(self, path: str, params: dict[str, Any]) -> Object:
        state = self.state
        if path == "/v1/payment_intents/search":
            return state.search_intents(params.get("query", ""))
        if path == "/v1/payment_intents":
            return objects.listed(path, list(state.intents.values())[::-1])
        if path == "/v1/refunds":
            of = params.get("payment_intent")
            rows = [each for each in state.refunds.values() if of in (None, each["payment_intent"])]
            return objects.listed(path, rows[::-1])
        if path == "/v1/events":
            rows = [e for e in state.events.values() if params.get("type") in (None, e["type"])]
            return objects.listed(path, rows[::-1])
        if path == "/v1/webhook_endpoints":
            return objects.listed(path, list(state.endpoints.values()))
        matched = _INTENT.fullmatch(path)
        if matched and matched["id"] in state.intents:
            return state.intents[matched["id"]]
        thing = _THING.fullmatch(path)
        shelves: dict[str, dict[str, Object]] = {
            "charges": state.charges,
            "refunds": state.refunds,
            "balance_transactions": state.transactions,
            "events": state.events,
            "webhook_endpoints": state.endpoints,
        }
        if thing and thing["id"] in shelves[thing["shelf"]]:
            return shelves[thing["shelf"]][thing["id"]]
        further = self.shelves.read(path, params)
        if further is None:
            raise _unknown("GET", path)
        return further

    def _endpoint(self, call: Call) -> Object:
        secret = f"whsec_{secrets.token_hex(16)}"
        made = {
            "id": objects.new_id("we"),
            "object": "webhook_endpoint",
            "created": int(time.time()),
            "enabled_events": ["*"],
            "livemode": False,
            "metadata": {},
            "secret": secret,
            "status": "enabled",
            "url": call.params["url"],
        }
        self.state.endpoints[made["id"]] = made
        self.add_webhook(call.params["url"], secret)
        return made

    def _expanded(self, body: Object, params: dict[str, Any]) -> Object:
        for wanted in params.get("expand", {}).values() if isinstance(params.get("expand"), dict) else ():
            self._expand(body, wanted.split("."))
        return body

    def _expand(self, body: Object, steps: list[str]) -> None:
        if not steps or not body.get(steps[0]):
            return
        found = body[steps[0]]
        if isinstance(found, str):
            shelf = self.state.charges if found.startswith("ch_") else self.state.transactions
            found = body[steps[0]] = copy.deepcopy(shelf[found])
        self._expand(found, steps[1:])


def _unknown(method: str, path: str) -> StripeFault:
    return StripeFault(
        objects.error(404, "resource_missing", f"Unrecognized request URL ({method}: {path}).")
    )


def _nested(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """`a[b]=1&c=2` → `{"a": {"b": "1"}, "c": "2"}`."""
    nested: dict[str, Any] = {}
    for name, value in pairs:
        *outer, last = re.findall(r"[^\[\]]+", name)
        shelf = nested
        for step in outer:
            shelf = shelf.setdefault(step, {})
        shelf[last] = value
    return nested
