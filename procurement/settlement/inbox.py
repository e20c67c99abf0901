"""Reads of the inbox of notifications. An overseer sees those of the own region, and those of which nobody knows it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from procurement.settlement.masking import masked_body, masked_headers
from procurement.settlement.models import Journal, ProviderEvent

PAGE = 50
KEPT_YEARS = 10
"""How long notifications are kept at least (handbook of SNAP: ten years); nothing deletes them before, or after."""


@dataclass(frozen=True, slots=True)
class EventFilters:
    """What of the inbox to show; an empty field does not narrow."""

    provider: str = ""
    verdict: str = ""
    result: str = ""
    kind: str = ""
    reference: str = ""
    since: date | None = None


def events_for(actor: Actor) -> QuerySet[ProviderEvent]:
    """The notifications that `actor` may see; none for who does not oversee."""
    if actor.role not in {Role.OPERATOR, Role.AUDITOR}:
        return ProviderEvent.objects.none()
    own = Q(handling__region_id=actor.region_id) | Q(handling__region__isnull=True)
    return ProviderEvent.objects.filter(own).select_related("handling")


def get_event_for(actor: Actor, event_id: int) -> ProviderEvent:
    """One notification. Raises ProviderEvent.DoesNotExist when there is none that `actor` may see."""
    return events_for(actor).get(pk=event_id)


def page_of_events(
    actor: Actor, filters: EventFilters, before: int | None = None
) -> tuple[list[ProviderEvent], int | None]:
    """Fifty notifications, newest first, and the key from which older ones go on: one query."""
    found = events_for(actor).defer("raw", "headers").order_by("-pk")
    exact = {
        "provider": filters.provider,
        "verdict": filters.verdict,
        "handling__result": filters.result,
        "handling__reference": filters.reference,
    }
    found = found.filter(**{name: value for name, value in exact.items() if value})
    if filters.kind:
        found = found.filter(kind__startswith=filters.kind)
    if filters.since:
        found = found.filter(received_at__date__gte=filters.since)
    if before:
        found = found.filter(pk__lt=before)
    rows = list(found[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None


@dataclass(frozen=True, slots=True)
class OpenedEvent:
    """One notification as a page shows it: headers and body with secrets and personal data masked."""

    event: ProviderEvent
    headers: dict[str, str]
    body: str
    journals: list[Journal]


def opened_event(event: ProviderEvent) -> OpenedEvent:
    """Everything a page shows of one notification: one query. The caller has checked who may see it."""
    journals = list(event.journals.order_by("pk")[:PAGE])
    return OpenedEvent(event, masked_headers(event.headers), _shown(bytes(event.raw)), journals)


def _shown(raw: bytes) -> str:
    """The body, indented and masked; what is no JSON is not shown, for nobody can say what in it is personal."""
    try:
        told: Any = json.loads(raw)
    except ValueError:
        return ""
    return json.dumps(masked_body(told), indent=2, ensure_ascii=False)
