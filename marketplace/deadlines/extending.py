"""A holiday that is added while deadlines run: those it falls into go on one working day longer.

What the law or a policy counts in working days is extended; a day that people agreed on (delivery) stays as agreed.
See docs/decisions/0053-deadlines-and-new-holidays.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Min, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.deadlines.acts import EXTENDED
from marketplace.deadlines.models import Reminder
from marketplace.deadlines.planning import entered_at, plan
from marketplace.deadlines.sources import Source, all_sources
from marketplace.events import notices
from marketplace.regulation.models import Holiday
from marketplace.regulation.queries import forget_rules, working_days_after
from marketplace.workflow.door import doing
from marketplace.workflow.due import CLOCK
from marketplace.workflow.models import Aggregate

BATCH: Final = 200
SATURDAY: Final = 5


def extend_over(day: date, *, approved_at: datetime) -> int:
    """Extend every running deadline that counted the new holiday `day` as a working day; returns how many.

    Those set after `approved_at` know the day already. Running it again extends nothing twice.
    """
    holiday = Holiday.objects.filter(day=day).first()
    if holiday is None or day.weekday() >= SATURDAY:
        return 0
    forget_rules()
    return sum(_extend(source, holiday, approved_at) for source in all_sources().values())


def _extend(source: Source, holiday: Holiday, approved_at: datetime) -> int:
    running = _counting(source, holiday.day)
    extended, after = 0, 0
    while True:
        keys = list(running.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH])
        if keys:
            extended += _extend_batch(source, running.filter(pk__in=keys), holiday, approved_at)
        if len(keys) < BATCH:
            return extended
        after = keys[-1]


def _counting(source: Source, day: date) -> QuerySet[Any]:
    """The waiting things whose deadline lies on `day` or after it."""
    return source.running.filter(due_at__gte=clock.midnight(day))


def _extend_batch(source: Source, wanted: QuerySet[Any], holiday: Holiday, approved_at: datetime) -> int:
    with doing(actor=CLOCK) as deed:
        things = list(wanted.select_for_update(of=("self",)).order_by("pk"))
        since = _since(source, things)
        done = _extended_over(source, things, holiday.day)
        chosen = [
            thing
            for thing in things
            if str(thing.pk) not in done
            and since[thing.pk] < approved_at
            and clock.day_of(since[thing.pk]) < holiday.day
        ]
        rows, moved = [], []
        for thing in chosen:
            before, thing.due_at = thing.due_at, _carried(source, thing, holiday.day)
            if thing.due_at in (None, before):
                continue  # a day that people agreed on
            moved.append(thing)
            thing.revision += 1
            thing.save(update_fields=["due_at", "revision"])
            plan(thing, since=since[thing.pk])
            facts = {
                "before_due": _day(before),
                "due": _day(thing.due_at),
                "day": holiday.day.isoformat(),
                "holiday": holiday.name,
                "legal_basis": holiday.legal_basis,
            }
            rows.append((EXTENDED, thing, facts))
        entries = deed.record_many(rows)
        notices.write(
            [letter for pair in zip(moved, entries, strict=True) for letter in _letters(source, *pair)]
        )
    return len(moved)


def _carried(source: Source, thing: Any, day: date) -> datetime | None:
    """The deadline with one working day more; one that is worked out from other days is worked out anew."""
    if thing.state_now.timer is not None:
        return working_days_after(thing.due_at, 1)
    if source.carry is not None:
        source.carry(thing, day)
    return thing.agreed_deadline(thing.state)


def _letters(source: Source, thing: Aggregate, entry: Entry) -> list[notices.Letter]:
    standing = source.standing(thing)
    sentence = _("Tenggat %(what)s diperpanjang sampai %(due)s karena %(holiday)s.") % {
        "what": standing.label,
        "due": entry.facts["due"],
        "holiday": entry.facts["holiday"],
    }
    return [notices.Letter(entry, office.tray, sentence, standing.url) for office in standing.holders]


def _since(source: Source, things: Sequence[Aggregate]) -> dict[int, datetime]:
    """When each entered its state: as its reminders know it, else when the log last spoke of it."""
    own = Reminder.objects.filter(
        aggregate_type=source.model.aggregate, aggregate_id__in=[str(thing.pk) for thing in things]
    )
    known: dict[str, datetime] = dict(own.values_list("aggregate_id").annotate(since=Min("since")).order_by())
    spoken = entered_at(source, [thing for thing in things if str(thing.pk) not in known])
    return {
        thing.pk: known.get(str(thing.pk)) or spoken.get(str(thing.pk)) or thing.created_at
        for thing in things
    }


def _extended_over(source: Source, things: Iterable[Aggregate], day: date) -> set[str]:
    """Which of them were extended over that day already."""
    entries = Entry.objects.filter(
        act=EXTENDED,
        aggregate_type=source.model.aggregate,
        aggregate_id__in=[str(thing.pk) for thing in things],
    )
    return {entry.aggregate_id for entry in entries if entry.facts.get("day") == day.isoformat()}


def _day(moment: datetime) -> str:
    return date_format(clock.day_of(moment), "j F Y")
