"""The Celery application as the survival test's worker process starts it: ours, with one more kind of job.

celery -A tests.events.worker worker
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any

from django.db import connection

from marketplace.celery import app
from marketplace.events.registry import job

__all__ = ["TABLES", "app"]

TABLES = """
CREATE TABLE IF NOT EXISTS test_attempt (key text, pid int, at timestamptz DEFAULT clock_timestamp());
CREATE TABLE IF NOT EXISTS test_effect (key text PRIMARY KEY, at timestamptz DEFAULT clock_timestamp());
"""


@job("test.slow_effect")
def slow_effect(payload: Mapping[str, Any]) -> None:
    """Note the attempt, work for a while, then leave the effect once: what a payment or a mail would be."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO test_attempt (key, pid) VALUES (%s, %s)", [payload["key"], os.getpid()])
        time.sleep(payload["seconds"])
        cursor.execute("INSERT INTO test_effect (key) VALUES (%s) ON CONFLICT DO NOTHING", [payload["key"]])
