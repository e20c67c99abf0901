"""Lines of goods and services, and where they go. Quantities are whole pieces of `unit`, prices whole rupiah."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class PricedLine(TypedDict):
    """One ordered or accepted item. `total` is what is printed; the sum is checked.

    `list_price` is the catalogue's unit price, printed beside a negotiated `unit_price`.
    """

    name: str
    unit: str
    quantity: int
    unit_price: int
    total: int
    discount: NotRequired[int]
    list_price: NotRequired[int]
    product_id: NotRequired[str]
    specification: NotRequired[str]
    kbki: NotRequired[str]
    tkdn: NotRequired[str]


class AssetLine(PricedLine):
    """A capital good that goes into the asset register."""

    asset_code: NotRequired[str]
    serial_numbers: NotRequired[list[str]]
    condition: NotRequired[str]


class ShippedLine(TypedDict):
    """One item on its way."""

    name: str
    unit: str
    quantity: int
    condition: str


class CountedLine(TypedDict):
    """One item as it was counted on arrival. ordered = good + damaged + short when nothing came too much."""

    name: str
    unit: str
    ordered: int
    received: int
    good: int
    damaged: int
    short: int


class InspectedLine(CountedLine):
    """One counted item with what the inspection found; `result` in words, such as “Sesuai”."""

    result: str
    note: NotRequired[str]


class RejectedLine(TypedDict):
    """Pieces that are not accepted, and why."""

    name: str
    unit: str
    quantity: int
    reason: str


class QuantityLine(TypedDict):
    """So many of an item, without a price."""

    name: str
    unit: str
    quantity: int
    specification: NotRequired[str]


class AmountLine(TypedDict):
    """A named amount, such as an estimated tax."""

    label: str
    amount: int


class Delivery(TypedDict):
    """Where, to whom, and, in an order with several deliveries, when and what.

    `title` names a milestone; `code` is printed with a QR code the receiver scans on arrival.
    """

    address: str
    receiver: str
    title: NotRequired[str]
    deliver_by: NotRequired[str]
    shipping: NotRequired[int]
    items: NotRequired[list[QuantityLine]]
    code: NotRequired[str]
