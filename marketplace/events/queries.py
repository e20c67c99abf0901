"""Reads of notices, jobs and cursors."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from marketplace.accounts.actors import Actor
from marketplace.events.models import Job, Notice, ParkedEntry


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a notice is for: a person (`user_id`), or whoever holds `role` in `organisation_id`."""

    user_id: int | None = None
    organisation_id: int | None = None
    role: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """What a room says about an entry of its own: who should hear of it, where to act, and what is theirs to do."""

    recipients: tuple[Recipient, ...]
    url: str
    next_step: str = ""


def notices_for(actor: Actor) -> QuerySet[Notice]:
    """The actor's own notices and those of the office held now, newest first."""
    if not actor.signed_in:
        return Notice.objects.none()
    mine = Q(user_id=actor.user_id)
    if actor.organisation_id is not None:
        mine |= Q(organisation_id=actor.organisation_id, role=str(actor.role))
    return Notice.objects.filter(mine).order_by("-id")


def unread_count(actor: Actor) -> int:
    """How many notices the actor has not read."""
    return notices_for(actor).filter(read_at__isnull=True).count()


def parked_jobs() -> QuerySet[Job]:
    """Jobs that failed too often, oldest first."""
    return Job.objects.filter(failed_at__isnull=False).order_by("failed_at")


def parked_entries() -> QuerySet[ParkedEntry]:
    """Entries that readers could not handle and nobody has settled yet, oldest first."""
    return ParkedEntry.objects.filter(resolved_at__isnull=True).select_related("entry").order_by("parked_at")
