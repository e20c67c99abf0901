"""The order itself: Surat Pesanan, its annex SPK, and its changes."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from procurement.documents.facts.goods import AmountLine, Delivery, PricedLine
from procurement.documents.facts.parties import Clause, Header, Officer


class SuratPesanan(Header):
    """The purchase order, signed by PPK and vendor.

    `addendum` (“Adendum ke-1”) stands on a version after a change; `list_total` is the order at catalogue prices,
    printed when the price was negotiated; `terms` are what the parties agreed beyond the `clauses`.
    """

    ppk: Officer
    lines: list[PricedLine]
    subtotal: int
    shipping: int
    ppn: int
    ppn_label: str
    total: int
    tax_estimate: list[AmountLine]
    deliveries: list[Delivery]
    deliver_by: str
    warranty: str
    payment: str
    penalty: str
    clauses: list[Clause]
    terms: NotRequired[list[str]]
    addendum: NotRequired[str]
    list_total: NotRequired[int]
    negotiation: NotRequired[str]
    competition: NotRequired[str]


class Spk(SuratPesanan):
    """The work order annexed to a Surat Pesanan. `instruction` tells the vendor when to bill."""

    starts_on: str
    execution_days: int
    instruction: str
    budget_paper: NotRequired[str]
    invitation: NotRequired[str]
    invitation_date: NotRequired[str]
    negotiation_date: NotRequired[str]


class Change(TypedDict):
    """One term before and after, in words as people read them."""

    term: str
    before: str
    after: str


class Adendum(Header):
    """A change of the order: the `addendum`-th, making `order_version` of the agreement. Signed by both.

    Give `lines` with all five sums of a Surat Pesanan when quantities or prices change.
    """

    ppk: Officer
    addendum: int
    order_version: int
    proposed_by: str
    reason: str
    changes: list[Change]
    total_before: int
    total: int
    deliver_by_before: str
    deliver_by: str
    lines: NotRequired[list[PricedLine]]
    subtotal: NotRequired[int]
    shipping: NotRequired[int]
    ppn: NotRequired[int]
    ppn_label: NotRequired[str]
