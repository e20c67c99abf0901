"""The life of a mini-competition: drafted, published, opened when its time is over, evaluated, decided.

Source: handbook §3.8. One table for the door, the buttons, the tests and the diagram.
"""

from __future__ import annotations

from typing import Final

from marketplace.accounts.roles import Role
from marketplace.core.transitions import Guard, Move, MoveTable, State, move
from procurement.competition import guards

BUYERS: Final = (Role.PP, Role.PPK)
"""Who runs a competition: the PP up to a limit on the planned value, the PPK above it."""
OPENERS: Final = (*BUYERS, Role.SYSTEM)
RUNNING: Final = ("DRAFT", "PUBLISHED", "CLOSED", "EVALUATED", "FAILED")
SHOWN: Final = ("PUBLISHED", "CLOSED", "EVALUATED", "DECIDED", "CANCELLED", "FAILED")
"""What the invited may see: everything but a draft."""


def _move(
    name: str,
    label: str,
    sources: str | tuple[str, ...],
    target: str | tuple[str, ...],
    roles: tuple[Role, ...] = BUYERS,
    *extra: Guard,
    primary: bool = True,
    danger: bool = False,
) -> Move:
    return move(
        name,
        label,
        sources=sources,
        target=target,
        roles=roles,
        act=f"competition.{name}",
        guards=(guards.the_buyer, *extra),
        primary=primary,
        danger=danger,
    )


COMPETITION: Final = MoveTable(
    name="competition",
    initial="DRAFT",
    states=(
        State("DRAFT", "Rancangan"),
        State("PUBLISHED", "Penawaran dibuka"),
        State("CLOSED", "Evaluasi penawaran"),
        State("EVALUATED", "Menunggu penetapan", timer="timer.competition_decision"),
        State("DECIDED", "Pemenang ditetapkan", terminal=True),
        State("CANCELLED", "Dibatalkan", terminal=True),
        State("FAILED", "Gagal"),
    ),
    moves=(
        _move("publish", "Umumkan", "DRAFT", "PUBLISHED"),
        # to "failed" when nobody offered: that alone may be extended
        _move("open", "Buka penawaran", "PUBLISHED", ("CLOSED", "FAILED"), OPENERS, guards.closing_passed),
        _move("extend", "Perpanjang", "FAILED", "PUBLISHED", BUYERS, guards.never_opened),
        _move("conclude", "Selesaikan evaluasi", "CLOSED", "EVALUATED", BUYERS, guards.all_judged),
        _move("decide", "Tetapkan pemenang", "EVALUATED", "DECIDED", BUYERS, guards.some_winner),
        _move("give_up", "Nyatakan gagal", "EVALUATED", "FAILED", BUYERS, guards.no_winner),
        _move("cancel", "Batalkan", RUNNING, "CANCELLED", BUYERS, primary=False, danger=True),
    ),
)
