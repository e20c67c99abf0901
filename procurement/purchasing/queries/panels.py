"""What rooms above show on an order's page: deliveries, payment. Named as text in `settings.PURCHASE_PANELS`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from marketplace.accounts.actors import Actor
from procurement.purchasing.models import Purchase


@dataclass(frozen=True, slots=True)
class Panel:
    """A piece of the page: its template, drawn with `panel` (this) and `purchase` in the context."""

    template: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def panels_of(actor: Actor, purchase: Purchase) -> list[Panel]:
    """The panels of all rooms that have something to show, in the order of the settings."""
    sources = (import_string(path) for path in getattr(settings, "PURCHASE_PANELS", ()))
    return [panel for source in sources if (panel := source(actor, purchase)) is not None]
