"""The runner: threads of this process that do what Celery would do elsewhere.

Jobs, readers, sequencer and clockwork each have threads of their own, so that a slow provider delays no checkpoint.
Every thread survives a lost database and closes its own connection.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from marketplace.audit import sequencer
from marketplace.events import jobs, reading, schedule, wakeups
from marketplace.events.failures import described

logger = logging.getLogger(__name__)

JOB_THREADS: Final = 2
PAUSE_AFTER_FAILURE: Final = 2.0


class Runner:
    """Runs everything that happens by itself, from `start` until `stop`."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start the threads and return. Raises RuntimeError when they run already."""
        if self._threads:
            raise RuntimeError("the runner runs already")
        loops: list[tuple[str, Callable[[], object]]] = [
            *((f"jobs-{number}", self._run_jobs) for number in range(1, JOB_THREADS + 1)),
            *((each.name, lambda each=each: self._repeat(each)) for each in schedule.BESIDE_THE_SEQUENCER),
        ]
        if not settings.AUDIT_SEQUENCER_APART:
            loops.append(("sequencer", lambda: sequencer.run_forever(self._stop)))
        self._threads = [threading.Thread(target=loop, name=name, daemon=True) for name, loop in loops]
        for thread in self._threads:
            thread.start()

    def stop(self, *, timeout: float = 10.0) -> bool:
        """Ask the threads to end after what they are at; returns whether all did within `timeout` seconds."""
        self.ask_to_stop()
        for thread in self._threads:
            thread.join(timeout)
        return not any(thread.is_alive() for thread in self._threads)

    def ask_to_stop(self) -> None:
        """Ask the threads to end, without waiting; safe in a signal handler."""
        self._stop.set()
        wakeups.jobs_waiting.set()
        sequencer.wake()

    def wait(self) -> None:
        """Wait until `stop` is called from elsewhere."""
        self._stop.wait()

    def _run_jobs(self) -> None:
        def due() -> None:
            jobs.run_due(stop=self._stop)

        while not self._stop.is_set():
            if _guarded(due):
                wakeups.jobs_waiting.wait(schedule.JOBS.seconds)
                wakeups.jobs_waiting.clear()
            else:
                self._stop.wait(PAUSE_AFTER_FAILURE)
        connection.close()

    def _repeat(self, periodic: schedule.Periodic) -> None:
        while not self._stop.is_set():
            well = _guarded(periodic.run)
            self._stop.wait(periodic.seconds if well else max(periodic.seconds, PAUSE_AFTER_FAILURE))
        connection.close()


def _guarded(work: Callable[[], object]) -> bool:
    """Do `work`; returns whether it went well. No failure ends a thread."""
    try:
        work()
    except (OperationalError, InterfaceError) as error:
        logger.warning("events.database_away: %s", type(error).__name__)
        connection.close()
        return False
    except Exception as error:
        logger.error("events.runner_failed: %s", described(error))
        connection.close()
        return False
    connection.close_if_unusable_or_obsolete()
    return True


def drain() -> dict[str, int]:
    """Do everything that is due now, in this thread, and return the counts: leaves read, jobs tried.

    Jobs may write entries, entries make notices, notices make jobs: goes round until nothing is left. Call it
    outside a transaction.
    """
    done = {"leaves": 0, "jobs": 0}
    while True:
        jobs.sweep()
        sequencer.integrate()
        leaves, tried = reading.read_all(), jobs.run_due()
        done["leaves"] += leaves
        done["jobs"] += tried
        if not leaves and not tried:
            return done
