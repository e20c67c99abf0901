"""Jobs of reconciliation. Each may run twice: matching again changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.events.registry import job
from procurement.reconciliation.actions.matching import match_region, settle_payouts


@job("reconciliation.match")
def match(payload: Mapping[str, Any]) -> None:
    """Match the open lines of a region."""
    match_region(payload["region"])


@job("reconciliation.settle_payouts")
def settle(payload: Mapping[str, Any]) -> None:
    """Settle the transfers that the bank's lines have proved."""
    settle_payouts(payload["region"])
