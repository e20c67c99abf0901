"""Adding a day on which deadlines do not run: one operator proposes it by its decree, another approves."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.db import IntegrityError, transaction

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.administration.actions.rules import another_person, rejected_with
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.events.actions import enqueue
from marketplace.regulation.models import Holiday, HolidayProposal
from marketplace.regulation.queries import forget_rules
from marketplace.workflow.door import doing

TWO_PERSONS: Final = "Hari libur memerlukan dua orang: satu mengusulkan, satu lagi menyetujui"
EXTEND: Final = "deadlines.extend"
"""The job of the room of deadlines that carries running deadlines over a new holiday."""


def propose_holiday(*, actor: Actor, day: date, name: str, kind: str, legal_basis: str) -> HolidayProposal:
    """Propose a day on which deadlines do not run. It counts for all regions once another operator approves.

    Raises Refused `holiday_incomplete`, `in_the_past`, `holiday_there`, `proposed_already`.
    """
    actor.require(Role.OPERATOR)
    assert actor.user_id is not None and actor.region_id is not None  # an operator is a person of a region
    if not name.strip() or not legal_basis.strip() or kind not in Holiday.Kind.values:
        raise Refused(
            "holiday_incomplete",
            "Nama, jenis dan dasar hukum hari libur wajib diisi.",
            fix="Salin nomor dan tanggal SKB-nya.",
        )
    _check_day(day)
    try:
        with doing(actor=actor) as deed:
            with transaction.atomic():
                proposed = HolidayProposal.objects.create(
                    region_id=actor.region_id,
                    day=day,
                    name=name.strip()[:120],
                    kind=kind,
                    legal_basis=legal_basis.strip()[:200],
                    proposed_by_id=actor.user_id,
                )
            deed.record("holiday.propose", proposed, _facts(proposed))
    except IntegrityError as error:
        raise Refused(
            "proposed_already",
            f"{day:%d-%m-%Y} sudah diusulkan dan menunggu keputusan.",
            fix="Putuskan usulan yang ada lebih dahulu.",
        ) from error
    return proposed


def approve_holiday(*, actor: Actor, proposal_id: int) -> Holiday:
    """Put a proposed day into the calendar; deadlines that run across it are extended by a job of this transaction.

    Raises Refused `same_person`, `decided_already`, `in_the_past`, `holiday_there`.
    """
    actor.require(Role.OPERATOR)
    with doing(actor=actor) as deed:
        proposed = _locked(actor, proposal_id)
        another_person(actor, proposed.proposed_by_id, rule=TWO_PERSONS)
        _check_day(proposed.day)
        holiday = Holiday.objects.create(
            day=proposed.day, name=proposed.name, kind=proposed.kind, legal_basis=proposed.legal_basis
        )
        proposed.state, proposed.decided_by_id = HolidayProposal.State.ACTIVE, actor.user_id
        proposed.save(update_fields=["state", "decided_by"])
        deed.record("holiday.approve", proposed, _facts(proposed))
        deed.record("holiday.add", holiday, {**_facts(proposed), "proposed_by": proposed.proposed_by_id})
        day = proposed.day.isoformat()
        enqueue(EXTEND, {"day": day, "approved_at": deed.at.isoformat()}, key=day)
        deed.after_commit(forget_rules)
    return holiday


def reject_holiday(*, actor: Actor, proposal_id: int, reason: str) -> HolidayProposal:
    """Turn a proposed day down; the proposer may withdraw it likewise. Raises Refused."""
    actor.require(Role.OPERATOR)
    rejected_with(reason)
    with doing(actor=actor) as deed:
        proposed = _locked(actor, proposal_id)
        proposed.state, proposed.decided_by_id = HolidayProposal.State.REJECTED, actor.user_id
        proposed.save(update_fields=["state", "decided_by"])
        deed.record("holiday.reject", proposed, {**_facts(proposed), "reason": reason.strip()[:300]})
    return proposed


def _check_day(day: date) -> None:
    if day < clock.today():
        raise Refused(
            "in_the_past",
            "Hari libur tidak berlaku surut: hari yang lewat tetap seperti dihitung.",
            fix="Ajukan hari ini atau sesudahnya.",
        )
    there = Holiday.objects.filter(day=day).first()
    if there is not None:
        raise Refused("holiday_there", f"{day:%d-%m-%Y} sudah tercatat sebagai hari libur: {there.name}.")


def _locked(actor: Actor, proposal_id: int) -> HolidayProposal:
    proposed = HolidayProposal.objects.select_for_update(of=("self",)).get(
        pk=proposal_id, region=actor.region_id
    )
    if proposed.state != HolidayProposal.State.PROPOSED:
        raise Refused("decided_already", "Usulan ini sudah diputuskan.", fix="Muat ulang kalender.")
    return proposed


def _facts(proposed: HolidayProposal) -> dict[str, object]:
    return {
        "day": proposed.day.isoformat(),
        "holiday": proposed.name,
        "kind": proposed.kind,
        "legal_basis": proposed.legal_basis,
        "state": str(proposed.state),
    }
