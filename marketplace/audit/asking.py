"""Asking others about the log again and again: threads beside a sequencer that is a process of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection

logger = logging.getLogger(__name__)


def repeat(stop: threading.Event, seconds: float, ask: Callable[[], object]) -> None:
    """Ask every so many seconds until `stop` is set. Survives a restart of the database, and a wrong setting."""
    while not stop.wait(seconds):
        try:
            ask()
        except DatabaseError as error:
            logger.warning("audit.asking.database_away: %s", error)
            connection.close()
            stop.wait(1.0)
        except ImproperlyConfigured as error:
            logger.error("audit.asking.improperly_configured: %s", error)
    connection.close()
