"""The rows of settlement: books, proofs, and the payments they belong to."""

from procurement.settlement.models.events import (
    ProviderEvent,
)
from procurement.settlement.models.evidence import (
    Evidence,
)
from procurement.settlement.models.inbox import (
    EventHandling,
)
from procurement.settlement.models.ledger import (
    Account,
    AccountKind,
    Balance,
    Entry,
    Instrument,
    Journal,
    Posting,
)
from procurement.settlement.models.outside import (
    OutsidePayment,
)
from procurement.settlement.models.payment import (
    Invoice,
    PaymentAttempt,
    PaymentObligation,
    TaxLine,
)
from procurement.settlement.models.payout import (
    Payout,
    PayoutBatch,
)
from procurement.settlement.models.proof import (
    LedgerProof,
)
from procurement.settlement.models.refunds import (
    Refund,
    UnmatchedMoney,
)
from procurement.settlement.models.secrets import (
    ProviderSecret,
)
from procurement.settlement.models.snap import (
    SnapRequest,
)
from procurement.settlement.models.taxes import (
    TaxDeposit,
    TaxExport,
)

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
    "LedgerProof",
    "OutsidePayment",
    "PaymentAttempt",
    "PaymentObligation",
    "Payout",
    "PayoutBatch",
    "Posting",
    "ProviderEvent",
    "ProviderSecret",
    "Refund",
    "SnapRequest",
    "TaxDeposit",
    "TaxExport",
    "TaxLine",
    "UnmatchedMoney",
]
