"""What every payment provider plug-in offers, and the words in which it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable


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
    """What a provider can do. Amounts in sen."""

    authorise: bool
    capture_partial: bool
    refund: bool
    payout: bool
    sync_by_reference: bool
    statement: bool
    min_amount: int
    max_amount: int


@dataclass(frozen=True, slots=True)
class Result:
    """An answer to one of our requests. `amount` is sen received so far; `reason` is for people."""

    outcome: Outcome
    provider_ref: str = ""
    amount: int = 0
    reason: str = ""


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
    capabilities: Capabilities

    def create(self, *, reference: str, amount: int, description: str, idempotency_key: str) -> Result:
        """Start a payment of `amount` sen under our `reference`."""

    def sync(self, reference: str) -> Result:
        """Where the payment with our reference stands; NOT_FOUND when the provider never heard of it."""

    def capture(self, provider_ref: str, *, amount: int, idempotency_key: str) -> Result:
        """Take an authorised amount (sen)."""

    def cancel(self, provider_ref: str, *, idempotency_key: str) -> Result:
        """Give an uncaptured payment up."""

    def refund(self, provider_ref: str, *, amount: int, idempotency_key: str) -> Result:
        """Give `amount` sen back."""

    def fee(self, provider_ref: str) -> int | None:
        """Sen the provider keeps for a captured payment; None when not known yet."""

    def check_notification(self, raw: bytes, headers: Mapping[str, str], *, now: datetime) -> Notice:
        """Verify a notification and read it. Pure: the same bytes at the same moment give the same answer."""

    def read(self, raw: bytes) -> Sequence[Told]:
        """What a notification verified earlier says. Pure."""


@runtime_checkable
class Refunding(Protocol):
    """A provider that can be asked how a refund of ours stands."""

    def sync_refund(self, payment_ref: str, reference: str) -> Result:
        """Where the refund under our `reference` stands (`provider_ref` names it); NOT_FOUND when never heard of."""
