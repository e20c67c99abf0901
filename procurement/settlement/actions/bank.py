"""What a line of a bank statement proves of our own money: arrived from the provider, or kept by the bank.

The line is named by its bare id: the room of statements lies above this one (docs/decisions/0062).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.workflow.door import Deed
from procurement.settlement.ledger.accounts import AccountName
from procurement.settlement.ledger.posting import Booking, Leg, post_many, reverse
from procurement.settlement.models import AccountKind, Journal, Posting


@dataclass(frozen=True, slots=True)
class Arrived:
    """Money that left the provider for our bank: `net` sen came, `fee` sen the provider had kept unbooked before."""

    line_id: int
    region_id: int
    net: int
    fee: int = 0
    purchase: str = ""
    memo: str = ""
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """`amount` sen that the bank took as its fee."""

    line_id: int
    region_id: int
    amount: int
    memo: str = ""
    turn: int = 0


def book_statement(deed: Deed, arrived: Sequence[Arrived], kept: Sequence[Kept] = ()) -> int:
    """Book what statement lines prove; the same line again books nothing. How many journals were new.

    `turn` is above zero where an earlier match of the line was undone. Raises Refused as `ledger.post_many`.
    """
    bookings = [_settled(each) for each in arrived] + [_fee(each) for each in kept]
    return post_many(deed, bookings)


def unbook_statement(deed: Deed, line_id: int, *, memo: str) -> int:
    """Undo, by mirror images, what a line had proved before its match was undone; how many journals."""
    standing = Journal.objects.filter(
        statement_line=line_id, reverses__isnull=True, reversed_by__isnull=True
    ).order_by("pk")
    return sum(reverse(deed, journal, memo=memo).is_new for journal in standing)


def _settled(arrived: Arrived) -> Booking:
    region = arrived.region_id
    return Booking(
        Posting.SETTLEMENT,
        f"settled:{arrived.line_id}:{arrived.turn}",
        (
            Leg(AccountName(AccountKind.BANK, region), arrived.net),
            Leg(AccountName(AccountKind.FEE_EXPENSE, region), arrived.fee),
            Leg(AccountName(AccountKind.PROVIDER_CLEARING, region), -arrived.net - arrived.fee),
        ),
        region_id=region,
        statement_line=arrived.line_id,
        purchase=arrived.purchase,
        memo=arrived.memo[:200],
    )


def _fee(kept: Kept) -> Booking:
    return Booking(
        Posting.BANK_FEE,
        f"bankfee:{kept.line_id}:{kept.turn}",
        (
            Leg(AccountName(AccountKind.FEE_EXPENSE, kept.region_id), kept.amount),
            Leg(AccountName(AccountKind.BANK, kept.region_id), -kept.amount),
        ),
        region_id=kept.region_id,
        statement_line=kept.line_id,
        memo=kept.memo[:200],
    )
