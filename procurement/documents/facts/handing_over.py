"""Papers of the way from the vendor's door to the agency's store."""

from __future__ import annotations

from typing import NotRequired

from procurement.documents.facts.goods import (
    AssetLine,
    CountedLine,
    Delivery,
    InspectedLine,
    PricedLine,
    RejectedLine,
    ShippedLine,
)
from procurement.documents.facts.parties import Header, Officer


class SuratJalan(Header):
    """The delivery note that travels with the goods."""

    courier: str
    vehicle: str
    tracking: str
    shipped_on: str
    deliveries: list[Delivery]
    lines: list[ShippedLine]
    photos: list[str]
    remarks: NotRequired[str]


class TandaTerima(Header):
    """The receiver's count. `photos` are SHA-256 of the pictures taken."""

    arrived_at: str
    location: str
    lines: list[CountedLine]
    photos: list[str]
    remarks: str
    delivery_note: NotRequired[str]


class BaPemeriksaan(Header):
    """The record of an inspection. `decision` says in words: as ordered, replace, accept short, reject.

    `photos` are SHA-256 of the pictures; `replace_by` is the day replacements are due.
    """

    inspector: Officer
    arrived_at: str
    inspected_at: str
    location: str
    lines: list[InspectedLine]
    photos: list[str]
    conforms: bool
    decision: str
    decision_reason: NotRequired[str]
    replace_by: NotRequired[str]
    delivery_note: NotRequired[str]
    part: NotRequired[str]
    remarks: NotRequired[str]


class Bast(Header):
    """The hand-over certificate, signed by both.

    `final` no: a part, named by `part` (“ke-1 dari 2”). `deemed` yes: accepted by silence under `deemed_rule`.
    """

    ppk: Officer
    final: bool
    location: str
    checked_on: str
    lines: list[PricedLine]
    subtotal: int
    shipping: int
    ppn: int
    ppn_label: str
    total: int
    late_days: int
    penalty: int
    statement: str
    part: NotRequired[str]
    milestone: NotRequired[str]
    deemed: NotRequired[bool]
    deemed_rule: NotRequired[str]
    rejected: NotRequired[list[RejectedLine]]
    inspection: NotRequired[str]


class BaSerahTerimaAset(Header):
    """The PPK (`ppk`) hands capital goods (rekening 5.2) to the *Pengurus Barang* (`keeper`) for the register."""

    ppk: Officer
    keeper: Officer
    bast: str
    bast_date: str
    location: str
    lines: list[AssetLine]
    subtotal: int
    shipping: int
    ppn: int
    ppn_label: str
    total: int
    statement: str
