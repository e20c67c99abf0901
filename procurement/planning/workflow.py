"""The moves of a RUP package: PA/KPA hands it to a PPK, the PPK prepares it and hands it to a PP."""

from __future__ import annotations

from marketplace.accounts.roles import Role
from marketplace.core.transitions import MoveTable, State, move
from procurement.planning import guards

PACKAGE = MoveTable(
    name="package",
    initial="PLANNED",
    states=(
        State("PLANNED", "RUP terumumkan"),
        State("ASSIGNED", "Disposisi", timer="timer.disposition"),
        State("PREPARED", "Siap dibelanjakan"),
        State("CLOSED", "Ditutup", terminal=True),
    ),
    moves=(
        move(
            "dispose",
            "Disposisi ke PPK",
            sources="PLANNED",
            target="ASSIGNED",
            roles=(Role.PA, Role.KPA),
            act="package.dispose",
            guards=(guards.announced, guards.has_budget),
        ),
        move(
            "prepare",
            "Tetapkan KAK dan HPS",
            sources="ASSIGNED",
            target="PREPARED",
            roles=Role.PPK,
            act="package.prepare",
            guards=(guards.announced, guards.two_persons, guards.hps_within_pagu),
        ),
        move(
            "reassign",
            "Alihkan ke PPK lain",
            sources=("ASSIGNED", "PREPARED"),
            target="ASSIGNED",
            roles=(Role.PA, Role.KPA),
            act="package.reassign",
            guards=(guards.announced,),
            primary=False,
        ),
        move(
            "revise",
            "Buka kembali persiapan",
            sources="PREPARED",
            target="ASSIGNED",
            roles=Role.PPK,
            act="package.revise",
            guards=(guards.nothing_under_way,),
            primary=False,
        ),
        move(
            "close",
            "Tutup paket",
            sources=("PLANNED", "ASSIGNED", "PREPARED"),
            target="CLOSED",
            roles=(Role.PA, Role.KPA),
            act="package.close",
            guards=(guards.nothing_under_way,),
            primary=False,
            danger=True,
        ),
    ),
)
