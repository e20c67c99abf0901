"""The lives of money that did not fit and of refunds. Two persons decide about both.

A provider's later word about a refund wins by rank: SENT < UNKNOWN < ACCEPTED < DONE < FAILED. A refund that failed
after it was told done is not done: the money came back to us.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from marketplace.accounts.roles import SEGREGATION_BASIS, Role
from marketplace.core.transitions import MoveTable, Refused, State, move

DECIDERS: Final = (Role.TREASURER, Role.OPERATOR)
"""Who proposes and who agrees; never the same person for one sum."""


def another_person(facts: Mapping[str, Any]) -> Refused | None:
    """Who proposed does not agree."""
    if facts.get("proposed_by") is None or facts["proposed_by"] != facts.get("actor"):
        return None
    return Refused(
        "money.same_person",
        "Usulan ini dari Anda sendiri, jadi harus diputuskan orang lain.",
        rule=SEGREGATION_BASIS,
        fix="Minta bendahara atau operator lain memutuskannya.",
    )


UNMATCHED: Final = MoveTable(
    name="unmatched",
    initial="OPEN",
    beginnings=("PROPOSED",),
    states=(
        State("OPEN", "Belum diputuskan", timer="timer.unmatched"),
        State("PROPOSED", "Menunggu orang kedua", timer="timer.unmatched"),
        State("RESOLVED", "Selesai diputuskan"),
    ),
    moves=(
        move("take", "Tangani", sources="OPEN", target="OPEN", roles=DECIDERS, act="unmatched.take"),
        move(
            "propose", "Usulkan", sources="OPEN", target="PROPOSED", roles=DECIDERS, act="unmatched.propose"
        ),
        move(
            "demand",
            "Kembalikan menurut aturan",
            sources="OPEN",
            target="PROPOSED",
            roles=Role.SYSTEM,
            act="unmatched.demand",
        ),
        move(
            "agree",
            "Setujui usulan",
            sources="PROPOSED",
            target="RESOLVED",
            roles=DECIDERS,
            act="unmatched.agree",
            guards=[another_person],
        ),
        move(
            "turn_down",
            "Tolak usulan",
            sources="PROPOSED",
            target="OPEN",
            roles=DECIDERS,
            act="unmatched.turn_down",
            danger=True,
        ),
        move(
            "settle",
            "Selesai dengan sendirinya",
            sources=("OPEN", "PROPOSED"),
            target="RESOLVED",
            roles=Role.SYSTEM,
            act="unmatched.settle",
        ),
        move(
            "reopen",
            "Buka kembali",
            sources="RESOLVED",
            target="OPEN",
            roles=Role.SYSTEM,
            act="unmatched.reopen",
        ),
    ),
)

REFUND: Final = MoveTable(
    name="refund",
    initial="REQUESTED",
    beginnings=("DONE", "FAILED"),
    states=(
        State("REQUESTED", "Menunggu persetujuan"),
        State("APPROVED", "Disetujui"),
        State("SENT", "Dikirim ke penyedia pembayaran"),
        State("UNKNOWN", "Menunggu kepastian"),
        State("ACCEPTED", "Diproses penyedia pembayaran"),
        State("DONE", "Dikembalikan"),
        State("FAILED", "Gagal", terminal=True),
        State("REJECTED", "Ditolak", terminal=True),
    ),
    moves=(
        move(
            "approve",
            "Setujui pengembalian",
            sources="REQUESTED",
            target="APPROVED",
            roles=DECIDERS,
            act="refund.approve",
            guards=[another_person],
        ),
        move(
            "reject",
            "Tolak pengembalian",
            sources="REQUESTED",
            target="REJECTED",
            roles=(*DECIDERS, Role.SYSTEM),
            act="refund.reject",
            danger=True,
        ),
        move("send", "Kirim", sources="APPROVED", target="SENT", roles=Role.SYSTEM, act="refund.send"),
        move(
            "lose", "Jawaban hilang", sources="SENT", target="UNKNOWN", roles=Role.SYSTEM, act="refund.lose"
        ),
        move(
            "accept",
            "Sedang diproses",
            sources=("APPROVED", "SENT", "UNKNOWN"),
            target="ACCEPTED",
            roles=Role.SYSTEM,
            act="refund.accept",
        ),
        move(
            "finish",
            "Dikembalikan",
            sources=("APPROVED", "SENT", "UNKNOWN", "ACCEPTED"),
            target="DONE",
            roles=Role.SYSTEM,
            act="refund.finish",
        ),
        move(
            "fail",
            "Gagal",
            sources=("APPROVED", "SENT", "UNKNOWN", "ACCEPTED", "DONE"),
            target="FAILED",
            roles=Role.SYSTEM,
            act="refund.fail",
        ),
    ),
)

UNDER_WAY: Final = ("APPROVED", "SENT", "UNKNOWN", "ACCEPTED")
"""States of a refund whose money is set aside and not yet gone."""
