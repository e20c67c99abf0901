"""The programs of the demonstration: the site itself, and a stand-in for the payment provider, both on loopback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import requests
from django.conf import settings
from django.core.management.base import CommandError

PROVIDER_KEY = "sk_test_peragaan"
PROVIDER_SECRET = "whsec_peragaan"
START_SECONDS = 120
"""A busy machine starts slowly; a site that has ended is told at once."""


def free_port(wanted: int = 0) -> int:
    """`wanted` when nobody holds it, any free port for 0. Raises CommandError with one sentence when taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            raise CommandError(
                f"Port {wanted} sedang dipakai program lain: hentikan program itu, atau jalankan "
                f"`make demo PORT={wanted + 1}`."
            ) from None
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running_site(port: int) -> Iterator[str]:
    """The site on `port` with its payment provider; yields its address and ends both programs afterwards."""
    site, provider_port = f"http://127.0.0.1:{port}", free_port()
    environment = {
        **os.environ,
        "SITE_URL": site,
        "STRIPE_API_KEY": PROVIDER_KEY,
        "STRIPE_API_BASE": f"http://127.0.0.1:{provider_port}",
        "STRIPE_WEBHOOK_SECRETS": PROVIDER_SECRET,
    }
    provider = [
        *("-m", "tests.fakes.stripe", "--port", str(provider_port), "--key", PROVIDER_KEY),
        *("--webhook", f"{site}/webhook/stripe/", "--secret", PROVIDER_SECRET, "--with-parent"),
    ]
    serve = ["manage.py", "serve", "--port", str(port), "--with-parent"]
    logs = Path(settings.STATE_DIR) / "logs"
    with (
        _program(provider, environment, logs / "provider.log"),
        _program(serve, environment, logs / "site.log") as program,
    ):
        _wait_for(site, program, logs / "site.log")
        yield site


@contextmanager
def _program(
    arguments: list[str], environment: dict[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A program that ends with us: we end it, and should we be killed, its standard input closes (`--with-parent`)."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        started = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=settings.BASE_DIR,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            yield started
        finally:
            with _undisturbed():
                started.terminate()
                try:
                    started.wait(15)
                except subprocess.TimeoutExpired:
                    started.kill()
                    started.wait()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """While a program is being ended, being asked again to end does not leave it behind."""
    asked = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = {each: signal.signal(each, signal.SIG_IGN) for each in asked}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _wait_for(site: str, program: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the site answers. Raises CommandError with the log's last line when it does not come up."""
    session = requests.Session()
    session.trust_env = False
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and program.poll() is None:
        with suppress(requests.RequestException):
            if session.get(f"{site}/masuk/", timeout=5).ok:
                return
        time.sleep(0.2)
    last = (log.read_text(errors="replace").strip().splitlines() or ["(kosong)"])[-1]
    raise CommandError(f"Situs tidak menjawab di {site}. Baris terakhir {log}: {last}")
