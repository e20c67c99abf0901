"""Reads of orders. Nothing else fetches an order for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import BUYING, LABELS, Role
from marketplace.pages.desk import DeskItem
from procurement.purchasing.models import Purchase
from procurement.purchasing.workflow import DROPPED, PURCHASE, holders, states_held_by

PAGE = 25
DESK_ROWS = 50


def purchases_of(actor: Actor) -> QuerySet[Purchase]:
    """The orders `actor` may see: own unit's, own sales, or (auditor, operator) the region's."""
    if actor.role in BUYING:
        return Purchase.objects.filter(organisation_id=actor.organisation_id)
    if actor.role == Role.VENDOR:
        # Not yet approved by the buyer: nothing the vendor should see or count on.
        return Purchase.objects.filter(vendor_organisation_id=actor.organisation_id).exclude(
            approved_at__isnull=True
        )
    if actor.role in {Role.AUDITOR, Role.OPERATOR}:
        return Purchase.objects.filter(region_id=actor.region_id)
    return Purchase.objects.none()


def get_purchase_for(actor: Actor, number: str) -> Purchase:
    """The order `number` with what a page needs, if `actor` may see it. Raises Purchase.DoesNotExist."""
    return (
        purchases_of(actor)
        .select_related(
            "region",
            "organisation",
            "package",
            "budget_line",
            "vendor__organisation",
            *(f"{duty}__user" for duty in ("pp", "ppk", "receiver", "verifier", "approver", "treasurer")),
        )
        .get(number=number)
    )


def aggregate_id_of(number_or_id: str) -> str | None:
    """The log's id of an order given by number or id; None when there is none. For the audit commands."""
    wanted = Q(number=number_or_id.strip().upper())
    if number_or_id.strip().isdecimal() and len(number_or_id.strip()) < 19:
        wanted |= Q(pk=int(number_or_id))
    found = Purchase.objects.filter(wanted).values_list("pk", flat=True).first()
    return None if found is None else str(found)


@dataclass(frozen=True, slots=True)
class Page:
    """One keyset page, newest first; `older` and `newer` are the ids to go on from, None at an end."""

    rows: Sequence[Purchase]
    older: int | None
    newer: int | None


def purchase_page(
    actor: Actor,
    *,
    states: Sequence[str] = (),
    text: str = "",
    before: int | None = None,
    after: int | None = None,
    size: int = PAGE,
) -> Page:
    """The orders of `actor` in `states` whose number, package or vendor contains `text`: one query."""
    found = purchases_of(actor).select_related("vendor__organisation", "organisation", "package")
    if states:
        found = found.filter(state__in=states)
    if text:
        found = found.filter(
            Q(number__icontains=text)
            | Q(package__name__icontains=text)
            | Q(vendor__organisation__name__icontains=text)
        )
    if after is not None:
        rows = list(found.filter(pk__gt=after).order_by("pk")[: size + 1])
        more, rows = len(rows) > size, rows[:size][::-1]
        return Page(rows, rows[-1].pk if rows else None, rows[0].pk if more and rows else None)
    rows = list((found.filter(pk__lt=before) if before else found).order_by("-pk")[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    return Page(rows, rows[-1].pk if more else None, rows[0].pk if before and rows else None)


def holder_of(purchase: Purchase) -> str:
    """In words, who must act next; empty when the order has ended."""
    if PURCHASE.state(purchase.state).terminal:
        return ""
    if purchase.state == "INSPECTED":
        waiting: tuple[Role, ...] = (Role.VENDOR if purchase.bast_ppk_at else Role.PPK,)
    else:
        waiting = holders(purchase.state)
    return _(" atau ").join(LABELS[role] for role in waiting)


def waiting_for(actor: Actor) -> list[DeskItem]:
    """What waits for `actor`, and for the vendor and PP/PPK also what waits for others: one query each.

    Only the soonest due are listed: the desk is for today, the list of orders has them all.
    """
    items = [_item(each, mine=True) for each in _mine(actor)[:DESK_ROWS]]
    if actor.role in {Role.VENDOR, Role.PP, Role.PPK, Role.PA, Role.KPA}:
        taken = {item.url for item in items}
        running = purchases_of(actor).exclude(state__in=[*DROPPED, "CLOSED"])
        items += [
            _item(each, mine=False)
            for each in _with_names(running).order_by("due_at", "pk")[:DESK_ROWS]
            if each.get_absolute_url() not in taken
        ]
    return items


def _mine(actor: Actor) -> QuerySet[Purchase]:
    states = states_held_by(actor.role)
    if not states:
        return Purchase.objects.none()
    found = purchases_of(actor).filter(state__in=states)
    if actor.role == Role.PPK:
        found = found.filter(ppk_user_id=actor.user_id).exclude(state="INSPECTED", bast_ppk_at__isnull=False)
    elif actor.role == Role.VENDOR:
        found = found.exclude(state="INSPECTED", bast_ppk_at__isnull=True)
    return _with_names(found).order_by("due_at", "pk")


def _with_names(found: QuerySet[Purchase]) -> QuerySet[Purchase]:
    return found.select_related("vendor__organisation", "organisation", "package")


def _item(purchase: Purchase, *, mine: bool) -> DeskItem:
    return DeskItem(
        title=purchase.number,
        url=purchase.get_absolute_url(),
        state_label=purchase.get_state_display(),
        state=purchase.state,
        due_at=purchase.due_at,
        amount=purchase.total,
        holder=holder_of(purchase),
        mine=mine,
        detail=f"{purchase.vendor.name} → {purchase.organisation.name}",
    )


def committed_of_package(package_id: int, *, leaving_out: int | None = None) -> int:
    """Rupiah that all living orders of a package take together (`accepted_total` once there is one)."""
    living = Purchase.objects.filter(package_id=package_id).exclude(state__in=DROPPED)
    amounts: Any = living.exclude(pk=leaving_out).values_list("total", "accepted_total")
    return sum(total if accepted is None else accepted for total, accepted in amounts)
