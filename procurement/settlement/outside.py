"""The life of a payment made outside the system: one proposes, a second examines, a third approves. Pure."""

from __future__ import annotations

from typing import Final

from marketplace.accounts.roles import Role
from marketplace.core.transitions import MoveTable, State, move

OPEN_OUTSIDE: Final = ("PROPOSED", "EXAMINED")
"""Nobody has decided yet: the order is paid in no other way meanwhile."""
STANDING: Final = (*OPEN_OUTSIDE, "APPROVED")
"""At most one of these for an order."""

OUTSIDE: Final = MoveTable(
    name="outside_payment",
    initial="PROPOSED",
    states=(
        State("PROPOSED", "Menunggu pemeriksaan PPK-SKPD", timer="timer.verification"),
        State("EXAMINED", "Menunggu persetujuan PA/KPA", timer="timer.payment_approval"),
        State("APPROVED", "Disetujui", terminal=True),
        State("REJECTED", "Ditolak", terminal=True),
        State("WITHDRAWN", "Ditarik bendahara", terminal=True),
    ),
    moves=(
        move(
            "examine",
            "Nyatakan bukti sesuai",
            sources="PROPOSED",
            target="EXAMINED",
            roles=Role.PPK_SKPD,
            act="outside.examine",
        ),
        move(
            "approve",
            "Setujui pembayaran di luar sistem",
            sources="EXAMINED",
            target="APPROVED",
            roles=(Role.PA, Role.KPA),
            act="outside.approve",
        ),
        move(
            "reject",
            "Tolak",
            sources=OPEN_OUTSIDE,
            target="REJECTED",
            roles=(Role.PPK_SKPD, Role.PA, Role.KPA),
            act="outside.reject",
            primary=False,
            danger=True,
        ),
        move(
            "withdraw",
            "Tarik kembali",
            sources="PROPOSED",
            target="WITHDRAWN",
            roles=Role.TREASURER,
            act="outside.withdraw",
            primary=False,
        ),
    ),
)
