"""The demonstration: set everything up, walk one order from plan line to closed payment, check the log, serve."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, connections
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from procurement.practice import cast, setup
from procurement.practice.main_job import Story, leave_open, play, told_before
from procurement.practice.proof import check_log
from procurement.practice.site import free_port, running_site
from procurement.practice.visitor import Astray
from procurement.redflags.actions import evaluate
from procurement.statistics.actions import refresh

STEPS = 38
"""About how many steps the bar counts: setting up, the acts of the story, the log."""
OPEN_ORDERS = 4


class Command(BaseCommand):
    """`make demo`."""

    help = "Siapkan peragaan, jalankan satu pesanan dari rencana sampai lunas, periksa log, lalu layani."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--plan",
            type=Path,
            help="berkas RUP format LKPP (CSV); tanpa ini rencana yang sudah dimuat, atau contoh bawaan",
        )
        parser.add_argument("--port", type=int, default=8000, help="pintu masuk situs di 127.0.0.1")
        parser.add_argument(
            "--check", action="store_true", help="tanpa melayani; keluar 0 bila semuanya benar"
        )
        parser.add_argument("--reset", action="store_true", help="hapus data peragaan, lalu mulai lagi")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Peragaan memakai kata sandi yang diketahui umum; tidak untuk production.")
        # Asked to end by another program, end as on Ctrl+C: the site and its payment provider end with us. A shell
        # starts what runs in its background deaf to SIGINT, and a terminal that closes sends SIGHUP.
        for asked in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(asked, signal.default_int_handler)
        self._console = Console(highlight=False, width=None if sys.stdout.isatty() else 110)
        port = free_port(0 if options["check"] else options["port"])
        began = time.monotonic()
        if options["reset"]:
            self._reset()
        with self._progress() as self._bar:
            self._task = self._bar.add_task("", total=STEPS)
            setup.make_schema(self._say)
            plan = setup.load_plan(options["plan"], self._say)
            stage = setup.choose_stage(plan.regions)
            setup.fill_market(stage, self._say)
            self._say("berkas tampilan situs")
            call_command("collectstatic", interactive=False, verbosity=0)
            connections.close_all()
        try:
            self._perform(port, plan, stage, began, serve=not options["check"])
        except KeyboardInterrupt:
            self._console.print("Berhenti.")

    def _perform(self, port: int, plan: setup.Plan, stage: setup.Stage, began: float, *, serve: bool) -> None:
        """Play the story on a running site, tell about it, and keep serving until interrupted."""
        with running_site(port) as site:
            with self._progress() as self._bar:
                self._task = self._bar.add_task("", total=STEPS, completed=10)
                # Started again, the demonstration shows the order it has; --check walks a new one every time.
                story = (serve and told_before(site, stage)) or self._play(site, stage, more=serve)
                self._say("rantai log audit")
                proof = check_log(story.number)
            self._tell(site, plan, story, proof, time.monotonic() - began, serving=serve)
            if serve:
                self._serve(site)

    def _play(self, site: str, stage: setup.Stage, *, more: bool) -> Story:
        """Walk the main job; `more` leaves further orders open on the desks, for the people who come to look."""
        try:
            story = play(site, stage, self._say)
            if more:
                leave_open(site, setup.further_stages(stage, OPEN_ORDERS), self._say)
        except Astray as astray:
            raise CommandError(f"Peragaan terhenti. {astray}") from None
        # The clock would do both in its own time; whoever comes to look would find empty pages until then.
        self._say("angka publik dan tanda bahaya")
        refresh()
        evaluate()
        return story

    def _say(self, what: str) -> None:
        if sys.stdout.isatty():
            self._bar.update(self._task, description=what)
            self._bar.advance(self._task)
        else:
            self.stdout.write(f"· {what}")
            self.stdout.flush()

    def _progress(self) -> Progress:
        return Progress(
            SpinnerColumn(),
            BarColumn(24),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            console=self._console,
            disable=not sys.stdout.isatty(),
        )

    def _reset(self) -> None:
        """Empty the database by making it anew: the log's tables refuse to be emptied otherwise."""
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        connections.close_all()

    def _tell(
        self, site: str, plan: setup.Plan, story: Story, proof: list[str], seconds: float, *, serving: bool
    ) -> None:
        """What was done; with `serving` also how to sign in and what to look at."""
        vendors, listings = setup.market_size()
        say = self._console.print
        say(f"\n[bold]Peragaan siap dalam {seconds:.0f} detik.[/bold]")
        say(f"Rencana    {plan.sentence}")
        say(f"Pasar      {vendors} penyedia, {listings} produk tayang")
        for line in story.lines:
            say(f"Pesanan    {line}")
        for line in proof:
            say(f"Log        {line}")
        if not serving:
            return
        table = Table(
            title=f"Masuk di {site}/masuk/ - kata sandi semua akun: {cast.PASSWORD}", title_justify="left"
        )
        for heading in ("Surel", "Peran", "Nama", "Klik pertama"):
            table.add_column(heading, overflow="fold")
        for person in cast.EVERYBODY:
            table.add_row(person.email, person.label, person.name, person.first_click)
        say(table)
        for path, what in story.pages:
            say(f"{site}{path:<44} {what}", soft_wrap=True)

    def _serve(self, site: str) -> None:
        self._console.print(
            f"\nSitus melayani di [bold]{site}/[/bold] - Ctrl+C untuk berhenti, `make demo-reset` untuk mulai lagi."
        )
        while True:
            time.sleep(3600)
