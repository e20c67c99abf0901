"""The life of a red flag: raised by a rule, looked at by an auditor, answered by an officer, closed with reasons.

Source: handbook §9.2: a flag is an invitation to look, never proof; the flagged officer sees it once it is reviewed.
"""

from __future__ import annotations

from typing import Final

from marketplace.accounts.roles import Role
from marketplace.core.transitions import MoveTable, State, move
from procurement.redflags import guards

ANSWERERS: Final = (Role.PP, Role.PPK, Role.PA, Role.KPA)
"""Who may be asked: the officers of the unit."""
OPEN: Final = ("NEW", "IN_REVIEW", "ESCALATED")

RED_FLAG: Final = MoveTable(
    name="red_flag",
    initial="NEW",
    states=(
        State("NEW", "Baru"),
        State("IN_REVIEW", "Ditinjau", timer="timer.flag_review"),
        State("ESCALATED", "Ditingkatkan"),
        State("CLEARED", "Ditutup", terminal=True),
        State("SUPERSEDED", "Diganti temuan lebih baru", terminal=True),
    ),
    moves=(
        move(
            "take_up",
            "Mulai tinjau",
            sources="NEW",
            target="IN_REVIEW",
            roles=Role.AUDITOR,
            act="red_flag.take_up",
            guards=(guards.the_regions_auditor,),
        ),
        move(
            "ask",
            "Minta penjelasan",
            sources="IN_REVIEW",
            target="IN_REVIEW",
            roles=Role.AUDITOR,
            act="red_flag.ask",
            guards=(guards.the_regions_auditor, guards.somebody_to_ask, guards.not_asked_yet),
        ),
        move(
            "answer",
            "Jawab",
            sources="IN_REVIEW",
            target="IN_REVIEW",
            roles=ANSWERERS,
            act="red_flag.answer",
            guards=(guards.asked_officer, guards.not_answered_yet),
        ),
        move(
            "clear",
            "Tutup dengan alasan",
            sources=("IN_REVIEW", "ESCALATED"),
            target="CLEARED",
            roles=Role.AUDITOR,
            act="red_flag.clear",
            guards=(guards.the_regions_auditor,),
            primary=False,
        ),
        move(
            "escalate",
            "Tingkatkan",
            sources="IN_REVIEW",
            target="ESCALATED",
            roles=Role.AUDITOR,
            act="red_flag.escalate",
            guards=(guards.the_regions_auditor,),
            primary=False,
            danger=True,
        ),
        move(
            "supersede",
            "Ganti",
            sources="NEW",
            target="SUPERSEDED",
            roles=Role.SYSTEM,
            act="red_flag.supersede",
        ),
    ),
)
