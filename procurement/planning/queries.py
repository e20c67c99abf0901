"""Reads of plans: who may see which package, and what waits for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import F, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment
from marketplace.accounts.queries import officers_of, stands_for
from marketplace.accounts.roles import BUYING, Role
from marketplace.core import clock
from marketplace.pages.desk import DeskItem, DeskLink
from procurement.planning.method import Way, way_of
from procurement.planning.models import BudgetLine, BudgetMovement, Package
from procurement.planning.papers import package_header
from vendors.models import Listing
from vendors.queries import live_listings_for

__all__ = [
    "Load",
    "Totals",
    "Way",
    "desk_links",
    "get_package_by_code_for",
    "get_package_for",
    "loads_of",
    "may_read",
    "may_stand_in",
    "movements_of",
    "package_header",
    "packages_for",
    "packages_to_buy_for",
    "prices_in_catalogue",
    "to_dispose",
    "totals_of",
    "waiting_for",
    "way_of",
]

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


def to_dispose(actor: Actor) -> QuerySet[Package]:
    """Announced packages with money that nobody has been given yet, the largest first."""
    found = packages_for(actor).filter(state="PLANNED", announced=True, active=True, pagu__gt=0)
    return found.order_by("-pagu", "-pk")


@dataclass(frozen=True, slots=True)
class Load:
    """What one officer has in hand: packages to prepare, ready to buy from, late ones, and their pagu (rupiah)."""

    officer: Appointment
    preparing: int
    ready: int
    late: int
    pagu: int


def loads_of(organisation_id: int) -> list[Load]:
    """The unit's PPK and PP of today with what they have in hand, the busiest last: two queries."""
    officers = list(officers_of(organisation_id, Role.PPK, Role.PP))
    packages = Package.objects.filter(organisation_id=organisation_id, state__in=["ASSIGNED", "PREPARED"])
    held: dict[tuple[str, int], list[tuple[str, object, int]]] = {}
    for ppk, pp, state, due, pagu in packages.values_list("ppk_user", "pp_user", "state", "due_at", "pagu"):
        held.setdefault((Role.PPK, ppk), []).append((state, due, pagu))
        if pp is not None:
            held.setdefault((Role.PP, pp), []).append((state, due, pagu))
    now = clock.now()
    loads = [
        Load(
            officer,
            preparing=sum(state == "ASSIGNED" for state, _due, _pagu in mine),
            ready=sum(state == "PREPARED" for state, _due, _pagu in mine),
            late=sum(isinstance(due, datetime) and due < now for _state, due, _pagu in mine),
            pagu=sum(pagu for _state, _due, pagu in mine),
        )
        for officer in officers
        for mine in [held.get((officer.role, officer.user_id), [])]
    ]
    return sorted(loads, key=lambda load: (load.officer.role, load.preparing + load.ready, load.pagu))


def prices_in_catalogue(actor: Actor, wanted: str, *, limit: int) -> list[Listing]:
    """Listings on show whose title holds every word, the cheapest first; none without a word. One query."""
    words = wanted.split()[:6]
    if not words:
        return []
    found = live_listings_for(actor)
    for word in words:
        found = found.filter(product__title__icontains=word)
    return list(found.order_by("price", "pk")[:limit])


def may_stand_in(actor: Actor, package: Package) -> bool:
    """Whether the actor substitutes the package's officer of that role, or takes the own place again."""
    named = {Role.PPK: package.ppk_id, Role.PP: package.pp_id}.get(actor.role)
    if named is None or named == actor.appointment_id or package.state_now.terminal:
        return False
    return stands_for(actor.appointment_id, named)


def may_read(actor: Actor, aggregate_id: str) -> bool:
    """Whether `actor` may read the papers of the package with that id in the log."""
    return aggregate_id.isdecimal() and packages_for(actor).filter(pk=int(aggregate_id)).exists()


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
