"""The life of an exception, and of what one person proposes and another confirms."""

from __future__ import annotations

from typing import Final

from marketplace.accounts.roles import Role
from marketplace.core.transitions import MoveTable, State, move

KEEPERS: Final = (Role.TREASURER, Role.OPERATOR)
"""Who works on statements: the unit's treasurer, and the operator for the accounts of the region."""
CONFIRMERS: Final = (Role.TREASURER, Role.OPERATOR, Role.PPK_SKPD)
"""Who may be the second person."""

DISCREPANCY: Final = MoveTable(
    name="discrepancy",
    initial="OPEN",
    states=(
        State("OPEN", "Perlu dijelaskan", timer="reconciliation.discrepancy_days"),
        State("MATCHED", "Selesai: dicocokkan", terminal=True),
        State("SUPERSEDED", "Diganti pengecualian lain", terminal=True),
        State("DECIDED", "Selesai: dijelaskan dua orang", terminal=True),
    ),
    moves=(
        move(
            "match",
            "Cocok",
            sources="OPEN",
            target="MATCHED",
            roles=(Role.SYSTEM, *CONFIRMERS),
            act="discrepancy.match",
        ),
        move(
            "supersede",
            "Ganti",
            sources="OPEN",
            target="SUPERSEDED",
            roles=(Role.SYSTEM, *CONFIRMERS),
            act="discrepancy.supersede",
        ),
        move(
            "decide",
            "Selesaikan",
            sources="OPEN",
            target="DECIDED",
            roles=CONFIRMERS,
            act="discrepancy.decide",
        ),
    ),
)

PROPOSAL: Final = MoveTable(
    name="proposal",
    initial="PROPOSED",
    states=(
        State("PROPOSED", "Menunggu orang kedua", timer="reconciliation.proposal_days"),
        State("CONFIRMED", "Disetujui", terminal=True),
        State("DECLINED", "Ditolak", terminal=True),
    ),
    moves=(
        move(
            "confirm",
            "Setujui",
            sources="PROPOSED",
            target="CONFIRMED",
            roles=CONFIRMERS,
            act="proposal.confirm",
        ),
        move(
            "decline",
            "Tolak",
            sources="PROPOSED",
            target="DECLINED",
            roles=CONFIRMERS,
            act="proposal.decline",
            primary=False,
        ),
    ),
)
