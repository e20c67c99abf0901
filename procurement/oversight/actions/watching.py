"""Acknowledging entries of the log, and watching over holds on transfers."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import User
from marketplace.accounts.queries import appointments_in_force
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.audit.queries import get_entry_for
from marketplace.core.transitions import Refused
from marketplace.workflow.door import begin, beginning, doing, passing
from marketplace.workflow.due import CLOCK
from procurement.oversight.guards import insist, not_own_work
from procurement.oversight.models import Acknowledgement, HoldWatch
from procurement.oversight.queries.access import orders_worked_on
from procurement.oversight.queries.stories import entries_about, get_order_for
from procurement.settlement.models import Payout


def acknowledge(*, actor: Actor, entry_id: int, remark: str = "") -> Acknowledgement:
    """Mark an entry of the log as read, with a remark or without; once for each person.

    Raises Refused `acknowledged` (with another remark), `audit.own_entry` (nobody acknowledges his own act),
    `wrong_role`; Entry.DoesNotExist for another region's.
    """
    actor.require(Role.AUDITOR)
    entry = get_entry_for(actor, entry_id)
    if entry.user_id == actor.user_id:
        raise Refused(
            "audit.own_entry",
            "Catatan ini tentang perbuatan Anda sendiri.",
            fix="Minta auditor lain membacanya.",
        )
    made = _acknowledged(actor, [entry], remark.strip())
    if made:
        return made[0]
    known = Acknowledgement.objects.get(entry=entry, user_id=actor.user_id or 0)
    if known.remark != remark.strip():
        raise Refused("acknowledged", "Catatan ini sudah Anda tandai.")
    return known


def acknowledge_story(*, actor: Actor, number: str, remark: str = "") -> int:
    """Mark every entry of an order's story as read that the actor has not marked yet; returns how many.

    `remark` stands with each of them.

    Raises Refused `audit.own_work`, `wrong_role`; Purchase.DoesNotExist.
    """
    actor.require(Role.AUDITOR)
    purchase = get_order_for(actor, number)
    insist(not_own_work(orders_worked_on(actor, [purchase.pk])))
    found = entries_about(actor, purchase).exclude(user_id=actor.user_id or 0).order_by("pk")
    return len(_acknowledged(actor, found, remark.strip()))


def _acknowledged(actor: Actor, entries: Iterable[Entry], remark: str) -> list[Acknowledgement]:
    """Mark those the actor has not marked yet; two of his clicks come one after the other."""
    with doing(actor=actor) as deed:
        User.objects.select_for_update().get(pk=actor.user_id or 0)
        mine = Acknowledgement.objects.filter(entry__in=entries, user_id=actor.user_id or 0)
        known = set(mine.values_list("entry_id", flat=True))
        made = Acknowledgement.objects.bulk_create(
            Acknowledgement(
                region_id=actor.region_id or 0,
                entry=entry,
                user_id=actor.user_id or 0,
                body_id=actor.organisation_id or 0,
                remark=remark,
                at=deed.at,
            )
            for entry in entries
            if entry.pk not in known
        )
        fingerprint = sha256(remark.encode()).hexdigest() if remark else ""
        deed.record_many(
            (
                "entry.acknowledge",
                each,
                {"entry": each.entry_id, "read": each.entry.act, "remark_sha256": fingerprint},
            )
            for each in made
        )
    return made


# ── holds ────────────────────────────────────────────────────────────────────────────────────────────────────────
def watch_holds() -> int:
    """Begin to watch holds that are new and end the watch over those let go; returns how many changed. Idempotent."""
    held = Payout.objects.filter(held_at__isnull=False).select_related("obligation__purchase")
    known = set(HoldWatch.objects.filter(payout__in=held.order_by()).values_list("payout_id", "held_at"))
    new = [each for each in held if each.before_sent and (each.pk, each.held_at) not in known]
    over = [
        watch.pk
        for watch in HoldWatch.objects.filter(state="OPEN").select_related("payout")
        if watch.held_at != watch.payout.held_at or not watch.payout.before_sent
    ]
    for payout in new:
        _begin(payout)
    for pk in over:
        _end(pk)
    return len(new) + len(over)


def _begin(payout: Payout) -> None:
    at = payout.held_at
    assert at is not None, "held ones alone are watched"
    body = appointments_in_force().filter(user_id=payout.held_by_id or 0, role=Role.AUDITOR).first()
    with beginning(HoldWatch, act="payout_hold.watch", actor=CLOCK) as passage:
        watch = HoldWatch(
            region_id=payout.region_id,
            payout=payout,
            number=payout.obligation.purchase.number,
            body_id=body.organisation_id if body else None,
            held_at=at,
        )
        passage.thing = begin(watch, at=at)
        passage.facts.update(number=watch.number, payout=payout.pk)


def _end(pk: int) -> None:
    with passing(HoldWatch, pk, "end", actor=CLOCK) as passage:
        passage.facts.update(number=passage.thing.number, payout=passage.thing.payout_id)
