"""Papers before the order: disposition, terms of reference (KAK), own estimate (HPS)."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from procurement.documents.facts.goods import QuantityLine
from procurement.documents.facts.parties import Officer, PackageHeader


class DisposedPackage(TypedDict):
    """One package handed on, with its ceiling in rupiah."""

    rup: str
    name: str
    value: int
    method: NotRequired[str]


class Disposisi(PackageHeader):
    """PA or KPA (`giver`) hands packages to a PPK (`ppk`). `total` is the sum of their ceilings."""

    giver: Officer
    ppk: Officer
    packages: list[DisposedPackage]
    total: int
    note: str
    finish_by: NotRequired[str]


class KakLine(QuantityLine):
    """One needed item with the quality asked for."""

    quality: NotRequired[str]


class Kak(PackageHeader):
    """The terms of reference. `pdn` is the demand on domestic products and TKDN, in words."""

    ppk: Officer
    background: str
    purpose: str
    lines: list[KakLine]
    delivery_place: str
    delivery_time: str
    acceptance_test: str
    pdn: str
    target: NotRequired[str]
    warranty: NotRequired[str]
    requirements: NotRequired[list[str]]
    ceiling: NotRequired[int]


class PriceReference(TypedDict):
    """Where a price was seen: kind of source, who asks it, the day, rupiah a piece."""

    source: str
    vendor: str
    seen_on: str
    price: int


class EstimatedLine(TypedDict):
    """One item of the estimate with its price references (two or more, Perlem LKPP 12/2021)."""

    name: str
    unit: str
    quantity: int
    unit_price: int
    total: int
    references: list[PriceReference]
    specification: NotRequired[str]


class Hps(PackageHeader):
    """The own estimate. `method` says how the unit price follows from the references."""

    ppk: Officer
    lines: list[EstimatedLine]
    subtotal: int
    shipping: int
    ppn: int
    ppn_label: str
    total: int
    valid_until: str
    method: NotRequired[str]
