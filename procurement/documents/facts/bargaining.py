"""Papers on how the price came about: negotiation, and competition between vendors."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from procurement.documents.facts.goods import QuantityLine
from procurement.documents.facts.parties import Header, Officer, PackageHeader


class Participant(TypedDict):
    """Who took part, for whom."""

    name: str
    position: str
    organisation: str


class RoundLine(TypedDict):
    """What one round offers for one item, rupiah a piece."""

    name: str
    price: int


class Round(TypedDict):
    """One offer of a negotiation. `by` says whose, such as “Penyedia”; `at` is a moment."""

    no: int
    by: str
    at: str
    lines: list[RoundLine]
    shipping: NotRequired[int]
    deliver_by: NotRequired[str]
    installation: NotRequired[str]
    message: NotRequired[str]


class NegotiatedLine(TypedDict):
    """One item: catalogue price, first offer, agreed price (rupiah a piece), and `total` = agreed × quantity."""

    name: str
    unit: str
    quantity: int
    list_price: int
    first_price: int
    agreed_price: int
    total: int


class EstimateComparison(TypedDict):
    """The own estimate the agreed total is held against."""

    total: int
    number: NotRequired[str]


class BaNegosiasi(Header):
    """The record of a negotiation; with `negotiated` no, of a purchase without one and the `reason` why.

    `list_total` is the whole order at catalogue prices, made up as `total` is. Saving, percent and the distance
    from the estimate are made from these figures when the paper is printed.
    """

    officer: Officer
    negotiated: bool
    participants: list[Participant]
    rounds: list[Round]
    lines: list[NegotiatedLine]
    subtotal: int
    shipping: int
    ppn: int
    ppn_label: str
    total: int
    list_total: int
    deliver_by: str
    conclusion: str
    installation: NotRequired[str]
    reason: NotRequired[str]
    estimate: NotRequired[EstimateComparison]


class UndanganMiniKompetisi(PackageHeader):
    """The invitation to offer. `award` says in words whether one vendor wins all or each item is won by itself."""

    competition: str
    officer: Officer
    request: str
    lines: list[QuantityLine]
    delivery_place: str
    deliver_by: str
    closes_at: str
    award: str
    terms: list[str]
    invited: NotRequired[list[str]]
    ceiling: NotRequired[int]


class Offer(TypedDict):
    """One offer as it was judged. `rank` is 0 for one that was set aside; the three judgements are in words.

    `reason` says why it was chosen or why not; every vendor who offered may read it.
    """

    vendor: str
    submitted_at: str
    total: int
    rank: int
    administrative: str
    technical: str
    price: str
    winner: bool
    reason: str
    deliver_by: NotRequired[str]


class AwardedLine(TypedDict):
    """One item and who won it."""

    name: str
    unit: str
    quantity: int
    vendor: str
    unit_price: int
    total: int


class BaMiniKompetisi(PackageHeader):
    """The record of a mini-competition. A competition nobody won has no `lines` and sums of nought."""

    competition: str
    officer: Officer
    invited: int
    closed_at: str
    award: str
    criteria: str
    offers: list[Offer]
    lines: list[AwardedLine]
    subtotal: int
    shipping: int
    ppn: int
    ppn_label: str
    total: int
    conclusion: str
    invitation: NotRequired[str]
    estimate: NotRequired[EstimateComparison]
