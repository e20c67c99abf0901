"""Django application of the regional treasury's documents."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from procurement.treasury import acts


class TreasuryConfig(AppConfig):
    """NPD, SPP, SPM, SP2D, the imprest and the treasurer's cash book."""

    name = "procurement.treasury"
    label = "treasury"
    verbose_name = _("Perbendaharaan")

    def ready(self) -> None:
        """Declare the acts of this room."""
        acts.declare()
