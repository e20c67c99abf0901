"""The life of an order, from submission to closing: one table for the door, the buttons, the tests, the diagram.

Source: handbook §7, rows 5 to 17 and X. Delivery moves are taken by `procurement.fulfilment`, payment moves by
`procurement.settlement`; both pass the same door with this table.
"""

from __future__ import annotations

from typing import Final

from marketplace.accounts.roles import Role
from marketplace.core.transitions import Guard, Move, MoveTable, State
from marketplace.core.transitions import move as plain_move
from procurement.purchasing import guards

AWAITING: Final = ("AWAITING_PPK", "AWAITING_VENDOR")
"""Before the vendor binds itself: the order can still be dropped freely."""
RUNNING: Final = ("ORDERED", "SHIPPED", "DELIVERED", "INSPECTED", "DISCREPANCY")
"""Bound by both, not yet accepted: ends early only with a *berita acara*."""
OWED: Final = ("ACCEPTED", "INVOICED", "VERIFIED", "PAYMENT_APPROVED")
"""Accepted by both: the money is owed until it is paid."""
PAID: Final = ("PAID", "TAX_SETTLED", "CLOSED")
DROPPED: Final = ("CANCELLED", "EXPIRED", "STOPPED", "TERMINATED")
"""Ended without a payment; holds no budget and no stock."""


def _move(
    name: str,
    label: str,
    sources: str | tuple[str, ...],
    target: str,
    roles: Role | tuple[Role, ...],
    *extra: Guard,
    primary: bool = True,
    danger: bool = False,
) -> Move:
    """A move of an order: every one asks first whether the actor is a party and holds no other duty."""
    return plain_move(
        name,
        label,
        sources=sources,
        target=target,
        roles=roles,
        act=f"purchase.{name}",
        guards=(guards.a_party, guards.segregated, *extra),
        primary=primary,
        danger=danger,
    )


PURCHASE: Final = MoveTable(
    name="purchase",
    initial="AWAITING_PPK",
    states=(
        State("AWAITING_PPK", "Menunggu Persetujuan PPK", timer="timer.awaiting_ppk"),
        State("AWAITING_VENDOR", "Menunggu Konfirmasi Penyedia", timer="timer.awaiting_vendor"),
        State("ORDERED", "Pesanan Diproses"),
        State("SHIPPED", "Dikirim"),
        State("DELIVERED", "Pesanan Tiba", timer="timer.inspection"),
        State("INSPECTED", "Pemeriksaan Tepat Guna", timer="timer.bast_vendor"),
        State("DISCREPANCY", "Ketidaksesuaian", timer="timer.discrepancy"),
        State("ACCEPTED", "BAST", timer="timer.invoice"),
        State("INVOICED", "Tagihan", timer="timer.verification"),
        State("VERIFIED", "Verifikasi", timer="timer.payment_approval"),
        State("PAYMENT_APPROVED", "Persetujuan Bayar"),
        State("PAID", "Dibayar"),
        State("TAX_SETTLED", "Pajak Disetor", timer="timer.closing"),
        State("CLOSED", "Selesai", terminal=True),
        State("CANCELLED", "Batal", terminal=True),
        State("EXPIRED", "Kedaluwarsa", terminal=True),
        State("STOPPED", "Dihentikan", terminal=True),
        State("TERMINATED", "Diputus", terminal=True),
    ),
    moves=(
        # ── ordering ──
        _move("approve", "Setujui pesanan", "AWAITING_PPK", "AWAITING_VENDOR", Role.PPK),
        _move("refuse", "Tolak pesanan", "AWAITING_PPK", "CANCELLED", Role.PPK, primary=False, danger=True),
        _move(
            "cancel",
            "Batalkan pesanan",
            AWAITING,
            "CANCELLED",
            (Role.PP, Role.PPK),
            primary=False,
            danger=True,
        ),
        _move("confirm", "Terima pesanan", "AWAITING_VENDOR", "ORDERED", Role.VENDOR),
        _move(
            "decline",
            "Tidak dapat memenuhi",
            "AWAITING_VENDOR",
            "CANCELLED",
            Role.VENDOR,
            primary=False,
            danger=True,
        ),
        _move("lapse", "Kedaluwarsa", AWAITING, "EXPIRED", Role.SYSTEM),
        # ── delivery ──
        _move("ship", "Kirim barang", "ORDERED", "SHIPPED", Role.VENDOR),
        _move("receive", "Catat penerimaan", "SHIPPED", "DELIVERED", Role.RECEIVER),
        _move("inspect", "Nyatakan sesuai", "DELIVERED", "INSPECTED", Role.PPK, guards.arrived_whole),
        _move(
            "report_discrepancy",
            "Laporkan ketidaksesuaian",
            "DELIVERED",
            "DISCREPANCY",
            (Role.PPK, Role.RECEIVER),
            primary=False,
        ),
        _move("replace", "Minta pengiriman pengganti", "DISCREPANCY", "ORDERED", Role.PPK),
        _move(
            "accept_short",
            "Terima sebagian",
            ("DISCREPANCY", "ORDERED"),
            "INSPECTED",
            Role.PPK,
            guards.something_good,
            primary=False,
        ),
        _move(
            "reject_goods", "Tolak barang", "DISCREPANCY", "TERMINATED", Role.PPK, primary=False, danger=True
        ),
        _move("sign_bast", "Tanda tangani BAST", "INSPECTED", "INSPECTED", Role.PPK, guards.unsigned_by_ppk),
        _move("accept", "Tanda tangani BAST", "INSPECTED", "ACCEPTED", Role.VENDOR, guards.signed_by_ppk),
        _move(
            "stop",
            "Hentikan pesanan",
            RUNNING,
            "STOPPED",
            Role.PPK,
            guards.nothing_good,
            primary=False,
            danger=True,
        ),
        _move(
            "terminate",
            "Putuskan pesanan",
            RUNNING,
            "TERMINATED",
            Role.PPK,
            guards.nothing_good,
            primary=False,
            danger=True,
        ),
        # ── payment ──
        _move("invoice", "Ajukan tagihan", "ACCEPTED", "INVOICED", Role.VENDOR),
        _move("verify", "Verifikasi tagihan", "INVOICED", "VERIFIED", (Role.PPK_SKPD, Role.PPTK)),
        _move(
            "return_invoice",
            "Kembalikan tagihan",
            "INVOICED",
            "ACCEPTED",
            (Role.PPK_SKPD, Role.PPTK),
            primary=False,
        ),
        _move("approve_payment", "Setujui pembayaran", "VERIFIED", "PAYMENT_APPROVED", (Role.PA, Role.KPA)),
        _move("pay", "Catat pembayaran", "PAYMENT_APPROVED", "PAID", Role.SYSTEM),
        _move("settle_tax", "Catat setoran pajak", "PAID", "TAX_SETTLED", (Role.TREASURER, Role.SYSTEM)),
        _move("close", "Tutup pesanan", "TAX_SETTLED", "CLOSED", (Role.PPK, Role.SYSTEM)),
    ),
)


def holders(state: str) -> tuple[Role, ...]:
    """Who must act next from `state`: the roles of its primary moves, people before the system."""
    roles = {
        Role(role) for each in PURCHASE.moves if state in each.sources and each.primary for role in each.roles
    }
    people = sorted(roles - {Role.SYSTEM})
    return tuple(people) or tuple(roles)


def states_held_by(role: Role) -> frozenset[str]:
    """The states in which `role` is the one to act next."""
    return frozenset(
        source for each in PURCHASE.moves if each.primary and role in each.roles for source in each.sources
    )
