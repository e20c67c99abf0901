"""When a waiting thing is spoken of: its reminders, made from the moment its state was entered and its deadline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import CharField, Exists, Max, OuterRef
from django.db.models.functions import Cast

from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.deadlines.acts import PREFIX
from marketplace.deadlines.models import Reminder
from marketplace.deadlines.sources import Source, all_sources, source_of
from marketplace.regulation.queries import parameter
from marketplace.regulation.working_time import Hours, shares_between, working_morning
from marketplace.workflow.models import Aggregate

FORGOTTEN_AFTER: Final = timedelta(days=7)
"""What should have been said longer ago is not said any more when a thing is first met (bulk data, a late reader)."""

SWEPT_AT_ONCE: Final = 500


def follow(entry: Entry) -> None:
    """Make a thing's reminders anew after an entry about it. Runs in the reader's transaction; twice is as once."""
    source = source_of(entry.aggregate_type)
    if source is None or entry.act.startswith(PREFIX) or not entry.aggregate_id.isdecimal():
        return
    thing = source.model._default_manager.filter(pk=int(entry.aggregate_id)).first()
    if thing is None:
        return
    state = entry.facts.get("state")
    if state is None:
        plan(thing)
    elif state == thing.state:  # otherwise it has moved on: its later entry comes
        plan(thing, since=entry.at)


def plan(thing: Aggregate, *, since: datetime | None = None) -> None:
    """Replace what is pending for `thing` by what its present state and deadline ask for.

    `since` is when the state was entered; left out, what is known stays. What was sent for the same standing
    stays sent.
    """
    kept = list(_of(thing))
    if thing.state_now.terminal or thing.due_at is None:
        _of(thing).delete()
        return
    first = kept[0] if kept else None
    if first and (first.state, first.due_at) == (thing.state, thing.due_at) and since in (None, first.since):
        _of(thing).exclude(revision=thing.revision).update(revision=thing.revision)
        return
    if since is None:
        since = first.since if first and first.state == thing.state else thing.created_at
    _of(thing).delete()
    Reminder.objects.bulk_create(reminders_of(thing, since), ignore_conflicts=True)


def reminders_of(thing: Aggregate, since: datetime) -> list[Reminder]:
    """The reminders of a waiting thing whose state was entered at `since`, unsaved.

    At the shares of `reminder.shares` to the holder, on the working mornings of `reminder.escalate_after_days` to
    the superior. Of those whose moment has passed already, at most the latest is left to send.
    """
    assert thing.due_at is not None, "only what has a deadline is spoken of"
    moments = list(_moments(thing, since, thing.due_at))
    now = clock.now()
    passed = [at for _share, _escalation, at in moments if at <= now]
    latest = max(passed, default=None)
    if latest is not None and now - latest > FORGOTTEN_AFTER:
        latest = None
    return [
        Reminder(
            aggregate_type=thing.aggregate,
            aggregate_id=str(thing.pk),
            revision=thing.revision,
            state=thing.state,
            since=since,
            due_at=thing.due_at,
            share=share,
            escalation=escalation,
            at=at,
            sent_at=now if at <= now and at != latest else None,
        )
        for share, escalation, at in moments
    ]


def _moments(thing: Aggregate, since: datetime, due: datetime) -> Iterator[tuple[int, int, datetime]]:
    """(percent, number of the escalation, moment) of everything to be said."""
    region, on = thing.region_of_record, clock.day_of(since)
    hours = Hours(*parameter("reminder.hours", on=on, region_id=region).value)
    shares: list[int] = parameter("reminder.shares", on=on, region_id=region).value
    days: list[int] = parameter("reminder.escalate_after_days", on=on, region_id=region).value
    for share, at in zip(shares, shares_between(since, due, shares, hours), strict=False):
        yield share, 0, at
    for number, later in enumerate(days, start=1):
        yield 100, number, working_morning(clock.day_of(due), later, hours)


def sweep() -> int:
    """Make the reminders of all waiting things that have none (data that came in bulk); returns for how many."""
    return sum(_sweep(source) for source in all_sources().values())


def _sweep(source: Source) -> int:
    own = Reminder.objects.filter(aggregate_type=source.model.aggregate, aggregate_id=OuterRef("key"))
    bare = source.running.annotate(key=Cast("pk", CharField())).filter(~Exists(own)).order_by("pk")
    swept, after = 0, 0
    while True:
        with transaction.atomic():
            things = list(bare.filter(pk__gt=after)[:SWEPT_AT_ONCE])
            entered = entered_at(source, things)
            rows = [
                row
                for thing in things
                for row in reminders_of(thing, entered.get(str(thing.pk), thing.created_at))
            ]
            Reminder.objects.bulk_create(rows, ignore_conflicts=True)
        swept += len(things)
        if len(things) < SWEPT_AT_ONCE:
            return swept
        after = things[-1].pk


def entered_at(source: Source, things: Sequence[Aggregate]) -> dict[str, datetime]:
    """When the log last spoke of each: the best that is known of when its state was entered."""
    spoken: Iterable[tuple[str, datetime]] = (
        Entry.objects.filter(
            aggregate_type=source.model.aggregate, aggregate_id__in=[str(thing.pk) for thing in things]
        )
        .exclude(act__startswith=PREFIX)
        .values_list("aggregate_id")
        .annotate(last=Max("at"))
        .order_by()
    )
    return dict(spoken)


def _of(thing: Aggregate):  # type: ignore[no-untyped-def]
    return Reminder.objects.filter(aggregate_type=thing.aggregate, aggregate_id=str(thing.pk))
