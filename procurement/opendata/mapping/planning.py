"""The plan: a RUP package as a process of its own, and its budget as the processes that buy from it repeat it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Exists, OuterRef

from procurement.competition.models import Award, Competition
from procurement.opendata import identity
from procurement.opendata.mapping.values import CATEGORY_OF_PACKAGE, rupiah
from procurement.planning.models import Package
from procurement.purchasing.models import Purchase

_DETAILS: Final = {
    Package.Method.DIRECT: "Pengadaan Langsung",
    Package.Method.E_PURCHASING: "E-Purchasing",
    Package.Method.TENDER: "Tender",
    Package.Method.SELECTION: "Seleksi",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """A package with what buys from it: when orders were placed, and when each process began, by its number."""

    package: Package
    ordered: Sequence[datetime]
    began: Mapping[str, datetime]

    def bought_by(self, moment: datetime) -> bool:
        """Whether an order was placed by then."""
        return any(at <= moment for at in self.ordered)

    def processes_by(self, moment: datetime) -> list[str]:
        """Numbers of the processes that had begun by then."""
        return sorted(number for number, at in self.began.items() if at <= moment)


def read_plans(ids: Collection[int], *, bought_from: Collection[int]) -> dict[int, Plan]:
    """Packages by id, with what buys from some of them. Four queries for any number, none for none."""
    if not ids:
        return {}
    ordered: Mapping[int, list[datetime]] = defaultdict(list)
    began: Mapping[int, dict[str, datetime]] = defaultdict(dict)
    if bought_from:
        won = Exists(Award.objects.filter(purchase=OuterRef("pk")))
        orders = Purchase.objects.filter(package__in=bought_from).annotate(won=won)
        for package, number, at, in_contest in orders.values_list(
            "package_id", "number", "submitted_at", "won"
        ):
            ordered[package].append(at)
            if not in_contest:
                began[package][number] = at
        contests = Competition.objects.filter(package__in=bought_from, published_at__isnull=False)
        for package, number, announced in contests.values_list("package_id", "number", "published_at"):
            began[package][number] = announced  # type: ignore[assignment]  # drafts are left out
    found = Package.objects.filter(pk__in=ids).select_related("region", "organisation")
    return {
        package.pk: Plan(package, ordered[package.pk], began[package.pk])
        for package in found.prefetch_related("lines")
    }


def budget(package: Package) -> dict[str, Any]:
    """`planning.budget` of a package; no query where its lines were prefetched."""
    lines = sorted((line for line in package.lines.all() if line.active), key=lambda line: line.pk)
    told = [f"{line.mak} ({line.sumber_dana})" for line in lines]
    return {
        "id": package.kd_rup,
        "description": "; ".join(told) or package.name,
        "amount": rupiah(package.pagu),
        "project": package.name,
    }


def plan(package: Package, *, bought: bool) -> dict[str, Any]:
    """The planning of a package: its budget, and the tender it announces. `bought`: whether it ends with orders."""
    tender: dict[str, Any] = {
        "id": package.kd_rup,
        "title": package.name,
        "status": _status(package, bought=bought),
        "procuringEntity": identity.unit(package.organisation, package.region).reference,
    }
    if package.kind_code is not None:
        tender["mainProcurementCategory"] = CATEGORY_OF_PACKAGE[Package.Kind(package.kind_code)]
    if package.method_code is not None:
        tender["procurementMethodDetails"] = _DETAILS[Package.Method(package.method_code)]
    return {"planning": {"budget": budget(package)}, "tender": tender}


def _status(package: Package, *, bought: bool) -> str:
    if not package.announced:
        return "withdrawn"
    if package.state == "CLOSED":
        return "complete" if bought else "cancelled"
    return "planned" if package.state == "PREPARED" else "planning"


def from_plan(package: Package) -> dict[str, Any]:
    """What a process that buys from a package says of it: the budget, and the way to its planning."""
    return {
        "planning": {"budget": budget(package)},
        "relatedProcesses": [
            {
                "id": "RUP",
                "relationship": ["planning"],
                "title": package.name,
                "scheme": "ocid",
                "identifier": identity.plan_process(package),
            }
        ],
    }
