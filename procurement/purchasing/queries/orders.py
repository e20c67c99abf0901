"""Which orders a person may see, one of them, a page of them, and what a package's orders take together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet, Sum, prefetch_related_objects

from marketplace.accounts.actors import Actor
from marketplace.accounts.queries import appointments_in_force, name_officers, stands_for
from marketplace.accounts.roles import BUYING, Role
from procurement.purchasing.guards import DUTY_OF_ROLE, NAMED
from procurement.purchasing.models import Delivery, DeliveryLine, Purchase, PurchaseLine
from procurement.purchasing.workflow import DROPPED

OFFICERS = ("pp", "ppk", "receiver", "verifier", "approver", "treasurer")
"""Duties whose holders an order names."""


def purchases_of(actor: Actor) -> QuerySet[Purchase]:
    """The orders `actor` may see: own unit's, own sales, or (auditor, operator) the region's."""
    if actor.organisation_id is None or actor.region_id is None:
        return Purchase.objects.none()
    if actor.role in BUYING:
        return Purchase.objects.filter(organisation_id=actor.organisation_id)
    if actor.role == Role.VENDOR:
        # Neither approved by the buyer nor negotiated: nothing the vendor should see or count on.
        return Purchase.objects.filter(
            Q(approved_at__isnull=False) | Q(negotiated=True),
            vendor_organisation_id=actor.organisation_id,
        )
    if actor.role in {Role.AUDITOR, Role.OPERATOR}:
        return Purchase.objects.filter(region_id=actor.region_id)
    return Purchase.objects.none()


def get_purchase_for(actor: Actor, number: str) -> Purchase:
    """The order `number` with what its page needs, if `actor` may see it: four queries.

    Raises Purchase.DoesNotExist.
    """
    purchase = get_bare_purchase_for(actor, number)
    chosen = PurchaseLine.objects.select_related("choice").defer("choice__content")
    prefetch_related_objects([purchase], "deliveries", Prefetch("lines", chosen))
    name_officers(purchase, OFFICERS)
    return purchase


def get_bare_purchase_for(actor: Actor, number: str) -> Purchase:
    """The order `number` without its lines, deliveries and officers, if `actor` may see it: one query.

    Raises Purchase.DoesNotExist.
    """
    named = ("region", "organisation", "package", "budget_line", "vendor__organisation")
    return purchases_of(actor).select_related(*named).get(number=number)


def may_take_over(actor: Actor, purchase: Purchase) -> bool:
    """Whether `actor` may act for an officer named on the order: who has left, or whom he or she substitutes.

    Two queries at most.
    """
    duty = DUTY_OF_ROLE.get(actor.role, "")
    if duty not in NAMED or purchase.state_now.terminal or actor.organisation_id != purchase.organisation_id:
        return False
    named = getattr(purchase, f"{duty}_id")
    if named is None or getattr(purchase, f"{duty}_user_id") == actor.user_id:
        return False
    if not appointments_in_force().filter(pk=named).exists():
        return True
    return stands_for(actor.appointment_id, named)


def may_read(actor: Actor, aggregate_id: str) -> bool:
    """Whether `actor` may read the papers of the order with that id in the log."""
    return aggregate_id.isdecimal() and purchases_of(actor).filter(pk=int(aggregate_id)).exists()


REMEMBERED = 6
"""Addresses a form offers; they are looked for among the unit's last deliveries."""


def addresses_of(actor: Actor) -> list[dict[str, Any]]:
    """Where the unit's orders went lately, each address once, the latest first: one query."""
    latest = Delivery.objects.filter(purchase__in=purchases_of(actor)).order_by("-purchase_id", "position")
    found: dict[str, dict[str, Any]] = {}
    for each in latest[: REMEMBERED * 10]:
        told = {
            "address": each.address,
            "place_code": each.place_code,
            "place_name": each.place_name,
            "receiver": each.receiver_id,
        }
        found.setdefault(each.address.casefold(), told)
    return list(found.values())[:REMEMBERED]


def last_delivery_of(actor: Actor) -> dict[str, Any]:
    """Where the unit's latest order went, to begin the next form with; empty for the first order."""
    return next(iter(addresses_of(actor)), {})


def aggregate_id_of(number_or_id: str) -> str | None:
    """The log's id of an order given by number or id; None when there is none. For the audit commands."""
    wanted = Q(number=number_or_id.strip().upper())
    if number_or_id.strip().isdecimal() and len(number_or_id.strip()) < 19:
        wanted |= Q(pk=int(number_or_id))
    found = Purchase.objects.filter(wanted).values_list("pk", flat=True).first()
    return None if found is None else str(found)


def committed_of_package(package_id: int, *, leaving_out: int | None = None) -> int:
    """Rupiah that all living orders of a package take together (`accepted_total` once there is one)."""
    living = Purchase.objects.filter(package_id=package_id).exclude(state__in=DROPPED)
    if leaving_out is not None:
        living = living.exclude(pk=leaving_out)
    amounts = living.values_list("total", "accepted_total")
    return sum(total if accepted is None else accepted for total, accepted in amounts)


def promised_on(day: date, listing_ids: Sequence[int]) -> dict[int, int]:
    """How many of each listing living orders want by that day: one query."""
    lines = DeliveryLine.objects.filter(line__listing_id__in=listing_ids, delivery__needed_by=day)
    living = lines.exclude(delivery__purchase__state__in=DROPPED).exclude(delivery__stage="DROPPED")
    return dict(living.values_list("line__listing_id").annotate(promised=Sum("quantity")))
