"""The rows of reconciliation: what banks and providers state, what it was matched with, what is still unexplained."""

from procurement.reconciliation.models.matches import Discrepancy, LegKind, Match, Proposal
from procurement.reconciliation.models.reports import ProviderReport, ReportItem
from procurement.reconciliation.models.statements import (
    BankStatement,
    OwnAccount,
    StatementFile,
    StatementLine,
)

__all__ = [
    "BankStatement",
    "Discrepancy",
    "LegKind",
    "Match",
    "OwnAccount",
    "Proposal",
    "ProviderReport",
    "ReportItem",
    "StatementFile",
    "StatementLine",
]
