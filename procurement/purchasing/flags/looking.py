"""Gathering what the rules ask: at most eight queries for all orders of one act, however many rows lie behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import Count, F, Q, Sum, Value
from django.db.models.functions import Coalesce, Left, NullIf

from procurement.purchasing.flags import offers
from procurement.purchasing.flags.facts import CONFIRMATION, SUBMISSION, Beside, Goods, Looked, Share
from procurement.purchasing.flags.intended import Chosen, Intended
from procurement.purchasing.flags.thresholds import Thresholds
from procurement.purchasing.models import Purchase
from procurement.purchasing.workflow import DROPPED

_LOCK_OF_UNIT: Final = 4_608
_LOCK_OF_PPK: Final = 4_609
"""Names of the two locks among PostgreSQL's advisory locks."""


def take_turns(unit_id: int, ppk_user_id: int | None) -> None:
    """Let one officer at a time look at the orders of a unit, and of a PPK, until the transaction ends. One query.

    Without it two submissions could each miss the other and both stay under a limit. Taken after the package's row.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, %s), pg_advisory_xact_lock(%s, %s)",
            [_LOCK_OF_UNIT, unit_id, _LOCK_OF_PPK, ppk_user_id or 0],
        )


def looked_at(orders: Sequence[Intended], limits: Thresholds) -> list[Looked]:
    """The orders of one act with everything around them. They share unit, package and moment."""
    if not orders:
        return []
    first = orders[0]
    others = _beside(orders, limits)
    usual = offers.usual_prices(orders, limits) if first.moment != CONFIRMATION else {}
    at_first = first.moment == SUBMISSION
    share: dict[int | None, Share] = _shares(first, limits) if at_first else {None: Share()}
    better = offers.better_offers(orders) if at_first else {}
    activities, sections = offers.vendors_of([each.vendor for each in orders]) if at_first else ({}, {})
    found = []
    for order in orders:
        siblings = [_sibling(each, limits) for each in orders if each is not order]
        found.append(
            Looked(
                unit_id=order.unit_id,
                ppk_user_id=order.ppk_user_id,
                vendor_id=order.vendor.pk,
                vendor=order.vendor.name,
                package_id=order.package_id,
                kd_rup=order.kd_rup,
                rekening=order.rekening,
                groups=order.groups(limits.group_digits),
                price=order.price,
                total=order.total,
                at=order.at,
                moment=order.moment,
                submitted_at=order.submitted_at,
                since=order.since,
                negotiated=order.negotiated,
                goods=tuple(_goods(order, item, usual, better) for item in order.items),
                others=(*others, *siblings),
                share=share.get(order.vendor.pk, share[None]),
                activities=activities.get(order.vendor.pk, frozenset()),
                sections=sections.get(order.vendor.pk, frozenset()),
            )
        )
    return found


def _goods(
    order: Intended,
    item: Chosen,
    usual: Mapping[tuple[int, str], int],
    better: Mapping[int, offers.Ranked],
) -> Goods:
    listing, place = item.listing, min(item.places, default="")
    ranked = better.get(listing.pk)
    return Goods(
        listing_id=listing.pk,
        title=listing.product.title,
        kind=listing.kind,
        kbki=listing.kbki_code,
        price=item.price,
        quantity=item.quantity,
        live_since=listing.live_since,
        usual_price=usual.get((listing.pk, place)),
        price_now=offers.price_now(listing, place) if order.pk is not None else None,
        rank=ranked.rank if ranked else 1,
        better=ranked.better if ranked else None,
    )


def _beside(orders: Sequence[Intended], limits: Thresholds) -> list[Beside]:
    """Living orders that may belong together with these: one query, two index ranges."""
    first = orders[0]
    at = first.submitted_at or first.at
    groups = sorted({group for order in orders for group in order.groups(limits.group_digits)})
    near = Q(organisation_id=first.unit_id)
    if first.ppk_user_id is not None:
        near |= Q(ppk_user_id=first.ppk_user_id)
    near &= Q(submitted_at__gte=at - timedelta(days=limits.window_days))
    rows = (
        Purchase.objects.filter(near | Q(package_id=first.package_id))
        .exclude(state__in=DROPPED)
        .exclude(pk__in=[order.pk for order in orders if order.pk is not None])
        .annotate(
            account=Coalesce(NullIf("budget_line__rekening", Value("")), F("budget_line__mak")),
            groups=ArrayAgg(
                Left("lines__kbki_code", limits.group_digits), distinct=True, filter=~Q(lines__kbki_code="")
            ),
        )
        .values_list(
            "pk",
            "number",
            "organisation_id",
            "ppk_user_id",
            "vendor_id",
            "package_id",
            "account",
            "groups",
            "price_total",
            "total",
            "submitted_at",
        )
        .order_by("pk")
    )
    found = [
        Beside(
            pk=row[0],
            number=row[1],
            unit_id=row[2],
            ppk_user_id=row[3],
            vendor_id=row[4],
            package_id=row[5],
            rekening=row[6] or "",
            groups=frozenset(row[7] or ()),
            price=row[8],
            total=row[9],
            at=row[10],
        )
        for row in rows
    ]
    accounts = {order.rekening for order in orders}
    return [
        each
        for each in found
        if each.package_id == first.package_id or each.rekening in accounts or each.groups & set(groups)
    ]


def _sibling(order: Intended, limits: Thresholds) -> Beside:
    """Another order of the same basket, not yet written."""
    return Beside(
        pk=order.pk,
        number="",
        unit_id=order.unit_id,
        ppk_user_id=order.ppk_user_id,
        vendor_id=order.vendor.pk,
        package_id=order.package_id,
        rekening=order.rekening,
        groups=order.groups(limits.group_digits),
        price=order.price,
        total=order.total,
        at=order.at,
    )


def _shares(first: Intended, limits: Thresholds) -> dict[int | None, Share]:
    """What each vendor got of the PPK's orders in the days looked at; under None what a new vendor got. One query."""
    if first.ppk_user_id is None:
        return {None: Share()}
    rows = list(
        Purchase.objects.filter(
            ppk_user_id=first.ppk_user_id, submitted_at__gte=first.at - timedelta(days=limits.repeated_days)
        )
        .exclude(state__in=DROPPED)
        .order_by()
        .values_list("vendor_id")
        .annotate(orders=Count("pk"), value=Sum("total"))
    )
    orders, value = sum(row[1] for row in rows), sum(row[2] for row in rows)
    shares: dict[int | None, Share] = {row[0]: Share(row[1], row[2], orders, value) for row in rows}
    shares[None] = Share(0, 0, orders, value)
    return shares


def account_of(rekening: str, mak: str) -> str:
    """The account code of a budget line; the whole *mata anggaran* where it names none."""
    return rekening or mak
