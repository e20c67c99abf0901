"""Delivery of events: signed like Stripe's, retried until a 2xx answer, from a thread of its own."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import queue
import threading
import time
from urllib.parse import urlsplit

from tests.fakes.stripe.objects import Object


def sign(payload: bytes, *secrets: str, at: int | None = None) -> str:
    """The `Stripe-Signature` header; several secrets sign side by side, as during a rotation."""
    moment = int(time.time()) if at is None else at
    signed = f"{moment}.".encode() + payload
    marks = [f"v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}" for secret in secrets]
    return ",".join([f"t={moment}", *marks])


class Sender:
    """Sends every event to every endpoint, at least once: `copies` > 1 repeats, `held` keeps them back."""

    def __init__(self, *, attempts: int = 8, pause_seconds: float = 0.2) -> None:
        self.endpoints: dict[str, str] = {}
        self.copies = 1
        self.held = False
        self.delivered: list[tuple[str, str, int]] = []
        self._attempts, self._pause = attempts, pause_seconds
        self._queue: queue.Queue[Object | None] = queue.Queue()
        self._thread = threading.Thread(target=self._run, name="fake-stripe-webhooks", daemon=True)

    def start(self) -> None:
        """Begin to deliver."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the queue and end."""
        self._queue.put(None)
        self._thread.join(timeout=10)

    def publish(self, event: Object) -> None:
        """Queue one event unless deliveries are held back."""
        if not self.held:
            self._queue.put(event)

    def drain(self, timeout: float = 10) -> None:
        """Wait until everything queued was delivered or given up. Raises TimeoutError."""
        until = time.monotonic() + timeout
        while self._queue.unfinished_tasks:
            if time.monotonic() > until:
                raise TimeoutError("webhooks are still being delivered")
            time.sleep(0.01)

    def _run(self) -> None:
        while (event := self._queue.get()) is not None:
            payload = json.dumps(event, indent=2).encode()
            for url, secret in list(self.endpoints.items()):
                for _copy in range(self.copies):
                    self._deliver(url, secret, event["id"], payload)
            self._queue.task_done()
        self._queue.task_done()

    def _deliver(self, url: str, secret: str, event_id: str, payload: bytes) -> None:
        for attempt in range(self._attempts):
            status = post(url, payload, sign(payload, secret))
            self.delivered.append((event_id, url, status))
            if 200 <= status < 300:
                return
            time.sleep(self._pause * 2**attempt)


def post(url: str, payload: bytes, signature: str) -> int:
    """POST one notification; the HTTP status, or 0 when nobody answers."""
    parts = urlsplit(url)
    link = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=10)
    headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": signature}
    try:
        link.request("POST", parts.path, payload, headers)
        return link.getresponse().status
    except OSError:
        return 0
    finally:
        link.close()
