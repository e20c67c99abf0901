"""Django application of fulfilment."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from procurement.fulfilment import acts


class FulfilmentConfig(AppConfig):
    """Deliveries: shipments, receipts with photos, inspection, discrepancies, BAST."""

    name = "procurement.fulfilment"
    label = "fulfilment"
    verbose_name = _("Pemenuhan")

    def ready(self) -> None:
        """Declare the acts of this room."""
        acts.declare()
