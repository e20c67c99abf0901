"""The verbs of reconciliation."""

from procurement.reconciliation.actions.accounts import open_account
from procurement.reconciliation.actions.deciding import (
    confirm,
    decline,
    propose_explanation,
    propose_match,
    propose_undo,
)
from procurement.reconciliation.actions.importing import Imported, import_statement
from procurement.reconciliation.actions.matching import Summary, match_region
from procurement.reconciliation.actions.reports import import_provider_report

__all__ = [
    "Imported",
    "Summary",
    "confirm",
    "decline",
    "import_provider_report",
    "import_statement",
    "match_region",
    "open_account",
    "propose_explanation",
    "propose_match",
    "propose_undo",
]
