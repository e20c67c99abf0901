"""Run jobs, readers, sequencer and clockwork without the web, or drain everything due once."""

from __future__ import annotations

import json
import signal
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from marketplace.events.runner import Runner, drain


class Command(BaseCommand):
    """See `help`."""

    help = "Jalankan pekerjaan latar, pembaca log, dan pengurut log audit tanpa web."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="kerjakan semua yang jatuh tempo, lalu selesai"
        )
        parser.add_argument("--json", action="store_true", help="hasil sebagai JSON (dengan --once)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            done = drain()
            self.stdout.write(
                json.dumps(done)
                if options["json"]
                else f"Selesai: {done['leaves']} catatan dibaca, {done['jobs']} pekerjaan dijalankan."
            )
            return
        self._run_until_told()

    def _run_until_told(self) -> None:
        runner = Runner()

        def stop(signum: int, frame: FrameType | None) -> None:
            runner.ask_to_stop()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        runner.start()
        self.stdout.write("Pekerjaan latar berjalan. Tekan Ctrl+C untuk berhenti.")
        self.stdout.flush()
        runner.wait()
        if not runner.stop():
            self.stderr.write("Sebagian pekerjaan belum selesai; akan dilanjutkan saat dijalankan lagi.")
