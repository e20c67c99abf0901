"""The inbox of notifications: noting how far each has come, and letting one be done again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.events.actions import enqueue
from marketplace.workflow.door import doing
from procurement.settlement.inbox import events_for
from procurement.settlement.models import EventHandling, PaymentAttempt, ProviderEvent
from procurement.settlement.providers.base import Notice

Result = EventHandling.Result
AT_MOST = 200
"""How many events one press replays."""


def opened(event_id: int, provider_name: str, notice: Notice) -> None:
    """Begin the life of a stored notification, in the transaction that stores it."""
    told = notice.facts[0] if notice.facts else None
    reference = told.reference[:40] if told else ""
    attempts = PaymentAttempt.objects.filter(provider=provider_name, reference=reference)
    region_id = attempts.values_list("region_id", flat=True).first() if reference else None
    refused = notice.verdict != ProviderEvent.Verdict.VERIFIED
    result = Result.REFUSED if refused else Result.WAITING if told else Result.IGNORED
    EventHandling.objects.create(
        event_id=event_id,
        region_id=region_id,
        reference=reference,
        payment_ref=told.payment_ref[:80] if told else "",
        result=result,
        why=str(ProviderEvent.Verdict(notice.verdict).label) if refused else "",
        handled_at=None if result == Result.WAITING else clock.now(),
    )


def noted(event: ProviderEvent, result: EventHandling.Result, why: str = "", payment_ref: str = "") -> None:
    """Write down how an event ended this time; the last word stands."""
    region_id = _region_of(event)
    ended = result not in {Result.WAITING, Result.FAILED}
    row: dict[str, Any] = {"result": result, "why": why[:300], "handled_at": clock.now() if ended else None}
    if region_id is not None:
        row["region_id"] = region_id
    if payment_ref:
        row["payment_ref"] = payment_ref[:80]
    EventHandling.objects.bulk_create([EventHandling(event=event, **row)], ignore_conflicts=True)
    EventHandling.objects.filter(event=event).update(**row)


def _region_of(event: ProviderEvent) -> int | None:
    """The region whose books the event moved, if it moved any."""
    return event.journals.values_list("region_id", flat=True).first()


def replay_events(*, actor: Actor, event_ids: Sequence[int]) -> int:
    """Have notifications done again that wait or failed; returns how many. Those already done change nothing.

    Raises Refused `wrong_role`, `replay.too_many`.
    """
    actor.require(Role.OPERATOR)
    if len(event_ids) > AT_MOST:
        raise Refused(
            "replay.too_many",
            f"Paling banyak {AT_MOST} kabar dapat diulang sekaligus.",
            fix="Pilih lebih sedikit, lalu ulangi.",
        )
    return sum(_replayed(actor, event_id) for event_id in sorted(set(event_ids)))


def _replayed(actor: Actor, event_id: int) -> bool:
    event = events_for(actor).filter(pk=event_id).first()
    if event is None or not _open(event):
        return False
    with doing(actor=actor) as deed:
        handling = EventHandling.objects.select_for_update().get(event=event)
        if not handling.may_be_replayed:
            return False
        handling.replays += 1
        handling.result = Result.WAITING
        handling.save(update_fields=["replays", "result"])
        key = f"{event.pk}:{handling.replays}"
        enqueue("settlement.provider_event", {"event": event.pk}, key=key)
        told = {"provider": event.provider, "kind": event.kind, "replay": handling.replays}
        deed.record("provider_event.replay", event, told)
    return True


def _open(event: ProviderEvent) -> bool:
    handling = getattr(event, "handling", None)
    return (
        event.verdict == ProviderEvent.Verdict.VERIFIED and handling is not None and handling.may_be_replayed
    )
