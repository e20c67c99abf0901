"""Django application of purchasing."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from procurement.purchasing import acts


class PurchasingConfig(AppConfig):
    """Orders: submitted from a basket, approved within budget and authority, confirmed by the vendor."""

    name = "procurement.purchasing"
    label = "purchasing"
    verbose_name = _("Pembelian")

    def ready(self) -> None:
        """Declare the acts of this room."""
        acts.declare()
