"""What a whole order costs, act by act: requests, SQL statements, CPU, wall time, from plan line to approved payment.

    .venv/bin/python benchmarks/order.py

A database of its own is filled as the demonstration fills it; then every role signs in and clicks as in the
demonstration, through the site's whole request cycle in this process (no server, so that every statement is
counted). The first order warms the process, the second is counted. CPU is the site's own: reading the pages, as a
browser would, is not counted. At the end the same requests by what they are: acts (POST), the forms they were
filled in, and the other pages people looked at on the way. Paying is left out: it waits for a payment provider.
Jobs (papers, notices) are run and counted at the end.
"""

from __future__ import annotations

import gzip
import io
import re
import sys
import time
from http.client import HTTPMessage
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))
SITE = "http://127.0.0.1"
_ONLY_READ = re.compile(r"^/(pesanan/[^/]+|paket/[0-9]+|paket/[0-9]+/hps|keranjang|cari|produk/[^/]+)/$")
"""Pages that are looked at; every other page asked for is a form that is sent."""


class InProcess(BaseAdapter):
    """Carries requests into a WSGI application of this process, and counts them."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        super().__init__()
        self._application = application
        self.requests = 0
        self.cpu = 0.0
        self.by_kind: dict[str, list[float]] = {"acts": [], "forms": [], "pages": []}

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Answer one request."""
        self.requests += 1
        where = urlsplit(request.url or "")
        body = request.body or b""
        sent = body.encode() if isinstance(body, str) else body
        environ = {
            "REQUEST_METHOD": request.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": where.path,
            "QUERY_STRING": where.query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": request.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(sent)),
            "wsgi.input": io.BytesIO(sent),
            "wsgi.errors": sys.stderr,
            "wsgi.url_scheme": "http",
            "wsgi.version": (1, 0),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()},
        }
        return self._answer(request, environ)

    def _answer(self, request: requests.PreparedRequest, environ: dict[str, Any]) -> requests.Response:
        response = requests.Response()
        told: list[tuple[str, str]] = []

        def start(status: str, headers: list[tuple[str, str]], *_more: object) -> None:
            response.status_code = int(status.split()[0])
            told.extend(headers)

        began = time.process_time()
        answered = self._application(environ, start)
        content = b"".join(answered)
        if hasattr(answered, "close"):
            answered.close()
        self._spent(environ, time.process_time() - began)
        message = HTTPMessage()
        for name, value in told:
            message.add_header(name, value)
            response.headers[name] = value
        if response.headers.get("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        response.url, response.request, response.encoding = request.url or "", request, "utf-8"
        # The session reads cookies from where http.client would have left them.
        response.raw = SimpleNamespace(_original_response=SimpleNamespace(msg=message), headers=message)
        response._content = content
        return response

    def _spent(self, environ: dict[str, Any], seconds: float) -> None:
        self.cpu += seconds
        if environ["REQUEST_METHOD"] == "POST":
            kind = "acts"
        else:
            kind = "pages" if _ONLY_READ.search(environ["PATH_INFO"]) else "forms"
        self.by_kind[kind].append(seconds)

    def close(self) -> None:
        """Nothing to close."""


def main() -> None:
    """Fill a database of its own, walk the order, print the table, drop the database."""
    from benchmarks.own_database import own_database

    with own_database("bench_order", again=True):
        walk()


def walk() -> None:
    """Walk the order and print what each act cost."""
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application
    from django.db import connection

    from marketplace.events.runner import drain
    from procurement.practice import setup
    from procurement.practice.main_job import Walk

    setup.make_schema(lambda _what: None)
    call_command("collectstatic", interactive=False, verbosity=0)
    plan = setup.load_plan(setup.SAMPLE_PLAN, lambda _what: None)
    stage = setup.choose_stage(plan.regions)
    setup.fill_market(stage, lambda _what: None)
    drain()
    adapter = InProcess(get_wsgi_application())
    warm = Walk(SITE, stage, lambda _what: None, adapter)
    _play(warm)
    drain()
    meter = Meter(adapter)
    job = Walk(SITE, setup.further_stages(stage, 1)[0], meter.act, adapter)
    job.use_browsers_of(warm)
    adapter.by_kind = {kind: [] for kind in adapter.by_kind}
    print(f"{'act':<66}{'requests':>9}{'SQL':>6}{'CPU ms':>8}{'wall ms':>9}")
    with connection.execute_wrapper(meter.count):
        _play(job)
        meter.finish()
        began, statements = time.process_time(), meter.statements
        drain()
        spent = time.process_time() - began
        print(f"{'jobs: papers, notices, log':<75}{meter.statements - statements:>6}{spent * 1000:>8.0f}")
    for kind, times in adapter.by_kind.items():
        print(f"{kind:<66}{len(times):>9}{'':>6}{sum(times) * 1000:>8.0f}")


def _play(walk: Any) -> None:
    for part in (walk.plan, walk.order, walk.deliver, walk.bill):
        part()


class Meter:
    """Prints the cost of each act when the next one begins."""

    def __init__(self, adapter: InProcess) -> None:
        self._adapter = adapter
        self.statements = 0
        self._name = ""
        self._before = self._first = self._now()

    def count(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        """Django's wrapper around every statement."""
        self.statements += 1
        return execute(*arguments)

    def _now(self) -> tuple[int, int, float, float]:
        return (self._adapter.requests, self.statements, self._adapter.cpu, time.perf_counter())

    def act(self, name: str) -> None:
        """A new act begins."""
        now = self._now()
        if self._name:
            self._print(self._name, self._before, now)
        self._name, self._before = name, self._now()

    def _print(self, name: str, before: tuple[Any, ...], now: tuple[Any, ...]) -> None:
        requests_, sql, cpu, wall = (after - then for after, then in zip(now, before, strict=True))
        print(f"{name[:64]:<66}{requests_:>9}{sql:>6}{cpu * 1000:>8.0f}{wall * 1000:>9.0f}")

    def finish(self) -> None:
        """Print the last act and the sum."""
        now = self._now()
        self._print(self._name, self._before, now)
        self._print("whole order", self._first, now)


if __name__ == "__main__":
    main()
