"""Another stateful fake, localstripe, answers the same questions like ours, where both answer.

It is GPL and runs as a process of its own, in an environment of its own: name that Python in LOCALSTRIPE_PYTHON
(`python -m venv there && there/bin/pip install localstripe`). Nothing of it is imported here.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from tests.fakes.stripe import FakeStripe
from tests.peers.programs import missing

pytestmark = pytest.mark.peer
KEY = "sk_test_12345"
ON_LOOPBACK = """
import asyncio, runpy, sys
from asyncio import base_events
real = base_events.BaseEventLoop.create_server
async def here(self, factory, host=None, port=None, **more):
    sock = more.pop("sock", None)
    if sock is not None:
        port = sock.getsockname()[1]
        sock.close()
    return await real(self, factory, "127.0.0.1", port, **more)
base_events.BaseEventLoop.create_server = here
sys.argv = ["localstripe", "--port", sys.argv[1], "--from-scratch"]
runpy.run_module("localstripe", run_name="__main__")
"""
"""It offers no choice of address; its own process is told to listen on loopback alone."""


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    python = os.environ.get("LOCALSTRIPE_PYTHON", "")
    if not Path(python).is_file():
        missing("localstripe is not here: install it into a venv and name its Python in LOCALSTRIPE_PYTHON")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("localstripe")
    process = subprocess.Popen([python, "-c", ON_LOOPBACK, str(port)], cwd=folder, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 30
        while socket.socket().connect_ex(("127.0.0.1", port)) and time.monotonic() < until:
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def ask(base: str, method: str, path: str, **params: str) -> tuple[int, dict[str, Any]]:
    """One request with nested names written as `metadata__reference`."""
    named = {_nested(name): value for name, value in params.items()}
    body = urlencode(named).encode() if method == "POST" else None
    request = Request(base + path, body, {"Authorization": f"Bearer {KEY}"}, method=method)
    try:
        with urlopen(request, timeout=20) as answer:
            return answer.status, json.loads(answer.read())
    except HTTPError as error:
        return error.code, json.loads(error.read())


def _nested(name: str) -> str:
    first, *rest = name.split("__")
    return first + "".join(f"[{part}]" for part in rest)


def conversation(base: str) -> list[tuple[Any, ...]]:
    """A payment, a cancellation, a refund and some mistakes: what both must say of each, ids and times left out."""
    said: list[tuple[Any, ...]] = []

    def hear(answer: tuple[int, dict[str, Any]], *names: str) -> dict[str, Any]:
        status, told = answer
        error = (told.get("error") or {}).get("type")
        said.append((status, error, *(told.get(name) for name in names)))
        return told

    customer = hear(ask(base, "POST", "/v1/customers", email="a@contoh.test"), "object", "email")
    card = {
        "card__number": "4242424242424242",
        "card__exp_month": "12",
        "card__exp_year": "2030",
        "card__cvc": "123",
    }
    method = hear(ask(base, "POST", "/v1/payment_methods", type="card", **card), "object", "type")
    attached = hear(ask(base, "POST", f"/v1/payment_methods/{method['id']}/attach", customer=customer["id"]))
    said.append((attached["customer"] == customer["id"],))
    asked = {
        "amount": "5000000",
        "currency": "idr",
        "payment_method": method["id"],
        "customer": customer["id"],
    }
    paid = hear(
        ask(base, "POST", "/v1/payment_intents", confirm="true", metadata__reference="BYR-1", **asked),
        "object",
        "status",
        "amount",
        "currency",
        "metadata",
    )
    hear(ask(base, "GET", f"/v1/payment_intents/{paid['id']}"), "status", "metadata")
    waiting = hear(ask(base, "POST", "/v1/payment_intents", amount="5000000", currency="idr"), "status")
    hear(ask(base, "POST", f"/v1/payment_intents/{waiting['id']}/cancel"), "status")
    hear(
        ask(base, "POST", "/v1/refunds", payment_intent=paid["id"], amount="1000000"),
        "object",
        "status",
        "amount",
    )
    hear(ask(base, "GET", "/v1/payment_intents/pi_tidakada"))
    hear(ask(base, "POST", "/v1/payment_intents", currency="idr"))
    hear(ask(base, "POST", "/v1/products", name="Kertas"), "object", "name")
    return said


def test_both_fakes_say_the_same(other: str) -> None:
    with FakeStripe(secret_keys=[KEY]) as ours:
        assert conversation(ours.url) == conversation(other)
