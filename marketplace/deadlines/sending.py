"""Saying what is due: notices to those who hold a waiting thing, and to their superiors when its time ran out.

Every due row is taken under its lock (locked rows wait a minute), the thing is checked under its own, and notices,
entries and the mark "sent" stand or fall together: a killed worker loses nothing and sends nothing twice.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import LABELS, Role
from marketplace.core import clock
from marketplace.deadlines.acts import MISSED, REMINDED
from marketplace.deadlines.models import Reminder
from marketplace.deadlines.planning import plan
from marketplace.deadlines.sources import Office, Standing, source_of
from marketplace.deadlines.superiors import SUPERIORS, Where
from marketplace.events import notices
from marketplace.events.queries import Recipient
from marketplace.pages.deadlines import remaining
from marketplace.workflow.door import Deed, doing
from marketplace.workflow.due import CLOCK
from marketplace.workflow.models import Aggregate

logger = logging.getLogger(__name__)

BATCH: Final = 200
AGAIN_AFTER: Final = timedelta(hours=1)
"""How long a reminder rests whose room failed to say who holds the thing."""

_KIND_OF_ROLE: Final = {
    Role.OPERATOR: Organisation.Kind.OPERATOR,
    Role.AUDITOR: Organisation.Kind.AUDITOR_BODY,
}


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to be said: the reminder, the thing, and how it stands."""

    reminder: Reminder
    thing: Aggregate
    standing: Standing


def waiting(until: datetime | None = None) -> QuerySet[Reminder]:
    """The reminders that are due now (or `until` a moment) and not sent, oldest first (index `reminder_due`)."""
    return Reminder.objects.filter(sent_at__isnull=True, at__lte=until or clock.now()).order_by("at", "pk")


def send_due() -> int:
    """Say all that is due, a batch in a transaction; returns of how many things. Reads due rows alone."""
    told, seen = 0, Q()
    while True:
        with doing(actor=CLOCK) as deed:
            rows = list(waiting().filter(seen).select_for_update(skip_locked=True)[:BATCH])
            if rows:
                told += _send(deed, rows)
        if len(rows) < BATCH:
            return told
        last = rows[-1]
        seen = Q(at__gt=last.at) | Q(at=last.at, pk__gt=last.pk)


def _send(deed: Deed, rows: Sequence[Reminder]) -> int:
    """Send the latest due reminder of each thing and let the earlier ones go."""
    latest: dict[tuple[str, str], Reminder] = {}
    for row in [*rows, *_others_of(rows)]:
        before = latest.get(key := (row.aggregate_type, row.aggregate_id))
        if before is None or (row.escalation, row.share) > (before.escalation, before.share):
            latest[key] = row
    due = [one for one in _standing(latest.values()) if one is not None]
    if due:
        _tell(deed, due)
    return len(due)


def _others_of(rows: Sequence[Reminder]) -> QuerySet[Reminder]:
    """What else is due of the same things and did not fit into the batch."""
    mine = {(row.aggregate_type, row.aggregate_id) for row in rows}
    others = (
        waiting().exclude(pk__in=[row.pk for row in rows]).select_for_update(skip_locked=True).order_by("pk")
    )
    return others.filter(
        aggregate_type__in={kind for kind, _key in mine}, aggregate_id__in={key for _kind, key in mine}
    )


def _standing(reminders: Iterable[Reminder]) -> list[Due | None]:
    """How the things stand, each under its lock; one that is held by somebody else waits for the next minute."""
    by_kind: dict[str, dict[int, Reminder]] = defaultdict(dict)
    for reminder in reminders:
        by_kind[reminder.aggregate_type][int(reminder.aggregate_id)] = reminder
    found: list[Due | None] = []
    for kind, wanted in by_kind.items():
        source = source_of(kind)
        if source is None:  # its room was taken away
            Reminder.objects.filter(pk__in=[each.pk for each in wanted.values()]).delete()
            continue
        things = source.things().select_for_update(of=("self",), skip_locked=True)
        for thing in things.filter(pk__in=wanted).order_by("pk"):
            found.append(_checked(wanted[thing.pk], thing, source.standing))
    return found


def _checked(reminder: Reminder, thing: Aggregate, standing: Any) -> Due | None:
    """The reminder with its thing, when the thing still stands as it did; else its reminders are made anew."""
    if (reminder.revision, reminder.state, reminder.due_at) != (thing.revision, thing.state, thing.due_at):
        plan(thing)
        return None
    try:
        found: Standing = standing(thing)
    except Exception as error:
        logger.error("deadlines.standing_failed: %s %s: %s", thing.aggregate, thing.pk, type(error).__name__)
        Reminder.objects.filter(pk=reminder.pk).update(at=clock.now() + AGAIN_AFTER)
        return None
    if found.holders:
        return Due(reminder, thing, found)
    Reminder.objects.filter(pk=reminder.pk).update(sent_at=clock.now())  # it waits for time alone
    return None


def _tell(deed: Deed, due: Sequence[Due]) -> None:
    """Write entries and notices, and mark what was said, with the earlier moments that it covers."""
    heads = _heads(due)
    superiors = {one.reminder.pk: _superiors(one, heads) for one in due}
    entries = deed.record_many([_entry(one, superiors[one.reminder.pk]) for one in due])
    letters = [
        notices.Letter(entry, tray, sentence, one.standing.url)
        for one, entry in zip(due, entries, strict=True)
        for tray, sentence in _letters(one, superiors[one.reminder.pk])
    ]
    notices.write(letters)
    said = Q()
    for kind in {one.thing.aggregate for one in due}:
        keys = [str(one.thing.pk) for one in due if one.thing.aggregate == kind]
        said |= Q(aggregate_type=kind, aggregate_id__in=keys)
    Reminder.objects.filter(said, sent_at__isnull=True, at__lte=deed.at).update(sent_at=deed.at)


def _entry(one: Due, superiors: Sequence[Office]) -> tuple[str, Aggregate, dict[str, Any]]:
    facts: dict[str, Any] = {
        "holder": one.standing.holder,
        "waiting": str(one.thing.state_now.label),
        "due": _day(one.reminder),
    }
    if not one.reminder.escalation:
        return REMINDED, one.thing, {**facts, "share": one.reminder.share}
    superior = ", ".join(dict.fromkeys(LABELS[each.role] for each in superiors))
    return MISSED, one.thing, {**facts, "superior": superior, "escalation": one.reminder.escalation}


def _letters(one: Due, superiors: Sequence[Office]) -> list[tuple[Recipient, str]]:
    """(tray, sentence) of everybody who is told: the holder, and the superior when the time ran out."""
    what = f"{one.standing.label}, “{one.thing.state_now.label}”"
    left = remaining(one.reminder.due_at).text or _("Tenggat %(day)s") % {"day": _day(one.reminder)}
    to_holder = _("%(left)s: %(what)s. Tenggat %(due)s.") % {
        "left": left,
        "what": what,
        "due": _day(one.reminder),
    }
    letters = {office.tray: to_holder for office in one.standing.holders}
    if one.reminder.escalation:
        told = {"left": left, "what": what, "holder": one.standing.holder}
        to_superior = _("%(left)s: %(what)s masih di tangan %(holder)s. Mohon ditindaklanjuti.") % told
        letters = {**{office.tray: to_superior for office in superiors}, **letters}
    return list(letters.items())


def _day(reminder: Reminder) -> str:
    return date_format(clock.day_of(reminder.due_at), "j F Y")


def _heads(due: Sequence[Due]) -> dict[tuple[int | None, Role], list[int]]:
    """By region and role: the organisations that watch over it. One query, and only when somebody is to be told."""
    regions = {one.thing.region_of_record for one in due if one.reminder.escalation}
    found: dict[tuple[int | None, Role], list[int]] = defaultdict(list)
    if regions:
        rows = Organisation.objects.filter(
            region__in=regions, kind__in=_KIND_OF_ROLE.values(), is_active=True
        )
        role_of = {str(kind): role for role, kind in _KIND_OF_ROLE.items()}
        for pk, region, kind in rows.order_by("pk").values_list("pk", "region_id", "kind"):
            found[region, role_of[kind]].append(pk)
    return found


def _superiors(one: Due, heads: dict[tuple[int | None, Role], list[int]]) -> list[Office]:
    """The offices above those who hold the thing."""
    if not one.reminder.escalation:
        return []
    buyers = {office.role: office for office in one.standing.buyers}
    found: list[Office] = []
    for where, role in dict.fromkeys(
        superior for holder in one.standing.holders for superior in SUPERIORS[holder.role]
    ):
        if where is Where.UNIT and one.standing.organisation_id is not None:
            found.append(
                Office(role, Recipient(organisation_id=one.standing.organisation_id, role=str(role)))
            )
        elif where is Where.BUYER and role in buyers:
            found.append(buyers[role])
        elif where is Where.REGION:
            bodies = heads.get((one.thing.region_of_record, role), [])
            found += [Office(role, Recipient(organisation_id=body, role=str(role))) for body in bodies]
    return found
