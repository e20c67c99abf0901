"""What the rules of red flags look at. Pure data: amounts are whole rupiah, moments are aware datetimes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

SUBMISSION: Final = "SUBMISSION"
APPROVAL: Final = "APPROVAL"
CONFIRMATION: Final = "CONFIRMATION"


@dataclass(frozen=True, slots=True)
class Better:
    """A listing that comes before the chosen one by Perpres 46/2025 Art. 66, can be had and is delivered there."""

    listing_id: int
    title: str
    vendor: str
    price: int
    rank: int


@dataclass(frozen=True, slots=True)
class Goods:
    """One ordered item. `usual_price` is the median of its last days before the order, None without a past;
    `price_now` is what it costs today, None while nobody asked; `rank` is its place by Art. 66, 1 to 5.
    """

    listing_id: int
    title: str
    kind: str
    kbki: str
    price: int
    quantity: int = 1
    live_since: datetime | None = None
    usual_price: int | None = None
    price_now: int | None = None
    rank: int = 1
    better: Better | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Another living order: what splitting is judged by. Without `pk` it is of the same basket, not yet written."""

    pk: int | None
    number: str
    unit_id: int
    ppk_user_id: int | None
    vendor_id: int
    package_id: int
    rekening: str
    groups: frozenset[str]
    price: int
    total: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Share:
    """How much of one PPK's orders one vendor got in the days looked at, this order not counted; rupiah."""

    orders: int = 0
    value: int = 0
    all_orders: int = 0
    all_value: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """The order that is looked at, with everything a rule may ask.

    `groups` are the KBKI groups of its items, `rekening` its account code; `price` is before tax, `total` what the
    budget pays. `since` is when the first item came into the basket, None when unknown. `activities` are the
    vendor's KBLI codes, `sections` the KBKI sections it has on show.
    """

    unit_id: int
    ppk_user_id: int | None
    vendor_id: int
    vendor: str
    package_id: int
    kd_rup: str
    rekening: str
    groups: frozenset[str]
    price: int
    total: int
    at: datetime
    moment: str = SUBMISSION
    submitted_at: datetime | None = None
    since: datetime | None = None
    negotiated: bool = False
    goods: tuple[Goods, ...] = ()
    others: tuple[Beside, ...] = ()
    share: Share = Share()
    activities: frozenset[str] = frozenset()
    sections: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: `code` and `rung` name it, `sentence` tells it, `evidence` holds numbers and ids,
    `values` the parameters it was judged by.
    """

    code: str
    rung: str
    sentence: str
    evidence: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
