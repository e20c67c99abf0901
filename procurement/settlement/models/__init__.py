"""The rows of settlement: books, proofs, and the payments they belong to."""

from procurement.settlement.models.events import ProviderEvent
from procurement.settlement.models.evidence import Evidence
from procurement.settlement.models.inbox import EventHandling
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
    Payout,
    TaxLine,
)
from procurement.settlement.models.refunds import Refund, UnmatchedMoney

__all__ = [
    "Account",
    "AccountKind",
    "Balance",
    "Entry",
    "EventHandling",
    "Evidence",
    "Instrument",
    "Invoice",
    "Journal",
    "PaymentAttempt",
    "PaymentObligation",
    "Payout",
    "Posting",
    "ProviderEvent",
    "Refund",
    "TaxLine",
    "UnmatchedMoney",
]
