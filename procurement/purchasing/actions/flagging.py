"""Looking for red flags at the moment of an act, and writing down what was found, beside the act itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from marketplace.core import clock
from marketplace.workflow.door import Deed
from procurement.planning.models import BudgetLine, Package
from procurement.purchasing.actions.wishes import Share, Wish
from procurement.purchasing.flags.consequences import STRENGTH, Verdict, explained, judged
from procurement.purchasing.flags.facts import APPROVAL, SUBMISSION
from procurement.purchasing.flags.intended import Chosen, Intended
from procurement.purchasing.flags.looking import account_of, looked_at, take_turns
from procurement.purchasing.flags.rules import findings
from procurement.purchasing.flags.thresholds import Thresholds
from procurement.purchasing.models import Agreement, DeliveryLine, Flag, Purchase
from procurement.purchasing.parcelling import Destination


def looked_over(
    package: Package,
    line: BudgetLine,
    shares: Sequence[Share],
    destinations: Sequence[Destination],
    wish: Wish,
    *,
    at: datetime | None = None,
) -> list[Verdict]:
    """What stands out in the orders a basket would become, one verdict a share, in their order. Writes nothing.

    At most seven queries. A page shows it before sending; the submission asks again under its locks.
    """
    moment = at or clock.now()
    orders = [
        Intended(
            unit_id=package.organisation_id,
            region_id=package.region_id,
            ppk_user_id=package.ppk_user_id,
            vendor=share.vendor,
            package_id=package.pk,
            kd_rup=package.kd_rup,
            rekening=account_of(line.rekening, line.mak),
            price=share.taxes.price,
            total=share.taxes.gross,
            items=tuple(
                Chosen(
                    listing=item.listing,
                    price=item.agreed_price,
                    quantity=item.quantity,
                    places=frozenset(
                        destinations[index].place_code
                        for index, units in item.by_destination.items()
                        if units
                    ),
                )
                for item in share.items
            ),
            at=moment,
            moment=SUBMISSION,
            negotiated=wish.negotiate,
            since=wish.since,
        )
        for share in shares
    ]
    # who already said why these goods, or why no negotiation, is not asked twice
    said = {"PDN": wish.reason, "ID02": wish.no_negotiation_reason}
    said |= {code: words for code, words in wish.justifications.items() if words.strip()}
    return _judged(orders, package.region_id, said)


def explained_orders(
    package: Package,
    line: BudgetLine,
    shares: Sequence[Share],
    destinations: Sequence[Destination],
    wish: Wish,
    *,
    at: datetime,
) -> list[Verdict]:
    """The verdicts `write_order` takes, one a share, under the lock of the unit; the caller has locked the package.

    Raises Refused `justification_needed` where a reason is missing.
    """
    take_turns(package.organisation_id, package.ppk_user_id)
    verdicts = looked_over(package, line, shares, destinations, wish, at=at)
    explained(verdicts, package.region_id)
    return verdicts


def looked_again(
    purchase: Purchase,
    *,
    moment: str = APPROVAL,
    at: datetime | None = None,
    said: Mapping[str, str] | None = None,
) -> Verdict:
    """What stands out in a written order now that did not, or not so gravely, before. Writes nothing.

    At most eight queries.
    """
    lines = list(purchase.lines.select_related("listing__product"))
    places: dict[int, set[str]] = {}
    for line_id, place in DeliveryLine.objects.filter(line__in=lines).values_list(
        "line_id", "delivery__place_code"
    ):
        places.setdefault(line_id, set()).add(place)
    order = Intended(
        pk=purchase.pk,
        unit_id=purchase.organisation_id,
        region_id=purchase.region_id,
        ppk_user_id=purchase.ppk_user_id,
        vendor=purchase.vendor,
        package_id=purchase.package_id,
        kd_rup=purchase.package.kd_rup,
        rekening=account_of(purchase.budget_line.rekening, purchase.budget_line.mak),
        price=purchase.price_total,
        total=purchase.total,
        items=tuple(
            Chosen(
                listing=line.listing,
                price=line.agreed_price,
                quantity=line.quantity,
                places=frozenset(places.get(line.pk, ())),
            )
            for line in lines
        ),
        at=at or clock.now(),
        moment=moment,
        # offers that competed are as good as a negotiation
        negotiated=purchase.negotiated
        or purchase.agreements.filter(cause=Agreement.Cause.COMPETITION).exists(),
        since=purchase.basket_since,
        submitted_at=purchase.submitted_at,
    )
    (verdict,) = _judged([order], purchase.region_id, said or {})
    known: dict[tuple[str, str], int] = {}
    for code, rung, consequence in purchase.flags.values_list("code", "rung", "consequence"):
        kind = code, _kind(rung)
        known[kind] = max(known.get(kind, -1), STRENGTH[consequence])
    new = [
        each
        for each in verdict.raised
        if STRENGTH[each.consequence] > known.get((each.code, _kind(each.finding.rung)), -1)
    ]
    return Verdict(tuple(new))


def _kind(rung: str) -> str:
    """All limits are one kind: a higher one is news only if more follows from it."""
    return "limit" if rung.isdecimal() else rung


def _judged(orders: Sequence[Intended], region_id: int, said: Mapping[str, str]) -> list[Verdict]:
    limits = Thresholds.of(region_id)
    return [judged(findings(order, limits), region_id, said) for order in looked_at(orders, limits)]


def facts_of(verdict: Verdict) -> dict[str, Any]:
    """What the entry of the act itself tells of the flags raised by it; nothing when there are none."""
    return {"flags": verdict.codes, "flags_sha256": verdict.digest} if verdict.raised else {}


def write_flags(deed: Deed, purchase: Purchase, verdict: Verdict, *, moment: str = SUBMISSION) -> None:
    """Keep every finding as a row, and tell the log of each. Inside a deed that holds the order's row or made it."""
    rows = [
        Flag(
            purchase=purchase,
            region_id=purchase.region_id,
            organisation_id=purchase.organisation_id,
            code=each.code,
            rung=each.finding.rung,
            moment=moment,
            consequence=each.consequence,
            at=deed.at,
            sentence=each.finding.sentence,
            evidence=dict(each.finding.evidence),
            values=dict(each.finding.values),
            legal_basis=each.basis,
            justification=each.said if each.wants_reason else "",
            said_by_id=deed.actor.user_id if each.wants_reason and each.said else None,
        )
        for each in verdict.raised
    ]
    Flag.objects.bulk_create(rows)
    if rows:
        deed.record_many(
            (
                "purchase.flag",
                purchase,
                {
                    "number": purchase.number,
                    "flag": each.code,
                    "rung": each.finding.rung,
                    "moment": moment,
                    "consequence": each.consequence,
                    "sentence": each.finding.sentence,
                    "flag_sha256": Verdict((each,)).digest,
                },
            )
            for each in verdict.raised
        )
