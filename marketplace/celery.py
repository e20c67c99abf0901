"""The Celery application: wakes the same durable work that the in-process runner does.

Truth stays in PostgreSQL; a message here carries nothing but "look now". Start it where CELERY_BROKER_URL is set:

    celery -A marketplace worker
    celery -A marketplace beat
"""

from __future__ import annotations

import os

import django
from celery import Celery
from django.apps import apps
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
if not apps.ready:
    django.setup()

from marketplace.events.schedule import SCHEDULE

app = Celery("e-order", broker=settings.CELERY_BROKER_URL or None)
app.conf.update(
    timezone=settings.TIME_ZONE,
    task_ignore_result=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    # A page that enqueues must not wait for a broker that is gone.
    broker_connection_timeout=2,
    broker_transport_options={"socket_connect_timeout": 2, "socket_timeout": 5},
    beat_schedule={
        each.name: {
            "task": each.name,
            "schedule": each.seconds,
            # What was not fetched in time is not needed any more: the next one does the same.
            "options": {"expires": max(each.seconds, 2.0)},
        }
        for each in SCHEDULE
    },
)
for each in SCHEDULE:
    app.task(name=each.name)(each.run)
