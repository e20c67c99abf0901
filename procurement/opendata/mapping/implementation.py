"""What became of a contract: what arrived and was accepted (milestones), and how money moved (transactions)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from marketplace.core.money import SEN_PER_RUPIAH
from procurement.opendata import identity
from procurement.opendata.identity import PartyName, in_jakarta
from procurement.opendata.mapping import parties
from procurement.opendata.mapping.orders import Order
from procurement.opendata.mapping.values import rupiah
from procurement.purchasing.models import Agreement

ENDED: Final = ("ACCEPTED", "DROPPED")
"""Stages at which a delivery stays; `since` is then when it came there."""

HOLDING: Final = frozenset({"PROVIDER_CLEARING", "BANK", "TREASURY"})
"""Kinds of accounts that hold money; a leg on one of them is money that moved."""
_HELD_FOR_OTHERS: Final = frozenset({"PROVIDER_CLEARING", "BANK"})
_OF_VENDOR: Final = frozenset({"VENDOR_PAYABLE", "PAYOUT_CLEARING", "VENDOR_RECEIVABLE"})
_OURS: Final = frozenset({"FEE_EXPENSE"})
"""What the platform pays for its own account: no money of the contract."""
_LOCAL_TAX: Final = "PBJT"


# ── goods ───────────────────────────────────────────────────────────────────────────────────────────────


def progress(order: Order, agreement: Agreement, by: datetime | None = None) -> dict[str, Any]:
    """Arrival and acceptance of every delivery as they stood `by` a moment (by now, when left out), and the papers."""
    deliveries, received = order.deliveries, _received(order, by)
    told: dict[str, Any] = {
        "milestones": [
            milestone
            for each in deliveries
            for milestone in _milestones(each, agreement, received.get(each["pk"]), by)
        ]
    }
    if accepted := _papers(deliveries, by):
        told["documents"] = accepted
    return told


def _milestones(
    told: Mapping[str, Any],
    agreement: Agreement,
    received: tuple[int, datetime] | None,
    by: datetime | None,
) -> list[dict[str, Any]]:
    due = f"{_due(told, agreement)}T23:59:59+07:00"
    wanted = sum(int(line["by_delivery"].get(str(told["pk"]), 0)) for line in agreement.terms["lines"])
    ended = told["stage"] in ENDED and (by is None or told["since"] <= by)
    given_up = ended and told["stage"] == "DROPPED"
    return [
        _arrival(told, due, wanted, received, given_up=given_up),
        _acceptance(told, due, ended=ended),
    ]


def _due(told: Mapping[str, Any], agreement: Agreement) -> str:
    agreed = {each["delivery"]: each["needed_by"] for each in agreement.terms["deliveries"]}
    return str(agreed.get(told["pk"], told["needed_by"]))


def _received(order: Order, by: datetime | None) -> dict[int, tuple[int, datetime]]:
    """By delivery: sound units that came, and when the last of them did."""
    found: dict[int, tuple[int, datetime]] = {}
    for delivery, at, good in order.receipts:
        if by is None or at <= by:
            units, last = found.get(delivery, (0, at))
            found[delivery] = (units + good, max(last, at))
    return found


def _arrival(
    told: Mapping[str, Any],
    due: str,
    wanted: int,
    received: tuple[int, datetime] | None,
    *,
    given_up: bool,
) -> dict[str, Any]:
    name = told["title"] or f"Pengiriman {told['position']}"
    found = {"id": f"{told['position']}-tiba", "title": f"{name}: tiba", "type": "delivery", "dueDate": due}
    if received is None:
        missed = {"status": "notMet", "dateModified": in_jakarta(told["since"])}
        return {**found, **missed} if given_up else {**found, "status": "scheduled"}
    units, at = received
    if units >= wanted:
        return {**found, "status": "met", "dateMet": in_jakarta(at), "dateModified": in_jakarta(at)}
    return {**found, "status": "partiallyMet", "dateModified": in_jakarta(at)}


def _acceptance(told: Mapping[str, Any], due: str, *, ended: bool) -> dict[str, Any]:
    name = told["title"] or f"Pengiriman {told['position']}"
    found = {"id": f"{told['position']}-bast", "title": f"{name}: BAST", "type": "approval", "dueDate": due}
    since = told["since"]
    if not ended:
        return {**found, "status": "scheduled"}
    if told["stage"] == "DROPPED":
        return {**found, "status": "notMet", "dateModified": in_jakarta(since)}
    found |= {"status": "met" if told["whole"] else "partiallyMet", "dateModified": in_jakarta(since)}
    if told["whole"]:
        found["dateMet"] = in_jakarta(since)
    return {
        **found,
        "description": f"Diterima senilai Rp{told['accepted_total']}"
        + (" karena tidak dijawab sampai tenggat" if told["deemed"] else ""),
    }


def _papers(deliveries: Sequence[Mapping[str, Any]], by: datetime | None) -> list[dict[str, Any]]:
    """The BAST of every delivery that was accepted by then."""
    return [
        {
            "id": told["bast_number"],
            "documentType": "completionCertificate",
            "title": f"Berita Acara Serah Terima {told['bast_number']}",
            "datePublished": in_jakarta(told["since"]),
            "language": "id",
        }
        for told in deliveries
        if told["stage"] == "ACCEPTED" and (by is None or told["since"] <= by)
    ]


# ── money ───────────────────────────────────────────────────────────────────────────────────────────────


def transactions(
    order: Order, journal_id: int, at: datetime, legs: Mapping[str, int]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The cash legs of a journal as transactions, and the accounts they name as parties.

    `legs` is what the log tells: sen by account code (`TREASURY:1`), debit positive. Money that leaves an account is
    paid by who holds it; money that comes in is paid to that holder.
    """
    kinds = {code: code.split(":", 1)[0] for code in legs}
    others = [code for code in legs if kinds[code] not in HOLDING]
    if not others or kinds[others[0]] in _OURS:
        return [], []
    told: list[dict[str, Any]] = []
    named: dict[str, PartyName] = {}
    other = _other_side(order, others[0])
    for code in sorted(code for code in legs if kinds[code] in HOLDING):
        holder = _holder(order, kinds[code])
        payer, payee = (holder, other) if legs[code] < 0 else (other, holder)
        named |= {each.reference["id"]: each for each in (payer, payee)}
        transaction = {
            "id": f"J{journal_id}-{kinds[code]}",
            "date": in_jakarta(at),
            "value": rupiah_of_sen(abs(legs[code])),
            "payer": payer.reference,
            "payee": payee.reference,
        }
        if tax := _tax(others[0]):
            transaction["kodePajak"] = tax
        told.append(transaction)
    known = {order.buyer.reference["id"], order.seller.name.reference["id"]}
    return told, [
        parties.account(each, ("payer", "payee")) for pk, each in sorted(named.items()) if pk not in known
    ]


def rupiah_of_sen(sen: int) -> dict[str, Any]:
    """A value in rupiah, with a fraction only where there is one."""
    whole, rest = divmod(sen, SEN_PER_RUPIAH)
    return rupiah(whole) if not rest else {"amount": sen / SEN_PER_RUPIAH, "currency": "IDR"}


def _holder(order: Order, kind: str) -> PartyName:
    return identity.escrow(order.purchase.region) if kind in _HELD_FOR_OTHERS else order.buyer


def _other_side(order: Order, code: str) -> PartyName:
    kind = code.split(":", 1)[0]
    if kind in _OF_VENDOR:
        return order.seller.name
    if kind == "TAX_PAYABLE":
        local = _tax(code).startswith(_LOCAL_TAX)
        return identity.treasury(order.purchase.region) if local else identity.STATE_TREASURY
    if kind == "PENALTY_PAYABLE":
        return identity.treasury(order.purchase.region)
    return order.buyer


def _tax(code: str) -> str:
    """The tax of `TAX_PAYABLE:1:PPH22`; empty for any other account."""
    kind, _region, *rest = code.split(":")
    return rest[0] if kind == "TAX_PAYABLE" and rest else ""
