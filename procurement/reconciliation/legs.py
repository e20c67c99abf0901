"""The money of one region that banks must show, read from the payments of the room below in one query per kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from django.db.models import Exists, Max, Min, OuterRef, QuerySet

from marketplace.core import clock
from marketplace.core.money import SEN_PER_RUPIAH
from procurement.purchasing.models import Purchase
from procurement.reconciliation.codes import Code, squeezed
from procurement.reconciliation.matching import Leg
from procurement.reconciliation.models import LegKind, Match, ProviderReport, ReportItem
from procurement.settlement.models import (
    AccountKind,
    Entry,
    Evidence,
    PaymentAttempt,
    Payout,
    Posting,
    TaxDeposit,
)
from procurement.settlement.queries import AWAY


def legs_of(region_id: int) -> list[Leg]:
    """Every leg of a region, matched or not (a matched one tells a double line from an unknown one): six queries."""
    matched = standing_legs(region_id)
    return [leg for source in _SOURCES for leg in source(region_id, matched)]


def standing() -> QuerySet[Match]:
    """Matches that were not undone."""
    return Match.objects.filter(reverses__isnull=True, reversed_by__isnull=True)


def standing_legs(region_id: int) -> frozenset[tuple[str, int]]:
    """(kind, id) of every leg that has its line."""
    found = standing().filter(line__account__region_id=region_id)
    return frozenset(found.values_list("leg_kind", "leg_id"))


def leg(region_id: int, kind: str, pk: int) -> Leg | None:
    """One leg of a region; None when there is no such one."""
    return next((each for each in legs_of(region_id) if each.key == (kind, pk)), None)


_OURS: Final = re.compile(r"BYR-\d+-[0-9a-f]{12}", re.IGNORECASE)
_ORDER: Final = re.compile(r"EO-\d{4}-\d{6,}", re.IGNORECASE)


def foreign_references(texts: Mapping[int, str], region_id: int) -> dict[int, str]:
    """By key of `texts`: the reference of another region's payment or order in it. Two queries for all."""
    payments = {key: found.group().lower() for key, text in texts.items() if (found := _OURS.search(text))}
    orders = {key: found.group().upper() for key, text in texts.items() if (found := _ORDER.search(text))}
    named = {each: f"BYR{each[3:]}" for each in payments.values()}
    attempts = PaymentAttempt.objects.filter(reference__in=set(named.values())).exclude(region_id=region_id)
    purchases = Purchase.objects.filter(number__in=set(orders.values())).exclude(region_id=region_id)
    elsewhere = {
        *attempts.values_list("reference", flat=True),
        *purchases.values_list("number", flat=True),
    }
    told = {**orders, **{key: named[each] for key, each in payments.items()}}
    return {key: each for key, each in told.items() if each in elsewhere}


def _own(reference: str) -> Code:
    return Code(squeezed(reference), ours=True, told=reference)


def _given(reference: str) -> Code:
    return Code(squeezed(reference), told=reference)


def _counted(number: str) -> Code:
    return Code(squeezed(number), sequential=True, told=number)


def _codes(codes: Iterable[Code]) -> tuple[Code, ...]:
    return tuple(code for code in codes if code.text)


def _captures(region_id: int, matched: frozenset[tuple[str, int]]) -> Iterator[Leg]:
    in_report = ReportItem.objects.filter(attempt=OuterRef("pk"))
    rows = (
        PaymentAttempt.objects.filter(region_id=region_id, received__gt=0)
        .filter(~Exists(in_report))
        .values_list(
            "pk",
            "reference",
            "provider_ref",
            "received",
            "created_at",
            "obligation__purchase__number",
            "obligation__purchase__organisation_id",
        )
    )
    for pk, reference, provider_ref, received, at, number, unit in rows:
        yield Leg(
            LegKind.CAPTURE,
            pk,
            "BANK",
            received,
            clock.day_of(at),
            _codes([_own(reference), _given(provider_ref), _counted(number)]),
            number,
            unit,
            (LegKind.CAPTURE.value, pk) in matched,
        )


def _settlements(region_id: int, matched: frozenset[tuple[str, int]]) -> Iterator[Leg]:
    reports = list(ProviderReport.objects.filter(region_id=region_id))
    known = _fees_in_the_books(region_id) if reports else {}
    for report in reports:
        yield Leg(
            LegKind.SETTLEMENT,
            report.pk,
            "BANK",
            report.net,
            report.dated,
            _codes([_given(report.reference)]),
            is_matched=(LegKind.SETTLEMENT.value, report.pk) in matched,
            fee=report.fee - known.get(report.pk, 0),
        )


def _fees_in_the_books(region_id: int) -> dict[int, int]:
    """By report: sen of its fees that were booked with the captures already, as providers tell them one by one."""
    items = dict(
        ReportItem.objects.filter(report__region_id=region_id).values_list("attempt__reference", "report_id")
    )
    booked = Entry.objects.filter(
        journal__kind=Posting.FEE,
        journal__idem_key__in=[f"fee:{reference}" for reference in items],
        account__kind=AccountKind.FEE_EXPENSE,
    )
    known: dict[int, int] = {}
    for key, amount in booked.values_list("journal__idem_key", "amount"):
        report_id = items[key.removeprefix("fee:")]
        known[report_id] = known.get(report_id, 0) + amount
    return known


def _payouts(region_id: int, matched: frozenset[tuple[str, int]]) -> Iterator[Leg]:
    """Transfers that went to the bank; those it gave back, or that never left, it need not show."""
    rows = Payout.objects.filter(region_id=region_id, state__in=[*AWAY, "SETTLED"]).values_list(
        "pk",
        "amount",
        "sent_at",
        "reference",
        "evidence__number",
        "obligation__purchase__number",
        "obligation__purchase__organisation_id",
    )
    for pk, amount, at, reference, slip, number, unit in rows:
        assert at is not None  # held by the table of moves
        yield Leg(
            LegKind.PAYOUT,
            pk,
            "BANK",
            -amount * SEN_PER_RUPIAH,
            clock.day_of(at),
            _codes([_given(reference), _counted(slip or ""), _counted(number)]),
            number,
            unit,
            (LegKind.PAYOUT.value, pk) in matched,
        )


def _sp2d(region_id: int, matched: frozenset[tuple[str, int]]) -> Iterator[Leg]:
    found = Evidence.objects.filter(
        region_id=region_id, kind=Evidence.Kind.SP2D, verified_at__isnull=False
    ).values_list("pk", "number", "dated", "amount", "purchase_number")
    units = dict(
        Purchase.objects.filter(region_id=region_id, number__in=[row[4] for row in found]).values_list(
            "number", "organisation_id"
        )
    )
    for pk, number, dated, amount, purchase in found:
        yield Leg(
            LegKind.SP2D,
            pk,
            "TREASURY",
            -amount * SEN_PER_RUPIAH,
            dated,
            _codes([_counted(number), _counted(purchase)]),
            purchase,
            units.get(purchase),
            (LegKind.SP2D.value, pk) in matched,
        )


def _taxes(region_id: int, matched: frozenset[tuple[str, int]]) -> Iterator[Leg]:
    """Deposits: one line of the bank for all taxes that share an NTPN; a deposit of one order is named by it, too."""
    rows = (
        TaxDeposit.objects.filter(region_id=region_id)
        .order_by("pk")
        .values_list("pk", "amount", "deposited_on", "ntpn", "billing_code", "organisation_id")
        .annotate(
            profile=Min("lines__obligation__profile"),
            first=Min("lines__obligation__purchase__number"),
            last=Max("lines__obligation__purchase__number"),
        )
    )
    for pk, amount, day, ntpn, billing, unit, profile, first, last in rows:
        number = first if first == last else ""
        yield Leg(
            LegKind.TAX,
            pk,
            "TREASURY" if profile == "LS" else "BANK",
            -amount * SEN_PER_RUPIAH,
            day,
            _codes([_given(ntpn), _given(billing), *([_counted(number)] if number else [])]),
            number,
            unit,
            (LegKind.TAX.value, pk) in matched,
        )


_SOURCES: Final[tuple[Callable[[int, frozenset[tuple[str, int]]], Iterator[Leg]], ...]] = (
    _captures,
    _settlements,
    _payouts,
    _sp2d,
    _taxes,
)
