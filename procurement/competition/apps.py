"""Django application of the mini-competition."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from procurement.competition import acts


class CompetitionConfig(AppConfig):
    """Competitions among the vendors who sell what a package needs: sealed offers, evaluation, decision."""

    name = "procurement.competition"
    label = "competition"
    verbose_name = _("Mini-kompetisi")

    def ready(self) -> None:
        """Declare the acts of this room."""
        acts.declare()
