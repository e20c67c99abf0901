"""Changing dated rules by two persons."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.administration.queries import parameters_for
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.regulation.models import Parameter
from marketplace.regulation.queries import forget_rules
from marketplace.workflow.door import Deed, doing

TWO_PERSONS: Final = "Perubahan aturan memerlukan dua orang: satu mengusulkan, satu lagi menyetujui"


def propose_parameter(
    *,
    actor: Actor,
    code: str,
    value: Any,
    valid_from: date,
    legal_basis: str,
    valid_to: date | None = None,
    note: str = "",
) -> Parameter:
    """Propose a value for the operator's region; it takes effect when another operator approves.

    The region's value wins over the national one, which stays. Raises Refused for unknown codes, values of another
    kind, days that have passed and a missing legal basis.
    """
    actor.require(Role.OPERATOR)
    model = (
        parameters_for(actor).filter(code=code, state=Parameter.State.ACTIVE).order_by("-valid_from").first()
    )
    if model is None:
        raise Refused(
            "unknown_parameter", f"Parameter “{code}” tidak dikenal.", fix="Pilih dari daftar parameter."
        )
    _check_value(model, value)
    _check_days(valid_from, valid_to)
    if not legal_basis.strip():
        raise Refused(
            "basis_missing", "Dasar hukum wajib diisi.", fix="Sebut peraturan, nomor, dan pasalnya."
        )
    with doing(actor=actor) as deed:
        proposed = Parameter.objects.create(
            code=code,
            region_id=actor.region_id,
            value=value,
            unit=model.unit,
            valid_from=valid_from,
            valid_to=valid_to,
            legal_basis=legal_basis.strip()[:300],
            note=note.strip()[:300],
            proposed_by_id=actor.user_id,
        )
        deed.record("parameter.propose", proposed, parameter_facts(proposed))
    return proposed


def another_person(actor: Actor, proposed_by: int | None, *, rule: str) -> None:
    """What one operator proposed another approves. Raises Refused `same_person`."""
    if proposed_by == actor.user_id:
        raise Refused(
            "same_person",
            "Usulan tidak dapat disetujui oleh pengusulnya sendiri.",
            rule=rule,
            fix="Mintalah operator lain menyetujuinya.",
        )


def rejected_with(reason: str) -> None:
    """Whoever turns a proposal down says why. Raises Refused `reason_missing`."""
    if not reason.strip():
        raise Refused(
            "reason_missing",
            "Alasan penolakan wajib diisi.",
            fix="Tulis alasan dengan singkat.",
            field="reason",
        )


def approve_parameter(*, actor: Actor, parameter_id: int) -> Parameter:
    """Put a proposal into force; the value before it ends the day before. Raises Refused.

    A proposal with a last day interrupts the older value, which goes on afterwards.
    """
    actor.require(Role.OPERATOR)
    with doing(actor=actor) as deed:
        proposed = _lock_proposal(actor, parameter_id)
        another_person(actor, proposed.proposed_by_id, rule=TWO_PERSONS)
        _check_days(proposed.valid_from, proposed.valid_to)
        _make_room(deed, proposed)
        proposed.state, proposed.approved_by_id = Parameter.State.ACTIVE, actor.user_id
        proposed.save(update_fields=["state", "approved_by"])
        deed.record(
            "parameter.approve",
            proposed,
            {**parameter_facts(proposed), "proposed_by": proposed.proposed_by_id},
        )
        deed.after_commit(forget_rules)
    return proposed


def reject_parameter(*, actor: Actor, parameter_id: int, reason: str) -> Parameter:
    """Turn a proposal down; the proposer may withdraw it likewise. Raises Refused."""
    actor.require(Role.OPERATOR)
    rejected_with(reason)
    with doing(actor=actor) as deed:
        proposed = _lock_proposal(actor, parameter_id)
        proposed.state = Parameter.State.REJECTED
        proposed.save(update_fields=["state"])
        facts = {**parameter_facts(proposed), "reason": reason.strip()[:300]}
        deed.record("parameter.reject", proposed, facts)
    return proposed


def _check_value(model: Parameter, value: Any) -> None:
    """A value has the kind of the value before it; amounts, days and rates are never negative."""
    if type(value) is not type(model.value) or (isinstance(value, int) and value < 0):
        raise Refused(
            "value_kind",
            f"Nilai {model.code} harus sejenis dengan yang berlaku ({model.value} {model.unit}) dan tidak negatif.",
            fix="Perbaiki nilainya.",
        )


def _check_days(valid_from: date, valid_to: date | None) -> None:
    if valid_from < clock.today():
        raise Refused(
            "in_the_past",
            "Aturan tidak berlaku surut: tanggal mulai sudah lewat.",
            fix="Ajukan dengan tanggal mulai hari ini atau sesudahnya.",
        )
    if valid_to is not None and valid_to < valid_from:
        raise Refused(
            "days_reversed", "Tanggal berakhir lebih awal dari tanggal mulai.", fix="Perbaiki tanggalnya."
        )


def _lock_proposal(actor: Actor, parameter_id: int) -> Parameter:
    proposed = parameters_for(actor).select_for_update(of=("self",)).get(pk=parameter_id)
    if proposed.state != Parameter.State.PROPOSED:
        raise Refused("decided_already", "Usulan ini sudah diputuskan.", fix="Muat ulang daftar usulan.")
    if proposed.region_id != actor.region_id:
        raise Refused("national_rule", "Nilai nasional tidak diputuskan oleh operator daerah.")
    return proposed


def _make_room(deed: Deed, proposed: Parameter) -> None:
    """End the values in force on the proposal's days, in its region; continue them after its last day."""
    standing = (
        Parameter.objects.filter(code=proposed.code, region=proposed.region_id, state=Parameter.State.ACTIVE)
        .select_for_update()
        .order_by("valid_from")
    )
    for old in standing:
        if old.valid_to is not None and old.valid_to < proposed.valid_from:
            continue
        if proposed.valid_to is not None and old.valid_from > proposed.valid_to:
            continue
        if old.valid_from >= proposed.valid_from:
            raise Refused(
                "newer_value",
                f"Sudah ada nilai {old.code} yang mulai berlaku {old.valid_from:%d-%m-%Y}.",
                fix="Ajukan dengan tanggal mulai sesudahnya.",
            )
        _end(deed, old, proposed)


def _put_into_force(proposed: Parameter) -> None:
    """Save the approved value; a value approved at the same moment is refused by the database's exclusion."""
    try:
        with transaction.atomic():
            proposed.save(update_fields=["state", "approved_by"])
    except IntegrityError as overlap:
        raise Refused(
            "newer_value",
            f"Nilai {proposed.code} lain baru saja disetujui untuk hari yang sama.",
            fix="Muat ulang daftar parameter.",
        ) from overlap


def _end(deed: Deed, old: Parameter, proposed: Parameter) -> None:
    last_day = old.valid_to
    old.valid_to = proposed.valid_from - timedelta(days=1)
    old.save(update_fields=["valid_to"])
    facts = {
        "code": old.code,
        "value": old.value,
        "valid_to": old.valid_to.isoformat(),
        "superseded_by": proposed.pk,
        "state": str(old.state),
    }
    deed.record("parameter.supersede", old, facts)
    if proposed.valid_to is None or (last_day is not None and last_day <= proposed.valid_to):
        return
    old.pk, old.valid_from, old.valid_to = None, proposed.valid_to + timedelta(days=1), last_day
    old.save(force_insert=True)
    deed.record("parameter.approve", old, {**parameter_facts(old), "proposed_by": old.proposed_by_id})


def parameter_facts(parameter: Parameter) -> dict[str, Any]:
    """A parameter as its entries tell it."""
    return {
        "code": parameter.code,
        "value": parameter.value,
        "unit": parameter.unit,
        "valid_from": parameter.valid_from.isoformat(),
        "valid_to": parameter.valid_to.isoformat() if parameter.valid_to else None,
        "legal_basis": parameter.legal_basis,
        "state": str(parameter.state),
    }
