"""Jobs of this room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from marketplace.events.registry import job
from procurement.purchasing.actions.baskets import look_after_baskets

BASKETS: Final = "purchasing.baskets"


@job(BASKETS)
def baskets(payload: Mapping[str, Any]) -> None:
    """Remind of baskets that nobody touches, and put the oldest aside."""
    look_after_baskets()
