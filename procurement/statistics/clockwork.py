"""What time alone does: figures are made anew when the log has grown, or the day has changed."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from marketplace.audit.queries import latest_checkpoint
from marketplace.core import clock
from marketplace.events.actions import enqueue
from marketplace.regulation.queries import parameter
from procurement.statistics.models import Edition


def tick() -> None:
    """Ask for what is due; asking twice makes one job."""
    with transaction.atomic():
        if due():
            enqueue("statistics.refresh", {}, key=clock.now().strftime("%Y%m%d%H%M"))
        enqueue("statistics.cashless", {}, key=clock.now().strftime("%Y%m%d%H"))


def due() -> bool:
    """Whether the last edition is too old for the log or the day; `statistics.refresh_minutes` is its least age."""
    last = Edition.objects.select_related("checkpoint").last()
    if last is None or clock.day_of(last.at) != clock.today():
        return True
    pause = timedelta(minutes=int(parameter("statistics.refresh_minutes").value))
    newest = latest_checkpoint()
    grown = newest is not None and (last.checkpoint is None or newest.size > last.checkpoint.size)
    return grown and clock.now() - last.at >= pause
