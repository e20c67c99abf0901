"""RUP packages, their budget lines, what was prepared, and the history of all of it. Amounts are whole rupiah."""

from procurement.planning.models.package import (
    PLACES,
    BudgetLine,
    BudgetMovement,
    ImportRun,
    Package,
    PlanRevision,
    PlanUpload,
    figures,
)
from procurement.planning.models.preparation import HpsLine, HpsReference

__all__ = [
    "PLACES",
    "BudgetLine",
    "BudgetMovement",
    "HpsLine",
    "HpsReference",
    "ImportRun",
    "Package",
    "PlanRevision",
    "PlanUpload",
    "figures",
]
