"""How long things wait at the desks that check them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q

from marketplace.accounts.actors import Actor
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.regulation.queries import working_days_between
from marketplace.workflow.models import Aggregate
from vendors.models import Listing
from vendors.queries.access import listings_for

HANDED_IN: Final = {
    "vendor": ("vendor.register", "vendor.submit", "vendor.resubmit"),
    "listing": ("listing.submit",),
    "permit": ("permit.add", "permit.resubmit"),
    "objection": ("objection.file",),
}
"""By kind of thing: the acts with which its waiting begins."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Since when a thing waits, and how many working days that is by today."""

    since: datetime
    working_days: int


def waits(things: Iterable[Aggregate]) -> dict[int, Wait]:
    """By primary key: how long each of these things (of one kind) has waited, by the log. One query."""
    rows = list(things)
    if not rows:
        return {}
    kind = rows[0].aggregate
    handed_in = Entry.objects.filter(
        aggregate_type=kind, aggregate_id__in=[str(row.pk) for row in rows], act__in=HANDED_IN[kind]
    )
    since = {int(pk): at for pk, at in handed_in.order_by("pk").values_list("aggregate_id", "at")}
    today = clock.today()
    return {pk: Wait(at, working_days_between(clock.day_of(at), today)) for pk, at in since.items()}


def next_in_curation(actor: Actor, listing: Listing) -> Listing | None:
    """The listing that stands after this one in the actor's queue; None at its end."""
    waiting = listings_for(actor).filter(state="IN_CURATION").exclude(pk=listing.pk)
    if listing.due_at is not None:
        waiting = waiting.filter(Q(due_at__gt=listing.due_at) | Q(due_at=listing.due_at, pk__gt=listing.pk))
    return waiting.order_by("due_at", "pk").first()
