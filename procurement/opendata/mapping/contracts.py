"""Awards and contracts: an order is awarded when the PPK signs, its Surat Pesanan is the contract."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from procurement.opendata.identity import in_jakarta
from procurement.opendata.mapping.orders import Order
from procurement.opendata.mapping.values import rupiah
from procurement.purchasing.models import Agreement


def award(order: Order, status: str, agreement: Agreement, *, on: datetime | None = None) -> dict[str, Any]:
    """The award of an order to its vendor; `on` is when the PPK signed."""
    told: dict[str, Any] = {
        "id": order.purchase.number,
        "title": f"Pesanan {order.purchase.number}",
        "status": status,
        "value": rupiah(agreement.total),
        "suppliers": [order.seller.name.reference],
        "items": order.items(agreement),
        **order.shares(agreement),
    }
    if on is not None:
        told["date"] = in_jakarta(on)
    if order.bid:
        told["relatedBid"] = order.bid
    return told


def contract(order: Order, status: str, agreement: Agreement) -> dict[str, Any]:
    """The Surat Pesanan in the version of `agreement`; every addendum up to it is an amendment."""
    purchase = order.purchase
    assert purchase.confirmed_at is not None  # the vendor's signature makes it
    told: dict[str, Any] = {
        "id": purchase.sp_number,
        "awardID": purchase.number,
        "title": f"Surat Pesanan {purchase.sp_number}",
        "status": status,
        "dateSigned": in_jakarta(purchase.confirmed_at),
        "period": {
            "startDate": in_jakarta(purchase.confirmed_at),
            "endDate": f"{agreement.needed_by.isoformat()}T23:59:59+07:00",
        },
        "value": rupiah(agreement.total),
        "items": order.items(agreement),
        "documents": [
            {
                "id": purchase.sp_number,
                "documentType": "contractSigned",
                "title": f"Surat Pesanan {purchase.sp_number}",
                "datePublished": in_jakarta(purchase.confirmed_at),
                "language": "id",
            }
        ],
        **order.shares(agreement),
    }
    if amendments := [_amendment(order, each) for each in order.agreements if _amends(each, agreement)]:
        told["amendments"] = amendments
    return told


def _amends(each: Agreement, last: Agreement) -> bool:
    return each.cause == Agreement.Cause.ADDENDUM and each.version <= last.version


def _amendment(order: Order, agreement: Agreement) -> dict[str, Any]:
    """An addendum. Why it was agreed is in people's own words and stays in the log."""
    before = next(each for each in order.agreements if each.version == agreement.version - 1)
    number = agreement.terms.get("addendum", agreement.version)
    return {
        "id": f"{order.purchase.number}-adendum-{number}",
        "date": in_jakarta(agreement.at),
        "description": f"Adendum ke-{number}: nilai Rp{before.total} menjadi Rp{agreement.total}, penyerahan "
        f"{before.needed_by.isoformat()} menjadi {agreement.needed_by.isoformat()}",
    }
