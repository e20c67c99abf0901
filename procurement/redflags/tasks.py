"""Jobs of red flags. Each may run twice: the same findings are not raised again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.events.registry import job
from procurement.redflags.actions import evaluate


@job("redflags.evaluate")
def evaluate_all(payload: Mapping[str, Any]) -> None:
    """Judge every region as far back as its parameter says."""
    evaluate()
