"""What is done here: figures are made anew. It is done by the clock alone, and writes nothing that counts elsewhere."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from django.db import connection

from marketplace.audit.models import Checkpoint, Entry
from marketplace.audit.queries import latest_checkpoint
from marketplace.core import clock
from marketplace.database.snapshots import one_snapshot
from procurement.statistics.making import cashless, spending, units, waiting
from procurement.statistics.models import CashlessDay, Edition

LOCK: Final = 7_604_076
"""Advisory lock: two editions are never made at once."""
DAYS_BACK: Final = 7
"""A day that did not close is looked at again for so long."""


def refresh() -> Edition | None:
    """Make all figures anew from one unchanging view and put them in place of the last; None while another does."""
    with one_snapshot(writes=True):
        return _made()


def _made() -> Edition | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return None
    checkpoint = latest_checkpoint()
    edition = Edition.objects.create(at=clock.now(), checkpoint=checkpoint, waiting=_later_than(checkpoint))
    for part in (spending, units, waiting):
        part.add_up(edition)
    edition.years = sorted(set(edition.units.values_list("year", flat=True)), reverse=True)
    edition.save(update_fields=["years"])
    Edition.objects.exclude(pk=edition.pk).delete()
    return edition


def _later_than(checkpoint: Checkpoint | None) -> int:
    """Entries that are in this view of the database, but not in the tree of the checkpoint."""
    found = Entry.objects.filter(leaf__isnull=True)
    return found.count() if checkpoint is None else found.count() + _after(checkpoint)


def _after(checkpoint: Checkpoint) -> int:
    return Entry.objects.filter(leaf__leaf_index__gte=checkpoint.size).count()


def prove_days(until: date | None = None) -> list[CashlessDay]:
    """Make the cashless proof of every region for the last finished day, and again for days not closed yet."""
    last = until or clock.today() - timedelta(days=1)
    since = last - timedelta(days=DAYS_BACK)
    made = []
    for region in cashless.regions_with_money():
        open_days = CashlessDay.objects.filter(region=region, closed=False, day__gte=since, day__lt=last)
        for day in [*open_days.order_by("day").values_list("day", flat=True), last]:
            made.append(cashless.make_day(region, day))
    return made
