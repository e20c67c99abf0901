"""Jobs of settlement. Each may run twice; see the actions for why that is harmless."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from marketplace.events.registry import job
from procurement.settlement.actions import (
    gateway,
    notifications,
    paying,
    payout_sending,
    proving,
    refunding,
    resolving,
    treasury,
)


@job("settlement.send_attempt")
def send_attempt(payload: Mapping[str, Any]) -> None:
    """Send a payment to its provider, or find out how it went."""
    gateway.send_attempt(payload["attempt"])


@job("settlement.sync_attempt")
def sync_attempt(payload: Mapping[str, Any]) -> None:
    """Ask the provider when no notification came."""
    gateway.sync_attempt(payload["attempt"])


@job("settlement.provider_event")
def provider_event(payload: Mapping[str, Any]) -> None:
    """Do what a stored notification says."""
    notifications.process_event(payload["event"])


@job("settlement.settle")
def settle(payload: Mapping[str, Any]) -> None:
    """Mark the order of a captured payment paid."""
    paying.pay_from_escrow(payload["attempt"])


@job("settlement.fee")
def fee(payload: Mapping[str, Any]) -> None:
    """Book the provider's fee."""
    gateway.book_fee(payload["attempt"], payload["event"])


@job("settlement.evidence")
def evidence(payload: Mapping[str, Any]) -> None:
    """Do what a verified SP2D or transfer brings about."""
    treasury.act_on_evidence(payload["evidence"])


@job("settlement.complete")
def complete(payload: Mapping[str, Any]) -> None:
    """Move a paid order on when nothing is open any more."""
    paying.complete(payload["purchase"])


@job("settlement.prove_ledger")
def prove_ledger(payload: Mapping[str, Any]) -> None:
    """Prove the books of a day."""
    proving.prove_ledger(date.fromisoformat(payload["day"]))


@job("settlement.send_payout")
def send_payout(payload: Mapping[str, Any]) -> None:
    """Give a transfer to its provider once; run again, ask."""
    payout_sending.send_to_provider(payload["payout"])


@job("settlement.ask_payout")
def ask_payout(payload: Mapping[str, Any]) -> None:
    """Ask the provider where a transfer stands."""
    payout_sending.ask_provider(payload["payout"])


@job("settlement.send_refund")
def send_refund(payload: Mapping[str, Any]) -> None:
    """Send an approved refund to its provider, or find out how it went."""
    refunding.send_refund(payload["refund"])


@job("settlement.ask_refund")
def ask_refund(payload: Mapping[str, Any]) -> None:
    """Ask how a refund stands when no notification came."""
    refunding.ask_refund(payload["refund"])


@job("settlement.pay_held")
def pay_held(payload: Mapping[str, Any]) -> None:
    """Mark an order paid whose escrow may hold enough now."""
    paying.pay_what_is_held(payload["obligation"])


@job("settlement.topped_up")
def topped_up(payload: Mapping[str, Any]) -> None:
    """Deal with what a paid order had lacked."""
    resolving.settle_topped_up(payload["obligation"])
