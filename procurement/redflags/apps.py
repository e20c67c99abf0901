"""Django application of red flags."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from procurement.redflags import acts


class RedflagsConfig(AppConfig):
    """Rules over many orders, what they saw, and what was answered."""

    name = "procurement.redflags"
    label = "redflags"
    verbose_name = _("Tanda bahaya")

    def ready(self) -> None:
        """Declare the acts of this room."""
        acts.declare()
