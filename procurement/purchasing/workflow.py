"""The life of an order, from submission to closing: one table for the door, the buttons, the tests, the diagram.

Source: handbook §7, rows 4 to 17 and X. Delivery moves are taken by `procurement.fulfilment`, payment moves by
`procurement.settlement`; both pass the same door with this table. While an order runs, each of its deliveries
stands at a stage of its own (`DELIVERY`), and the order's state is what all of them roll up to.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Final

from marketplace.accounts.roles import Role
from marketplace.core.transitions import Guard, Move, MoveTable, State
from marketplace.core.transitions import move as plain_move
from procurement.purchasing import guards

BEFORE_APPROVAL: Final = ("NEGOTIATING", "AWAITING_PPK")
"""Agreed by nobody yet: what is asked for may still change."""
AWAITING: Final = (*BEFORE_APPROVAL, "AWAITING_VENDOR")
"""Before the vendor binds itself: the order can still be dropped freely."""
RUNNING: Final = ("ORDERED", "SHIPPED", "DELIVERED", "INSPECTED", "DISCREPANCY")
"""Bound by both, not yet accepted: ends early only with a *berita acara*."""
OWED: Final = ("ACCEPTED", "INVOICED", "VERIFIED", "PAYMENT_APPROVED")
"""Accepted by both: the money is owed until it is paid."""
PAID: Final = ("PAID", "TAX_SETTLED", "CLOSED")
PAYMENT_STEPS: Final = {
    "ACCEPTED": "payment.until.invoice",
    "INVOICED": "payment.until.verification",
    "VERIFIED": "payment.until.approval",
    "PAYMENT_APPROVED": "payment.until.payment",
    "PAID": "payment.days_after_bast",
}
"""Each step from BAST to money, and the dated parameter that says by which working day after the BAST it ends."""
DROPPED: Final = ("CANCELLED", "EXPIRED", "STOPPED", "TERMINATED")
"""Ended without a payment; holds no budget and no stock."""


def _move(
    name: str,
    label: str,
    sources: str | tuple[str, ...],
    target: str | tuple[str, ...],
    roles: Role | tuple[Role, ...],
    *extra: Guard,
    first: tuple[Guard, ...] = (guards.a_party, guards.segregated),
    primary: bool = True,
    danger: bool = False,
) -> Move:
    """A move of an order: every one asks first whether the actor is a party and holds no other duty.

    A step of one delivery asks nothing `first`: the order's move of the same name has asked already.
    """
    return plain_move(
        name,
        label,
        sources=sources,
        target=target,
        roles=roles,
        act=f"purchase.{name}",
        guards=(*first, *extra),
        primary=primary,
        danger=danger,
    )


_step: Final = partial(_move, first=())

UNDER_WAY: Final = ("AWAITED", "SHIPPED", "ARRIVED", "INSPECTED", "DISCREPANCY")
"""Stages of a delivery that has not come to its end."""

DELIVERY: Final = MoveTable(
    name="delivery",
    initial="AWAITED",
    states=(
        State("AWAITED", "Disiapkan penyedia"),
        State("SHIPPED", "Dalam pengiriman"),
        State("ARRIVED", "Tiba", timer="timer.inspection"),
        State("DISCREPANCY", "Ketidaksesuaian", timer="timer.discrepancy"),
        State("INSPECTED", "Diperiksa, menunggu BAST", timer="timer.bast_vendor"),
        State("ACCEPTED", "BAST", terminal=True),
        State("DROPPED", "Tidak dilanjutkan", terminal=True),
    ),
    moves=(
        _step("ship", "Kirim barang", "AWAITED", "SHIPPED", Role.VENDOR),
        # what has not been sent yet is awaited further; only then is there something to inspect
        _step("receive", "Catat penerimaan", "SHIPPED", ("ARRIVED", "AWAITED"), Role.RECEIVER),
        _step("inspect", "Nyatakan sesuai", "ARRIVED", "INSPECTED", Role.PPK, guards.arrived_whole),
        _step(
            "report_discrepancy",
            "Laporkan ketidaksesuaian",
            "ARRIVED",
            "DISCREPANCY",
            (Role.PPK, Role.RECEIVER),
            primary=False,
        ),
        _step(
            "comment",
            "Tanggapi ketidaksesuaian",
            "DISCREPANCY",
            "DISCREPANCY",
            Role.VENDOR,
            guards.not_yet_heard,
            primary=False,
        ),
        _step("replace", "Minta pengiriman pengganti", "DISCREPANCY", "AWAITED", Role.PPK),
        _step(
            "accept_short",
            "Terima sebagian",
            ("DISCREPANCY", "AWAITED"),
            "INSPECTED",
            Role.PPK,
            guards.something_good,
            primary=False,
        ),
        _step("reject_goods", "Tolak barang", "DISCREPANCY", "DROPPED", Role.PPK, primary=False, danger=True),
        _step("sign_bast", "Tanda tangani BAST", "INSPECTED", "INSPECTED", Role.PPK, guards.unsigned_by_ppk),
        _step("accept", "Tanda tangani BAST", "INSPECTED", "ACCEPTED", Role.VENDOR, guards.signed_by_ppk),
        # the buyer was silent past the dated deadline: what was counted sound counts as accepted
        _step(
            "deem_accepted",
            "Dianggap diterima",
            ("ARRIVED", "INSPECTED"),
            "ACCEPTED",
            Role.SYSTEM,
            guards.something_good,
        ),
        _step("stop", "Hentikan", UNDER_WAY, "DROPPED", Role.PPK, guards.nothing_good, primary=False),
        _step("terminate", "Putuskan", UNDER_WAY, "DROPPED", Role.PPK, guards.nothing_good, primary=False),
    ),
)
"""What happens to one delivery of an order (an address, a part, or a milestone of a service)."""

STEPS: Final = frozenset(step.name for step in DELIVERY.moves) - {"stop", "terminate"}
"""Moves of an order that concern one delivery; an ending concerns the whole order."""

STATE_OF_STAGE: Final = {
    "AWAITED": "ORDERED",
    "SHIPPED": "SHIPPED",
    "ARRIVED": "DELIVERED",
    "DISCREPANCY": "DISCREPANCY",
    "INSPECTED": "INSPECTED",
}
"""The order's state while its least advanced delivery stands at that stage, the least advanced first."""


def rolled_up(stages: Iterable[str]) -> str:
    """The order's state from the stages of its deliveries: the least advanced one under way decides.

    ACCEPTED when all have come to an end and something was accepted; ValueError when nothing was.
    """
    found = set(stages)
    for stage, state in STATE_OF_STAGE.items():
        if stage in found:
            return state
    if "ACCEPTED" in found:
        return "ACCEPTED"
    raise ValueError("an order whose deliveries were all dropped ends by a berita acara")


def _delivery_move(name: str, *, ends: tuple[str, ...] = ()) -> Move:
    """The order's side of a delivery's step: open while some delivery may take it, leads where all then roll up to."""
    step = DELIVERY.move(name)
    return _move(
        name,
        step.label,
        RUNNING,
        (*RUNNING, *ends),
        tuple(Role(role) for role in sorted(step.roles)),
        guards.delivery_may(DELIVERY, name),
        primary=step.primary,
        danger=step.danger,
    )


PURCHASE: Final = MoveTable(
    name="purchase",
    initial="AWAITING_PPK",
    beginnings=("NEGOTIATING",),
    groups={"RUNNING": RUNNING},
    states=(
        State("NEGOTIATING", "Negosiasi", timer="timer.negotiation"),
        State("AWAITING_PPK", "Menunggu Persetujuan PPK", timer="timer.awaiting_ppk"),
        State("AWAITING_VENDOR", "Menunggu Konfirmasi Penyedia", timer="timer.awaiting_vendor"),
        State("ORDERED", "Pesanan Diproses"),
        State("SHIPPED", "Dikirim"),
        State("DELIVERED", "Pesanan Tiba"),
        State("INSPECTED", "Pemeriksaan Tepat Guna"),
        State("DISCREPANCY", "Ketidaksesuaian"),
        State("ACCEPTED", "BAST", timer="timer.invoice"),
        State("INVOICED", "Tagihan", timer="timer.verification"),
        State("VERIFIED", "Verifikasi", timer="timer.payment_approval"),
        State("PAYMENT_APPROVED", "Persetujuan Bayar", timer="timer.payment_order"),
        State("PAID", "Dibayar", timer="timer.transfer"),
        State("TAX_SETTLED", "Pajak Disetor", timer="timer.closing"),
        State("CLOSED", "Selesai", terminal=True),
        State("CANCELLED", "Batal", terminal=True),
        State("EXPIRED", "Kedaluwarsa", terminal=True),
        State("STOPPED", "Dihentikan", terminal=True),
        State("TERMINATED", "Diputus", terminal=True),
    ),
    moves=(
        # ── negotiation ──
        _move(
            "counter",
            "Ajukan tawaran balasan",
            "NEGOTIATING",
            "NEGOTIATING",
            (Role.PP, Role.PPK, Role.VENDOR),
            guards.turn_to_answer,
            primary=False,
        ),
        _move(
            "agree",
            "Setujui tawaran",
            "NEGOTIATING",
            "AWAITING_PPK",
            (Role.PP, Role.PPK, Role.VENDOR),
            guards.turn_to_answer,
        ),
        # ── ordering ──
        _move(
            "endorse",
            "Setujui sebagai pejabat kedua",
            "AWAITING_PPK",
            "AWAITING_PPK",
            (Role.PA, Role.KPA),
            guards.endorsement_wanted,
            guards.another_person,
            primary=False,
        ),
        _move(
            "lift_hold",
            "Lepas penahanan",
            "AWAITING_PPK",
            "AWAITING_PPK",
            Role.AUDITOR,
            guards.held_back,
            primary=False,
        ),
        _move(
            "approve",
            "Setujui pesanan",
            "AWAITING_PPK",
            "AWAITING_VENDOR",
            Role.PPK,
            guards.not_held_back,
            guards.endorsed,
        ),
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
            ("NEGOTIATING", "AWAITING_VENDOR"),
            "CANCELLED",
            Role.VENDOR,
            primary=False,
            danger=True,
        ),
        _move("lapse", "Kedaluwarsa", AWAITING, "EXPIRED", Role.SYSTEM),
        # ── delivery ──
        _delivery_move("ship"),
        _delivery_move("receive"),
        _delivery_move("inspect"),
        _delivery_move("report_discrepancy"),
        _delivery_move("comment"),
        _delivery_move("replace"),
        _delivery_move("accept_short"),
        _delivery_move("reject_goods", ends=("ACCEPTED", "TERMINATED")),
        _delivery_move("sign_bast"),
        _delivery_move("accept", ends=("ACCEPTED",)),
        _delivery_move("deem_accepted", ends=("ACCEPTED",)),
        # an addendum changes what was agreed, not where the order stands
        _move("amend", "Usulkan adendum", RUNNING, RUNNING, (Role.PPK, Role.VENDOR), primary=False),
        # a warning letter leaves the order where it stands
        _move("warn", "Beri surat peringatan", RUNNING, RUNNING, Role.PPK, primary=False),
        _move(
            "stop",
            "Hentikan pesanan",
            RUNNING,
            ("STOPPED", "ACCEPTED"),
            Role.PPK,
            guards.nothing_good_unsigned,
            primary=False,
            danger=True,
        ),
        _move(
            "terminate",
            "Putuskan pesanan",
            RUNNING,
            ("TERMINATED", "ACCEPTED"),
            Role.PPK,
            guards.nothing_good_unsigned,
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

STAGE_OF_STATE: Final = {state: stage for stage, state in STATE_OF_STAGE.items()}


def stage_holders(stage: str) -> tuple[Role, ...]:
    """Who must act next on a delivery at `stage`; empty at its end."""
    return _next_roles(DELIVERY, stage)


def holders(state: str) -> tuple[Role, ...]:
    """Who must act next from `state`: the roles of its primary moves, people before the system."""
    if state in STAGE_OF_STATE:
        return stage_holders(STAGE_OF_STATE[state])
    return _next_roles(PURCHASE, state)


def _next_roles(table: MoveTable, code: str) -> tuple[Role, ...]:
    roles = {
        Role(role) for each in table.moves if code in each.sources and each.primary for role in each.roles
    }
    people = sorted(roles - {Role.SYSTEM})
    return tuple(people) or tuple(roles)


def states_held_by(role: Role) -> frozenset[str]:
    """The states in which `role` is the one to act next; of a running order its deliveries say more."""
    return frozenset(state.code for state in PURCHASE.states if role in holders(state.code))


def stages_held_by(role: Role) -> frozenset[str]:
    """The stages at which a delivery waits for `role`."""
    return frozenset(state.code for state in DELIVERY.states if role in stage_holders(state.code))
