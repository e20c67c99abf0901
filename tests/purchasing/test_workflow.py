"""The table of moves: every state × move × role decided, guards pure, and the drawing in the docs in step."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from marketplace.accounts.roles import Role
from marketplace.audit import acts
from marketplace.core.transitions import Refused
from marketplace.regulation.queries import parameter
from procurement.purchasing import guards
from procurement.purchasing.workflow import (
    AWAITING,
    DELIVERY,
    DROPPED,
    OWED,
    PAID,
    PURCHASE,
    RUNNING,
    STATE_OF_STAGE,
    holders,
    rolled_up,
    states_held_by,
)

DRAWING = Path(settings.BASE_DIR) / "docs" / "purchase-states.md"
OFFICERS = dict.fromkeys(guards.DUTY_LABELS)
FREE = {
    "party": True,
    "officers": OFFICERS,
    "last_round_by": None,
    "endorsement_needed": False,
    "endorsed": False,
    "on_hold": False,
    "deliveries": [],
}


def able(name: str) -> dict:
    """The facts under which nothing but the table decides about the move."""
    told: dict = {}
    if name in {step.name for step in DELIVERY.moves} - {"stop", "terminate"}:
        told["deliveries"] = [
            {
                "stage": sorted(DELIVERY.move(name).sources)[0],
                "complete": True,
                "bast_by_ppk": name == "accept",
                "something_good": name in {"accept_short", "deem_accepted"},
            }
        ]
    if name == "endorse":
        told["endorsement_needed"] = True
    if name == "lift_hold":
        told["on_hold"] = True
    return told


def facts(role: Role, user: int | None = 1, **changed) -> dict:
    return {**FREE, "role": role, "user": user, **changed}


def named(role: Role, user: int = 1) -> dict:
    """The officers of an order that names `user` where it names anybody for that role."""
    duty = guards.DUTY_OF_ROLE.get(role)
    return {**OFFICERS, duty: user} if duty in guards.NAMED else OFFICERS


def test_the_groups_of_states_cover_all_and_overlap_nowhere():
    groups = [*AWAITING, *RUNNING, *OWED, *PAID, *DROPPED]
    assert sorted(groups) == sorted(state.code for state in PURCHASE.states)


@pytest.mark.parametrize("state", [each.code for each in PURCHASE.states])
def test_every_pair_of_move_and_role_is_decided(state):
    """Open exactly where the table says; everything else is refused with a reason."""
    for move in PURCHASE.moves:
        for role in Role:
            told = facts(role, officers=named(role), **able(move.name))
            if state in move.sources and role in move.roles:
                assert PURCHASE.decide(state, move.name, role, told) is move
                continue
            with pytest.raises(Refused) as refused:
                PURCHASE.decide(state, move.name, role, told)
            assert refused.value.code in {"wrong_role", "wrong_state"}


def test_only_the_system_pays_and_nobody_cancels_what_was_dispatched():
    assert PURCHASE.move("pay").roles == {Role.SYSTEM}
    assert PURCHASE.move("cancel").sources == set(AWAITING)
    assert not {
        state for name in ("refuse", "decline", "lapse") for state in PURCHASE.move(name).sources
    } - set(AWAITING)


def test_every_state_but_the_ends_has_somebody_to_act():
    for state in PURCHASE.states:
        assert bool(holders(state.code)) != state.terminal, state.code
    assert "SHIPPED" in states_held_by(Role.RECEIVER)
    assert states_held_by(Role.AUDITOR) == frozenset()


def test_every_move_has_its_act_in_the_register():
    for move in PURCHASE.moves:
        assert move.act == f"purchase.{move.name}"
        assert acts.find(move.act) is not None, move.act


@pytest.mark.django_db
def test_every_timer_is_a_dated_parameter():
    for state in PURCHASE.states:
        if state.timer:
            assert int(parameter(state.timer).value) > 0


@pytest.mark.parametrize("one_other", guards.APART)
def test_two_duties_of_one_order_are_two_persons(one_other):
    for duty, held in (one_other, one_other[::-1]):
        roles = [role for role, name in guards.DUTY_OF_ROLE.items() if name == duty]
        for role in roles:
            told = facts(Role(role), 7, officers={**OFFICERS, held: 7})
            refused = guards.segregated(told)
            assert refused is not None
            assert refused.code == "segregation"
            assert guards.segregated({**told, "user": 8}) is None


@pytest.mark.parametrize("duty", guards.DUTY_LABELS)
def test_no_officer_stands_on_the_vendors_side(duty):
    assert guards.segregated(facts(Role.VENDOR, 7, officers={**OFFICERS, duty: 7})) is not None
    assert guards.segregated(facts(Role.VENDOR, 8, officers={**OFFICERS, duty: 7})) is None


def test_strangers_and_colleagues_are_no_party():
    assert guards.a_party(facts(Role.PPK, party=False)) is not None
    assert guards.a_party(facts(Role.PPK, 1, officers={**OFFICERS, "ppk": 2})) is not None
    assert guards.a_party(facts(Role.PPK, 2, officers={**OFFICERS, "ppk": 2})) is None
    assert guards.a_party(facts(Role.RECEIVER, 1, officers={**OFFICERS, "receiver": 2})) is None
    assert guards.a_party(facts(Role.PP, 1, officers=OFFICERS)) is not None, (
        "nobody was named: nobody stands in"
    )


def test_the_drawings_are_in_step_with_the_tables():
    """After a change of a table: put its `mermaid()` between the fences of the drawing."""
    order, delivery = (part.split("```", 1)[0] for part in DRAWING.read_text().split("```mermaid\n")[1:])
    assert order == PURCHASE.mermaid()
    assert delivery == DELIVERY.mermaid()


@pytest.mark.parametrize("stage", [each.code for each in DELIVERY.states])
def test_every_step_of_a_delivery_is_decided_for_every_role(stage):
    for step in DELIVERY.moves:
        for role in Role:
            told = {
                "complete": True,
                "bast_by_ppk": step.name == "accept",
                "something_good": step.name in {"accept_short", "deem_accepted"},
            }
            if stage in step.sources and role in step.roles:
                assert DELIVERY.decide(stage, step.name, role, told) is step
                continue
            with pytest.raises(Refused) as refused:
                DELIVERY.decide(stage, step.name, role, told)
            assert refused.value.code in {"wrong_role", "wrong_state"}


def test_an_order_stands_where_its_least_advanced_delivery_stands():
    assert rolled_up(["ACCEPTED", "AWAITED", "ARRIVED"]) == "ORDERED"
    assert rolled_up(["ACCEPTED", "DISCREPANCY", "INSPECTED"]) == "DISCREPANCY"
    assert rolled_up(["ACCEPTED", "DROPPED"]) == "ACCEPTED"
    with pytest.raises(ValueError, match="berita acara"):
        rolled_up(["DROPPED"])
    assert {rolled_up([stage]) for stage in STATE_OF_STAGE} == set(RUNNING)
