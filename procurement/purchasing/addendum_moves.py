"""The life of an addendum: proposed by one side, answered by the other, or left until it lapses. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from marketplace.accounts.roles import Role
from marketplace.core.transitions import Guard, Move, MoveTable, Refused, State, move
from procurement.purchasing import guards


def theirs(facts: Mapping[str, Any]) -> Refused | None:
    """Who proposed does not answer."""
    if facts["side"] != _side(facts):
        return None
    return Refused(
        "not_your_turn",
        "Adendum ini usulan pihak Anda; pihak lain yang menjawab.",
        fix="Tunggu jawabannya, atau tarik usulan ini.",
    )


def ours(facts: Mapping[str, Any]) -> Refused | None:
    """Only who proposed takes a proposal back."""
    if facts["side"] == _side(facts):
        return None
    return Refused(
        "not_your_turn",
        "Adendum ini usulan pihak lain.",
        fix="Sepakati atau tolak usulan itu.",
    )


def _side(facts: Mapping[str, Any]) -> str:
    return "VENDOR" if facts["role"] == Role.VENDOR else "BUYER"


def _move(
    name: str,
    label: str,
    target: str,
    roles: Role | tuple[Role, ...],
    *extra: Guard,
    primary: bool = True,
    danger: bool = False,
) -> Move:
    return move(
        name,
        label,
        sources="PROPOSED",
        target=target,
        roles=roles,
        act=f"addendum.{name}",
        guards=(guards.a_party, guards.segregated, *extra),
        primary=primary,
        danger=danger,
    )


SIDES: Final = (Role.PPK, Role.VENDOR)

ADDENDUM: Final = MoveTable(
    name="addendum",
    initial="PROPOSED",
    states=(
        State("PROPOSED", "Diusulkan", timer="timer.addendum"),
        State("AGREED", "Disepakati", terminal=True),
        State("REJECTED", "Ditolak", terminal=True),
        State("WITHDRAWN", "Ditarik", terminal=True),
        State("EXPIRED", "Kedaluwarsa", terminal=True),
    ),
    moves=(
        _move("agree", "Sepakati adendum", "AGREED", SIDES, theirs),
        _move("reject", "Tolak adendum", "REJECTED", SIDES, theirs, primary=False, danger=True),
        _move("withdraw", "Tarik usulan adendum", "WITHDRAWN", SIDES, ours, primary=False),
        _move("lapse", "Kedaluwarsa", "EXPIRED", Role.SYSTEM),
    ),
)
