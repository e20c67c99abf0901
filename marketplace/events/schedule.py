"""What runs by itself, and how often: one table for the in-process runner and for Celery beat."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils.module_loading import import_string

from marketplace.audit import cosigning, sequencer
from marketplace.events import jobs, reading
from marketplace.events.failures import described

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Periodic:
    """One thing done again and again: its name (also the Celery task's), the pause in seconds, and what it does."""

    name: str
    seconds: float
    run: Callable[[], object]


def sequence() -> None:
    """Put waiting entries into the tree unless another sequencer is at it, or has it for its own."""
    if not settings.AUDIT_SEQUENCER_APART:
        sequencer.integrate(wait=False)


def cosign() -> None:
    """Ask the witnesses about the newest checkpoint, where the sequencer is ours."""
    if not settings.AUDIT_SEQUENCER_APART:
        cosigning.ask_all()


def clockwork() -> None:
    """Act for the clock: call every function of `settings.CLOCKWORK`; one that fails does not stop the others."""
    _call_all(settings.CLOCKWORK, "events.clockwork_failed")


def followers() -> None:
    """Keep what is outside in step: call every function of `settings.FOLLOWERS`."""
    _call_all(settings.FOLLOWERS, "events.follower_failed")


def _call_all(paths: Iterable[str], failed: str) -> None:
    for path in paths:
        try:
            import_string(path)()
        except Exception as error:
            logger.exception("%s: %s: %s", failed, path, described(error))


JOBS: Final = Periodic("events.run_due_jobs", 1.0, jobs.run_due)
READERS: Final = Periodic("events.run_readers", 0.5, reading.read_all)
SEQUENCE: Final = Periodic("events.sequence", 0.2, sequence)
COSIGN: Final = Periodic("events.cosign", cosigning.ASK_EVERY_SECONDS, cosign)
SWEEP: Final = Periodic("events.sweep", 5.0, jobs.sweep)
CLOCKWORK: Final = Periodic("events.clockwork", 60.0, clockwork)
FOLLOWERS: Final = Periodic("events.followers", 0.5, followers)

BESIDE_THE_SEQUENCER: Final = (READERS, COSIGN, SWEEP, CLOCKWORK, FOLLOWERS)
SCHEDULE: Final = (JOBS, READERS, SEQUENCE, COSIGN, SWEEP, CLOCKWORK, FOLLOWERS)
