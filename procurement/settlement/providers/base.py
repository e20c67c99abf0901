"""What every payment provider plug-in offers, and the words in which it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

Vault = Callable[[str, str], tuple[str, ...]]
"""`(holder, name)` → the secrets in force, newest first. What signs takes the first, what verifies tries them all."""


class Outcome(StrEnum):
    """Where a payment stands at the provider. UNKNOWN: no answer came; ask again by our reference."""

    PENDING = "PENDING"
    AUTHORISED = "AUTHORISED"
    CAPTURED = "CAPTURED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    UNKNOWN = "UNKNOWN"
    NOT_FOUND = "NOT_FOUND"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a provider can do, and between which limits. Amounts in sen, times in seconds.

    `instrument` is one of the books' closed list; `shows_code`: the payer needs what the provider answers (a number,
    a QR code), so that an attempt without it is worth nothing. `cap` names a dated parameter in rupiah that caps one
    payment beside `max_amount`. `expiry` is the shortest and longest time to pay; 0, 0 when nobody waits.
    """

    authorise: bool
    capture_partial: bool
    refund: bool
    payout: bool
    sync_by_reference: bool
    statement: bool
    min_amount: int
    max_amount: int
    instrument: str
    collect: bool = True
    shows_code: bool = False
    cap: str = ""
    expiry: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Result:
    """An answer to one of our requests. `amount` is sen received so far; `reason` is for people.

    `pay_code` is what the payer types or scans: a virtual account number, the text of a QR code.
    """

    outcome: Outcome
    provider_ref: str = ""
    amount: int = 0
    reason: str = ""
    pay_code: str = ""


class PayoutOutcome(StrEnum):
    """Where a transfer to a vendor stands. ACCEPTED: the bank took it; only a statement line shows that it arrived."""

    ACCEPTED = "ACCEPTED"
    PENDING = "PENDING"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"
    NOT_FOUND = "NOT_FOUND"


@dataclass(frozen=True, slots=True)
class PayoutResult:
    """An answer about a transfer to a vendor; `reason` is for people."""

    outcome: PayoutOutcome
    provider_ref: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """The account a transfer goes to: one version of the vendor's verified account."""

    bank_code: str
    account_number: str = field(repr=False)
    holder_name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Fact:
    """What a verified notification says about one of our payments. `amount` is sen received, if `currency` is idr."""

    reference: str
    provider_ref: str
    outcome: Outcome
    amount: int
    reason: str = ""
    currency: str = "idr"

    @property
    def payment_ref(self) -> str:
        """The provider's name of the payment this is about."""
        return self.provider_ref


@dataclass(frozen=True, slots=True)
class RefundFact:
    """What a provider says about one refund. `reference` is ours, or empty when we did not ask for it; sen."""

    reference: str
    provider_ref: str
    payment_ref: str
    outcome: Outcome
    amount: int
    reason: str = ""


class DisputeStage(StrEnum):
    """Where a dispute stands."""

    OPENED = "OPENED"
    WON = "WON"
    LOST = "LOST"


@dataclass(frozen=True, slots=True)
class DisputeFact:
    """What a provider says about a payment that the cardholder disputes; `amount` is sen taken from us."""

    provider_ref: str
    payment_ref: str
    stage: DisputeStage
    amount: int
    reason: str = ""
    reference: str = ""


Told = Fact | RefundFact | DisputeFact
"""One thing that a notification says."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification after checking: its verdict (a `ProviderEvent.Verdict`), and what it says if vouched for."""

    verdict: str
    event_id: str | None = None
    kind: str = ""
    facts: tuple[Told, ...] = field(default=())


class Provider(Protocol):
    """A payment provider. No method touches the database; none is called inside a transaction."""

    name: str
    label: str
    """What the treasurer reads."""
    capabilities: Capabilities

    def create(
        self,
        *,
        reference: str,
        amount: int,
        description: str,
        idempotency_key: str,
        expires_at: datetime | None = None,
    ) -> Result:
        """Start a payment of `amount` sen under our `reference`, to be paid until `expires_at`."""

    def sync(self, reference: str) -> Result:
        """Where the payment with our reference stands; NOT_FOUND when the provider never heard of it."""

    def capture(self, provider_ref: str, *, amount: int, idempotency_key: str) -> Result:
        """Take an authorised amount (sen)."""

    def cancel(self, provider_ref: str, *, idempotency_key: str, reference: str = "") -> Result:
        """Give an uncaptured payment up; `reference` is ours, for providers that go by it."""

    def refund(self, provider_ref: str, *, amount: int, idempotency_key: str) -> Result:
        """Give `amount` sen back."""

    def fee(self, provider_ref: str) -> int | None:
        """Sen the provider keeps for a captured payment; None when not known yet."""

    def payout(
        self, *, reference: str, amount: int, to: Beneficiary, description: str, idempotency_key: str
    ) -> PayoutResult:
        """Transfer `amount` sen under our `reference`. UNKNOWN: ask `payout_status`, never send under another one."""

    def payout_status(self, reference: str) -> PayoutResult:
        """Where the transfer with our reference stands; NOT_FOUND when the provider never heard of it."""

    def check_notification(self, raw: bytes, headers: Mapping[str, str], *, now: datetime) -> Notice:
        """Verify a notification and read it. Pure: the same bytes at the same moment give the same answer."""

    def read(self, raw: bytes) -> Sequence[Told]:
        """What a notification verified earlier says. Pure."""


class NoPayout:
    """For providers that collect and do not pay out."""

    def payout(
        self, *, reference: str, amount: int, to: Beneficiary, description: str, idempotency_key: str
    ) -> PayoutResult:
        """Nothing happens."""
        return PayoutResult(PayoutOutcome.FAILED, reason="Penyedia pembayaran ini tidak mengirim transfer.")

    def payout_status(self, reference: str) -> PayoutResult:
        """Nothing was ever sent."""
        return PayoutResult(PayoutOutcome.NOT_FOUND)


@runtime_checkable
class Refunding(Protocol):
    """A provider that can be asked how a refund of ours stands."""

    def sync_refund(self, payment_ref: str, reference: str) -> Result:
        """Where the refund under our `reference` stands (`provider_ref` names it); NOT_FOUND when never heard of."""
