"""Two persons decide about money that did not fit: one proposes, another agrees or turns it down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.core.money import SEN_PER_RUPIAH, rupiah
from marketplace.core.transitions import Refused
from marketplace.events.actions import enqueue
from marketplace.workflow.door import Deed, Passage, UnlessFurther, move_along, passing
from procurement.purchasing.models import Purchase
from procurement.settlement.actions import misfits, money_booking
from procurement.settlement.actions.paying import CASHIER, pay_what_is_held
from procurement.settlement.ledger.reports import held
from procurement.settlement.models import (
    AccountKind,
    PaymentAttempt,
    PaymentObligation,
    Refund,
    UnmatchedMoney,
)
from procurement.settlement.money_queries import get_money_for

Kind, Resolution = UnmatchedMoney.Kind, UnmatchedMoney.Resolution
WAYS: dict[str, tuple[UnmatchedMoney.Resolution, ...]] = {
    Kind.LATE: (Resolution.REFUND, Resolution.REATTACH),
    Kind.UNIDENTIFIED: (Resolution.REFUND, Resolution.REATTACH),
    Kind.OVER: (Resolution.REFUND,),
    Kind.UNDER: (Resolution.REFUND,),
    Kind.CONTRADICTED: (Resolution.EXPLAINED,),
}
"""What may be proposed for each kind. Too much is never kept."""
LETTERS = 10


def take_money(*, actor: Actor, money_id: int, revision: int | None = None) -> None:
    """Become the owner of a sum. Raises Refused `wrong_role`, `wrong_state`, `stale`; UnmatchedMoney.DoesNotExist."""
    get_money_for(actor, money_id)
    with passing(UnmatchedMoney, money_id, "take", actor=actor, revision=revision) as passage:
        passage.thing.owner_id = actor.user_id
        passage.facts.update(_told(passage.thing))


def propose_resolution(
    *,
    actor: Actor,
    money_id: int,
    resolution: str,
    reason: str,
    number: str = "",
    revision: int | None = None,
) -> None:
    """Propose what shall become of a sum; `number` is the order it belongs to, for REATTACH.

    Raises Refused `money.not_this_way`, `money.reason`, `money.nothing_left`, `money.no_order`, `money.does_not_fit`,
    `refund.too_much`, `wrong_role`, `wrong_state`, `stale`; UnmatchedMoney.DoesNotExist.
    """
    get_money_for(actor, money_id)
    with (
        _explained(),
        passing(UnmatchedMoney, money_id, "propose", actor=actor, revision=revision) as passage,
    ):
        money = passage.thing
        _fits_the_kind(money, resolution, reason)
        money.resolution, money.reason = resolution, reason.strip()
        money.proposed_by_id, money.owner_id = actor.user_id, money.owner_id or actor.user_id
        if resolution == Resolution.REFUND:
            misfits.request(passage, money, refundable(money), money.reason, requested_by=actor.user_id)
        if resolution == Resolution.REATTACH:
            money.purchase = _order(money, number).purchase
        passage.facts.update(_told(money))


def _fits_the_kind(money: UnmatchedMoney, resolution: str, reason: str) -> None:
    if resolution not in WAYS[money.kind]:
        raise Refused(
            "money.not_this_way",
            f"Uang jenis “{money.get_kind_display()}” tidak dapat diselesaikan dengan cara ini.",
            fix="Pilih salah satu cara yang ditawarkan halaman ini.",
        )
    if len(reason.strip()) < LETTERS:
        raise Refused(
            "money.reason",
            f"Alasan paling sedikit {LETTERS} huruf.",
            fix="Jelaskan dasar keputusan Anda.",
            field="reason",
        )


def refundable(money: UnmatchedMoney) -> int:
    """Sen that can be given back for a sum. Raises Refused `money.nothing_left` when there is nothing."""
    sen = _in_escrow(money) if money.kind == Kind.UNDER else money_booking.loose(money)
    if not sen or money.region_id is None:
        raise Refused("money.nothing_left", "Tidak ada uang tersisa yang dapat dikembalikan.")
    return sen


def _in_escrow(money: UnmatchedMoney) -> int:
    """What an attempt that brought too little still has in the escrow of its order."""
    attempt = money.attempt
    if attempt is None:
        return 0
    refunds = Refund.objects.filter(attempt=attempt).exclude(state__in=["REJECTED", "FAILED"])
    given = sum(refunds.values_list("amount", flat=True))
    number = attempt.obligation.purchase.number
    return max(min(held(AccountKind.ESCROW, number), attempt.received - given), 0)


def _order(money: UnmatchedMoney, number: str) -> PaymentObligation:
    """The order a sum shall be joined to, its obligation locked; it must lack at least that much."""
    obligations = PaymentObligation.objects.select_for_update(of=("self",), no_key=True)
    obligation = (
        obligations.select_related("purchase")
        .filter(purchase__number=number, region_id=money.region_id or 0, profile="GATEWAY")
        .first()
    )
    if obligation is None or obligation.purchase.state != "PAYMENT_APPROVED":
        raise Refused(
            "money.no_order",
            f"Tidak ada pesanan “{number}” yang menunggu pembayaran melalui penyedia pembayaran.",
            fix="Periksa nomor pesanan, atau kembalikan uangnya.",
        )
    lacks = misfits.missing(obligation)
    if money.amount > lacks:
        raise Refused(
            "money.does_not_fit",
            f"Pesanan {number} hanya kekurangan {rupiah(lacks // SEN_PER_RUPIAH)}, uang ini lebih dari itu.",
            fix="Kembalikan uang ini.",
        )
    return obligation


def agree_resolution(*, actor: Actor, money_id: int, revision: int | None = None) -> None:
    """Agree to what somebody else proposed: the refund is sent, or the money joins its order.

    Raises Refused `money.same_person`, `money.no_order`, `money.does_not_fit`, `refund.too_much`, `ledger.overdrawn`,
    `wrong_role`, `wrong_state`, `stale`; UnmatchedMoney.DoesNotExist.
    """
    get_money_for(actor, money_id)
    pay: int | None = None
    with _explained(), passing(UnmatchedMoney, money_id, "agree", actor=actor, revision=revision) as passage:
        money = passage.thing
        money.decided_by_id, money.decided_at = actor.user_id, passage.at
        if money.resolution == Resolution.REFUND:
            _approve(passage, money)
        if money.resolution == Resolution.REATTACH and money.purchase:
            obligation = _order(money, money.purchase.number)
            money_booking.reattached(passage, money, money.purchase.number)
            enqueue("settlement.pay_held", {"obligation": obligation.pk}, key=f"reattach:{money.pk}")
            pay = obligation.pk
        passage.facts.update(_told(money))
    if pay is not None:
        pay_what_is_held(pay)


def _approve(passage: Passage[UnmatchedMoney], money: UnmatchedMoney) -> None:
    refund = Refund.objects.get(unmatched=money, state="REQUESTED")
    if money.kind != Kind.UNDER and refund.amount > money_booking.loose(money):
        raise _too_much()  # what lies in suspense for this sum, whatever lies there for others
    if money.attempt:
        PaymentAttempt.objects.select_for_update(of=("self",), no_key=True).get(pk=money.attempt.pk)
        obligations = PaymentObligation.objects.select_for_update(of=("self",), no_key=True)
        obligations.get(pk=money.attempt.obligation_id)
    Refund.objects.filter(pk=refund.pk).update(approved_by=passage.actor.user_id, approved_at=passage.at)
    move_along(passage, Refund, refund.pk, "approve", facts=misfits.told_of(refund))
    money_booking.refund_due(passage, refund)
    enqueue("settlement.send_refund", {"refund": refund.pk}, key=refund.reference)


def turn_down_resolution(*, actor: Actor, money_id: int, revision: int | None = None) -> None:
    """Turn a proposal down; the sum waits for another one. What is too much must go back and cannot be kept so.

    Raises Refused `money.must_go_back`, `wrong_role`, `wrong_state`, `stale`; UnmatchedMoney.DoesNotExist.
    """
    get_money_for(actor, money_id)
    with passing(UnmatchedMoney, money_id, "turn_down", actor=actor, revision=revision) as passage:
        money = passage.thing
        if money.kind == Kind.OVER:
            raise Refused(
                "money.must_go_back",
                "Kelebihan bayar harus dikembalikan; pengembaliannya tidak dapat ditolak.",
                fix="Setujui pengembaliannya.",
            )
        passage.facts.update(_told(money))
        _withdraw(passage, money)
        money.resolution, money.proposed_by, money.purchase = "", None, None


def _withdraw(deed: Deed, money: UnmatchedMoney) -> None:
    for refund in Refund.objects.filter(unmatched=money, state="REQUESTED"):
        move_along(deed, Refund, refund.pk, "reject", facts=misfits.told_of(refund))


def demand_what_is_due() -> int:
    """Ask for the refund of orders that got too little and were not topped up in time; how many were asked for."""
    late = UnmatchedMoney.objects.filter(kind=Kind.UNDER, state="OPEN", due_at__lt=clock.now())
    return sum(_demanded(pk) for pk in list(late.order_by("pk").values_list("pk", flat=True)[:50]))


def _demanded(money_id: int) -> bool:
    reason = "Kekurangannya tidak dibayar sampai tenggat"
    try:
        with passing(UnmatchedMoney, money_id, "demand", actor=CASHIER) as passage:
            money = passage.thing
            money.resolution, money.reason = Resolution.REFUND, reason
            misfits.request(passage, money, refundable(money), reason)
            passage.facts.update(_told(money))
    except Refused as refusal:
        if refusal.code not in {"wrong_state", "money.nothing_left"}:
            raise
        return False
    return True


def settle_topped_up(obligation_id: int) -> None:
    """An order that lacked money is paid: what it lacked is dealt with. Twice is as once."""
    lacking = UnmatchedMoney.objects.filter(attempt__obligation_id=obligation_id, kind=Kind.UNDER)
    for pk in lacking.exclude(state="RESOLVED").values_list("pk", flat=True):
        with UnlessFurther(), passing(UnmatchedMoney, pk, "settle", actor=CASHIER) as passage:
            _withdraw(passage, passage.thing)
            passage.thing.resolution = Resolution.TOPPED_UP
            passage.facts.update(_told(passage.thing))


def _told(money: UnmatchedMoney) -> dict[str, object]:
    return {
        "kind": str(money.kind),
        "resolution": str(money.resolution),
        "reason": money.reason,
        "sen": money.amount,
        "number": _number(money.purchase),
    }


def _number(purchase: Purchase | None) -> str:
    return purchase.number if purchase else ""


@contextmanager
def _explained() -> Iterator[None]:
    """Say in words what the database refuses about refunds."""
    try:
        yield
    except IntegrityError as broken:
        if "Refund refused" not in str(broken):
            raise
        raise _too_much() from broken


def _too_much() -> Refused:
    return Refused(
        "refund.too_much",
        "Pengembalian melebihi uang yang diterima dan belum dilepas.",
        fix="Periksa pengembalian lain atas pembayaran ini.",
    )
