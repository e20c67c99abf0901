"""Jobs of statistics. Each may run twice: figures made again are the same figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.events.registry import job
from procurement.statistics.actions import prove_days, refresh


@job("statistics.refresh")
def refresh_figures(payload: Mapping[str, Any]) -> None:
    """Make all figures anew."""
    refresh()


@job("statistics.cashless")
def prove_cashless(payload: Mapping[str, Any]) -> None:
    """Make the cashless proofs of the last days."""
    prove_days()
