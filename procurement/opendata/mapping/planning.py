"""The plan: a RUP package as a process of its own, and its budget as the processes that buy from it repeat it."""

from __future__ import annotations

from typing import Any, Final

from procurement.opendata import identity
from procurement.opendata.mapping.values import CATEGORY_OF_PACKAGE, rupiah
from procurement.planning.models import BudgetLine, Package

_DETAILS: Final = {
    Package.Method.DIRECT: "Pengadaan Langsung",
    Package.Method.E_PURCHASING: "E-Purchasing",
    Package.Method.TENDER: "Tender",
    Package.Method.SELECTION: "Seleksi",
}


def budget(package: Package) -> dict[str, Any]:
    """`planning.budget` of a package. One query."""
    lines = BudgetLine.objects.filter(package=package, active=True).order_by("pk")
    told = [f"{mak} ({source})" for mak, source in lines.values_list("mak", "sumber_dana")]
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
