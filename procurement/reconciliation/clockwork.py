"""What time alone does: payments recorded after the bank's line came are matched within the hour."""

from __future__ import annotations

from django.db import transaction

from marketplace.core import clock
from marketplace.events.actions import enqueue
from procurement.reconciliation.models import Discrepancy


def tick() -> None:
    """Ask for a new search, once an hour, in regions with open exceptions. Doing it twice changes nothing."""
    hour = clock.now().strftime("%Y%m%d%H")
    regions = (
        Discrepancy.objects.filter(state="OPEN").order_by().values_list("region_id", flat=True).distinct()
    )
    for region_id in list(regions):
        with transaction.atomic():
            enqueue("reconciliation.match", {"region": region_id}, key=f"{region_id}:{hour}")
