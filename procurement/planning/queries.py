"""Reads of plans: who may see which package, and what waits for whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import F, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import BUYING, Role
from marketplace.pages.desk import DeskItem, DeskLink
from procurement.planning.models import BudgetLine, BudgetMovement, Package

DESK_LIMIT: Final = 20
"""A desk shows the first packages; the list shows all."""
REGION_READERS: Final = frozenset({Role.AUDITOR, Role.OPERATOR})


def packages_for(actor: Actor) -> QuerySet[Package]:
    """The packages an actor may see: officers their unit's, auditors and operators their region's, others none."""
    if actor.role == Role.SYSTEM:
        return Package.objects.all()
    if actor.role in BUYING:
        return Package.objects.filter(organisation=actor.organisation_id)
    if actor.role in REGION_READERS:
        return Package.objects.filter(region=actor.region_id)
    return Package.objects.none()


def get_package_for(actor: Actor, package_id: int) -> Package:
    """The package if the actor may see it. Raises Package.DoesNotExist."""
    return (
        packages_for(actor)
        .select_related("region", "organisation", "ppk__user", "pp__user")
        .get(pk=package_id)
    )


def get_package_by_code_for(actor: Actor, kd_rup: str) -> Package:
    """The newest package of that SiRUP number that the actor may see. Raises Package.DoesNotExist."""
    found = packages_for(actor).select_related("region", "organisation", "ppk__user", "pp__user")
    package = found.filter(kd_rup=kd_rup).order_by("-year", "-pk").first()
    if package is None:
        raise Package.DoesNotExist
    return package


def packages_to_buy_for(actor: Actor) -> QuerySet[Package]:
    """Prepared packages that this PP or PPK buys from, with their open lines."""
    return (
        packages_for(actor)
        .filter(
            Q(pp_user=actor.user_id) | Q(ppk_user=actor.user_id),
            state="PREPARED",
            announced=True,
            active=True,
        )
        .prefetch_related("lines")
        .order_by("-pk")
    )


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over packages, in rupiah."""

    packages: int
    pagu: int
    available: int


def totals_of(packages: QuerySet[Package]) -> Totals:
    """How many packages, their pagu and what of it is still available; one query."""
    lines = BudgetLine.objects.filter(package__in=packages.order_by())
    sums = lines.aggregate(pagu=Sum("pagu"), available=Sum("available"))
    return Totals(packages.count(), sums["pagu"] or 0, sums["available"] or 0)


def waiting_for(actor: Actor) -> list[DeskItem]:
    """Packages on somebody's desk: to dispose, to prepare, to buy from. One query."""
    waiting = _waiting(actor)
    if waiting is None:
        return []
    found = waiting.order_by(F("due_at").asc(nulls_last=True), "-pk")[:DESK_LIMIT]
    return [
        DeskItem(
            title=package.name,
            url=package.get_absolute_url(),
            state=package.state,
            state_label=package.state_now.label,
            due_at=package.due_at,
            amount=package.pagu,
            detail=f"RUP {package.kd_rup}",
        )
        for package in found
    ]


def _waiting(actor: Actor) -> QuerySet[Package] | None:
    packages = packages_for(actor).filter(announced=True, active=True)
    if actor.role in (Role.PA, Role.KPA):
        return packages.filter(state="PLANNED", pagu__gt=0)
    if actor.role == Role.PPK:
        return packages.filter(state="ASSIGNED", ppk_user=actor.user_id)
    if actor.role == Role.PP:
        return packages.filter(state="PREPARED", pp_user=actor.user_id, lines__available__gt=0).distinct()
    return None


def movements_of(package: Package) -> QuerySet[BudgetMovement]:
    """The budget movements of a package, newest first, with their lines."""
    return BudgetMovement.objects.filter(line__package=package).select_related("line").order_by("-pk")


def desk_links(actor: Actor) -> list[DeskLink]:
    """Where officers, auditors and operators often go."""
    if actor.role not in BUYING | REGION_READERS:
        return []
    return [DeskLink(gettext("Paket RUP"), reverse("packages"), "file")]
