"""Django application of oversight."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from procurement.oversight import acts
from procurement.oversight.evidence import acts as evidence_acts


class OversightConfig(AppConfig):
    """The auditor's workbench: case files, findings and their follow-up, samples, stories and evidence packs."""

    name = "procurement.oversight"
    label = "oversight"
    verbose_name = _("Pengawasan")

    def ready(self) -> None:
        """Declare the acts of this room."""
        acts.declare()
        evidence_acts.declare()
