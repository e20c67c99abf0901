"""Django application of the vendors."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VendorsConfig(AppConfig):
    """Vendors, bank accounts, listings, price history, curation."""

    name = "vendors"
    label = "vendors"
    verbose_name = _("Penyedia")

    def ready(self) -> None:
        """Declare what vendors and curators can do."""
        from vendors import acts

        acts.declare()
