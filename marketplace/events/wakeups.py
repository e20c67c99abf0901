"""Wake-ups: telling whoever runs the jobs that there is something to do.

A wake-up carries no truth and may get lost: workers look by themselves every second. In one process it is an
event between threads; with a broker it is a Celery task. PostgreSQL's NOTIFY is not used, because every commit
that notifies takes one lock of the whole cluster.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)

jobs_waiting: Final = threading.Event()
"""Set when this process committed a job; the in-process runner waits on it."""

BROKER_REST_SECONDS: Final = 30.0
"""How long a broker that did not answer is left alone, so that not every page waits for it."""

_broker_rests_until = 0.0


def wake_after_commit() -> None:
    """Wake the workers once the current transaction stands; now when there is none."""
    transaction.on_commit(_wake, robust=True)


def _wake() -> None:
    global _broker_rests_until
    if not settings.CELERY_BROKER_URL:
        jobs_waiting.set()
        return
    if time.monotonic() < _broker_rests_until:
        return
    try:
        # Celery costs memory and start-up time: loaded only where there is a broker.
        app = import_string("marketplace.celery.app")
        app.send_task("events.run_due_jobs", retry=False, ignore_result=True)
    except Exception as error:
        # The row is committed; beat finds it within seconds. A page must not fail for a lost broker.
        _broker_rests_until = time.monotonic() + BROKER_REST_SECONDS
        logger.warning("events.broker_unreachable: %s", type(error).__name__)
