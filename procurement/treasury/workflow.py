"""How a request for money of the regional treasury moves: NPD → SPP → verification → SPM → SP2D. Pure.

Source: PP 12/2019 and Permendagri 77/2020 (handbook §4.2). UP and GU begin as SPP: the treasurer asks for the imprest.
"""

from __future__ import annotations

from typing import Final

from marketplace.accounts.roles import Role
from marketplace.core.transitions import MoveTable, State, move

RETURNED: Final = "RETURNED"
PAID_OUT: Final = ("SP2D", "TU_OPEN", "ACCOUNTED")
"""The SP2D is verified: the money has left the treasury."""

REQUEST: Final = MoveTable(
    "payment_request",
    states=(
        State("NPD", "NPD menunggu SPP", timer="timer.spp"),
        State("SPP", "SPP menunggu verifikasi", timer="timer.spp_verification"),
        State("VERIFIED", "Menunggu SPM", timer="timer.spm"),
        State("SPM", "Menunggu SP2D", timer="timer.disbursement"),
        State("SP2D_RECORDED", "SP2D menunggu verifikasi", timer="timer.disbursement_verification"),
        State("SP2D", "SP2D terbit", terminal=True),
        State("TU_OPEN", "TU belum dipertanggungjawabkan"),
        State("ACCOUNTED", "TU dipertanggungjawabkan", terminal=True),
        State("RETURNED", "Dikembalikan", terminal=True),
    ),
    moves=(
        move(
            "spp",
            "Terbitkan SPP",
            sources="NPD",
            target="SPP",
            roles=Role.TREASURER,
            act="payment_request.spp",
        ),
        move(
            "verify",
            "Nyatakan lengkap",
            sources="SPP",
            target="VERIFIED",
            roles=Role.PPK_SKPD,
            act="payment_request.verify",
        ),
        move(
            "sign",
            "Tanda tangani SPM",
            sources="VERIFIED",
            target="SPM",
            roles=(Role.PA, Role.KPA),
            act="payment_request.sign",
        ),
        move(
            "record_sp2d",
            "Catat SP2D",
            sources="SPM",
            target="SP2D_RECORDED",
            roles=Role.TREASURER,
            act="payment_request.record_sp2d",
        ),
        move(
            "verify_sp2d",
            "Nyatakan SP2D sesuai",
            sources="SP2D_RECORDED",
            target=("SP2D", "TU_OPEN"),
            roles=Role.PPK_SKPD,
            act="payment_request.verify_sp2d",
        ),
        move(
            "account",
            "Pertanggungjawabkan TU",
            sources="TU_OPEN",
            target="ACCOUNTED",
            roles=Role.TREASURER,
            act="payment_request.account",
        ),
        move(
            "return_npd",
            "Kembalikan NPD",
            sources="NPD",
            target="RETURNED",
            roles=Role.TREASURER,
            act="payment_request.return",
            primary=False,
            danger=True,
        ),
        move(
            "return_spp",
            "Kembalikan SPP",
            sources="SPP",
            target="RETURNED",
            roles=Role.PPK_SKPD,
            act="payment_request.return",
            primary=False,
            danger=True,
        ),
        move(
            "return_spm",
            "Tolak penerbitan SPM",
            sources="VERIFIED",
            target="RETURNED",
            roles=(Role.PA, Role.KPA),
            act="payment_request.return",
            primary=False,
            danger=True,
        ),
    ),
    initial="NPD",
    beginnings=("SPP",),
)
