"""Serve the site on this machine: one web process with the runner inside."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.wsgi import get_wsgi_application
from django.db import connections
from gunicorn.app.base import BaseApplication

from marketplace.audit import defences
from marketplace.events.runner import Runner

ADDRESS = "127.0.0.1"
THREADS = 8


class Site(BaseApplication):
    """Gunicorn with one worker of threads; the worker also runs the jobs when no broker is configured."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._runner = Runner()
        super().__init__()

    def load_config(self) -> None:
        """Give gunicorn its settings; the socket is open already, so a taken port was told kindly."""
        chosen = {
            "bind": f"fd://{self._descriptor}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": THREADS,
            "graceful_timeout": 10,
            "keepalive": 5,
            "accesslog": None,
            "loglevel": "warning",
            "control_socket_disable": True,
            "post_worker_init": self._start_runner,
            "worker_exit": self._stop_runner,
        }
        for name, value in chosen.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        """Return the WSGI application."""
        return get_wsgi_application()

    def _start_runner(self, worker: Any) -> None:
        if not settings.CELERY_BROKER_URL:
            self._runner.start()

    def _stop_runner(self, arbiter: Any, worker: Any) -> None:
        self._runner.stop(timeout=5)


class Command(BaseCommand):
    """See `help`."""

    help = "Jalankan situs di komputer ini, beserta pekerjaan latarnya."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--port", type=int, default=8000, help="pintu masuk di 127.0.0.1 (bawaan 8000; 0: pilihkan)"
        )
        parser.add_argument(
            "--with-parent", action="store_true", help="berhenti bila program yang menjalankannya berakhir"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        listening = _listen(options["port"])
        port = listening.getsockname()[1]
        self.stdout.write(f"e-Order melayani di http://{ADDRESS}:{port}/ - tekan Ctrl+C untuk berhenti.")
        self.stdout.flush()
        self._warn_of_missing_defences()
        # the worker is forked: it must not share an open database connection
        connections.close_all()
        if options["with_parent"]:
            end_with_parent()
        # gunicorn owns and closes the open port from here on
        Site(listening.detach()).run()

    def _warn_of_missing_defences(self) -> None:
        absent = defences.missing()
        if absent:
            titles = ", ".join(layer.title for layer in absent)
            self.stderr.write(
                f"Log audit berjalan tanpa {len(absent)} lapis pertahanan ({titles}). "
                "Sebab dan obatnya: manage.py audit defences"
            )


def end_with_parent() -> None:
    """End this process, as on SIGTERM, when whoever started it ends: its end of our standard input closes then."""

    def watch() -> None:
        while sys.stdin.buffer.read(4096):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def _listen(port: int) -> socket.socket:
    """Open the port. Raises CommandError with one sentence when another program has it."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((ADDRESS, port))
    except OSError as error:
        listening.close()
        raise CommandError(
            f"Port {port} tidak dapat dipakai ({error.strerror}): hentikan program yang memakainya, "
            "atau pilih port lain dengan --port."
        ) from None
    listening.listen(128)
    return listening
