"""The paper at an order's early end."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from procurement.documents.facts.parties import Header, Officer


class ValuedLine(TypedDict):
    """One item at the end: ordered, handed over, fit for use; `total` is what the fit part is worth."""

    name: str
    unit: str
    ordered: int
    delivered: int
    accepted: int
    unit_price: int
    total: int
    note: NotRequired[str]


class Valuation(TypedDict):
    """What the work done is worth; `fine_deducted` is taken off it."""

    lines: list[ValuedLine]
    subtotal: int
    shipping: int
    ppn: int
    ppn_label: str
    total: int
    fine_deducted: int


class BaPembatalan(Header):
    """The end of an order before its fulfilment. `ending` is *Penghentian*, *Pemutusan* or *Pembatalan* in words.

    `value_to_pay` may be more than nought: then `valuation` says for what. `fine` is the whole fine for lateness.
    """

    ppk: Officer
    ending: str
    ground: str
    warnings: list[str]
    evaluation: str
    value_to_pay: int
    consequences: str
    valuation: NotRequired[Valuation]
    fine: NotRequired[int]
    decided_by: NotRequired[str]
    blacklist: NotRequired[str]
