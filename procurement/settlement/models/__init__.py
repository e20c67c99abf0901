"""The rows of settlement: books, proofs, and the payments they belong to."""

from procurement.settlement.models.events import ProviderEvent
from procurement.settlement.models.evidence import Evidence
from procurement.settlement.models.ledger import (
    Account,
    AccountKind,
    Balance,
    Entry,
    Instrument,
    Journal,
    Posting,
)
from procurement.settlement.models.payment import (
    Invoice,
    PaymentAttempt,
    PaymentObligation,
    Refund,
    TaxLine,
    UnmatchedMoney,
)
from procurement.settlement.models.payout import Payout, PayoutBatch
from procurement.settlement.models.proof import LedgerProof

__all__ = [
    "Account",
    "AccountKind",
    "Balance",
    "Entry",
    "Evidence",
    "Instrument",
    "Invoice",
    "Journal",
    "LedgerProof",
    "PaymentAttempt",
    "PaymentObligation",
    "Payout",
    "PayoutBatch",
    "Posting",
    "ProviderEvent",
    "Refund",
    "TaxLine",
    "UnmatchedMoney",
]
