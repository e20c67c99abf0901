"""What a process stands at, read from the tables as they are now: neither the log nor any release is asked.

It shares with the releases how a section is written, and nothing of how they come to know what to write.
"""

from __future__ import annotations

from typing import Any

from procurement.competition.models import Competition
from procurement.opendata import identity
from procurement.opendata.mapping import contracts, implementation, parties, planning, tenders
from procurement.opendata.mapping.orders import Order, read_orders
from procurement.opendata.mapping.tenders import Contest, read_contests
from procurement.opendata.telling import head
from procurement.planning.models import Package
from procurement.purchasing.models import Purchase
from procurement.settlement.models import Journal

TENDER = {
    "NEGOTIATING": "active",
    "AWAITING_PPK": "active",
    "CANCELLED": "cancelled",
    "EXPIRED": "unsuccessful",
}
AWARD = {"AWAITING_PPK": "pending", "CANCELLED": "cancelled", "EXPIRED": "unsuccessful"}
CONTRACT = {"STOPPED": "terminated", "TERMINATED": "terminated", "CLOSED": "terminated"}
CONTEST = {"DECIDED": "complete", "FAILED": "unsuccessful", "CANCELLED": "cancelled"}


def processes() -> dict[str, dict[str, Any]]:
    """Every public process by its ocid."""
    found = {}
    for package in Package.objects.select_related("region", "organisation"):
        found[identity.plan_process(package)] = _plan(package)
    for purchase in Purchase.objects.filter(awards=None):
        order = read_orders([purchase.pk])[purchase.pk]
        found[order.ocid] = _direct(order)
    for pk in Competition.objects.exclude(published_at=None).values_list("pk", flat=True):
        contest = read_contests([pk])[pk]
        found[contest.ocid] = _contest(contest)
    return found


def _plan(package: Package) -> dict[str, Any]:
    return {
        **head(identity.unit(package.organisation, package.region).reference),
        "parties": [parties.unit(package.organisation, package.region, parties.BUYING)],
        **planning.plan(package, bought=package.purchases.exists()),
    }


def _direct(order: Order) -> dict[str, Any]:
    purchase = order.purchase
    status = TENDER.get(purchase.state, "complete")
    ended = purchase.ended_at if purchase.state in ("CANCELLED", "EXPIRED") else purchase.approved_at
    roles = parties.PAYING if purchase.sp_number else parties.BUYING
    return {
        **head(order.buyer.reference),
        **planning.from_plan(purchase.package),
        "tender": tenders.direct(order, status, ended=ended),
        **_of_order(order),
        "parties": [
            parties.unit(purchase.organisation, purchase.region, roles),
            parties.vendor(order.seller, _roles(order)),
            *_accounts(order),
        ],
    }


def _contest(contest: Contest) -> dict[str, Any]:
    competition = contest.competition
    orders = [
        read_orders([pk])[pk]
        for pk in Purchase.objects.filter(awards__competition=competition)
        .distinct()
        .values_list("pk", flat=True)
    ]
    told = [_of_order(each) for each in orders]
    tender = contest.tender(CONTEST.get(competition.state, "active"), competition.closes_at)  # type: ignore[arg-type]
    named = {each.name.id: parties.vendor(each, parties.OFFERING) for _offer, each in contest.bids}
    named |= {each.seller.name.id: parties.vendor(each.seller, _roles(each)) for each in orders}
    accounts = {party["id"]: party for each in orders for party in _accounts(each)}
    roles = parties.PAYING if any(each.purchase.sp_number for each in orders) else parties.BUYING
    found: dict[str, Any] = {
        **head(contest.buyer.reference),
        **planning.from_plan(competition.package),
        "tender": {**tender, **(contest.offered() if competition.opened_at else {})},
        "parties": [
            parties.unit(competition.organisation, competition.region, roles),
            *named.values(),
            *accounts.values(),
        ],
    }
    if contest.bids:
        found["bids"] = contest.bids_by()
    for section in ("awards", "contracts"):
        if members := [member for each in told for member in each.get(section, [])]:
            found[section] = members
    return found


def _awarded(order: Order) -> bool:
    """Whether an award was ever proposed: negotiations propose none before both agree."""
    purchase = order.purchase
    agreed = any(each.cause == "NEGOTIATION" for each in order.agreements)
    return purchase.state != "NEGOTIATING" and (not purchase.negotiated or agreed)


def _roles(order: Order) -> tuple[str, ...]:
    if order.purchase.sp_number:
        return parties.PAID
    return parties.WINNING if _awarded(order) else parties.OFFERING


def _of_order(order: Order) -> dict[str, Any]:
    purchase = order.purchase
    found: dict[str, Any] = {}
    if _awarded(order):
        status = AWARD.get(purchase.state, "active")
        awarded = [each for each in order.agreements if each.cause != "ADDENDUM"][-1]
        found["awards"] = [contracts.award(order, status, awarded, on=purchase.approved_at)]
    if purchase.sp_number:
        agreement = order.agreements[-1]
        found["contracts"] = [
            {
                **contracts.contract(order, CONTRACT.get(purchase.state, "active"), agreement),
                "implementation": {**implementation.progress(order, agreement), **_moved(order)},
            }
        ]
    return found


def _moves(order: Order) -> list[Any]:
    return [
        implementation.transactions(
            order,
            journal.pk,
            journal.posted_at,
            {entry.account.code: entry.amount for entry in journal.entries.select_related("account")},
        )
        for journal in Journal.objects.filter(purchase_number=order.purchase.number).order_by("pk")
    ]


def _moved(order: Order) -> dict[str, Any]:
    moved = [each for told, _named in _moves(order) for each in told]
    return {"transactions": moved} if moved else {}


def _accounts(order: Order) -> list[dict[str, Any]]:
    named = {party["id"]: party for _told, each in _moves(order) for party in each}
    return list(named.values())
