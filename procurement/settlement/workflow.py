"""The life of one payment attempt. Events come more than once and in any order; the table makes the end the same.

A later word of the provider wins over an earlier one by rank (`RANK`): PENDING < AUTHORISED < FAILED < CANCELLED <
CAPTURED. EXPIRED is our own word, given when the time to pay is over; money that arrives afterwards goes to
suspense and never to escrow.
"""

from __future__ import annotations

from typing import Final

from marketplace.accounts.roles import Role
from marketplace.core.transitions import Move, MoveTable, State, move

OPEN: Final = ("CREATED", "SENT", "PENDING", "AUTHORISED", "UNKNOWN")
"""States in which money may still come; an obligation has at most one attempt in them."""

RANK: Final = {
    "CREATED": 0,
    "SENT": 1,
    "UNKNOWN": 2,
    "PENDING": 3,
    "AUTHORISED": 4,
    "FAILED": 5,
    "CANCELLED": 6,
    "CAPTURED": 7,
}


def _below(state: str) -> tuple[str, ...]:
    return tuple(code for code, rank in RANK.items() if rank < RANK[state])


def _told(name: str, label: str, target: str) -> Move:
    """A move on the provider's word: from every state of lower rank."""
    return move(name, label, sources=_below(target), target=target, roles=Role.SYSTEM, act=f"attempt.{name}")


ATTEMPT: Final = MoveTable(
    name="attempt",
    initial="CREATED",
    states=(
        State("CREATED", "Disiapkan"),
        State("SENT", "Dikirim ke penyedia pembayaran"),
        State("PENDING", "Diproses"),
        State("AUTHORISED", "Dana dijaminkan"),
        State("CAPTURED", "Dana diterima", terminal=True),
        State("FAILED", "Gagal"),
        State("EXPIRED", "Kedaluwarsa", terminal=True),
        State("CANCELLED", "Dibatalkan"),
        State("UNKNOWN", "Menunggu kepastian"),
    ),
    moves=(
        move("send", "Kirim", sources="CREATED", target="SENT", roles=Role.SYSTEM, act="attempt.send"),
        _told("lose", "Jawaban hilang", "UNKNOWN"),
        _told("await", "Sedang diproses", "PENDING"),
        _told("authorise", "Dana dijaminkan", "AUTHORISED"),
        _told("fail", "Gagal", "FAILED"),
        _told("cancel", "Dibatalkan", "CANCELLED"),
        _told("capture", "Dana diterima", "CAPTURED"),
        move(
            "expire", "Kedaluwarsa", sources=OPEN, target="EXPIRED", roles=Role.SYSTEM, act="attempt.expire"
        ),
    ),
)

MOVE_OF_OUTCOME: Final = {
    "PENDING": "await",
    "AUTHORISED": "authorise",
    "FAILED": "fail",
    "CANCELLED": "cancel",
    "CAPTURED": "capture",
    "UNKNOWN": "lose",
}
"""Which move a provider's outcome asks for."""
