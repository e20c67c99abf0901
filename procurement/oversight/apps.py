"""The room of oversight as a Django app."""

from django.apps import AppConfig

from procurement.oversight.evidence import acts


class OversightConfig(AppConfig):
    """Its place in the order of imports; so far it holds evidence packs."""

    name = "procurement.oversight"
    label = "oversight"
    verbose_name = "Pengawasan"

    def ready(self) -> None:
        """Declare the acts of this room."""
        acts.declare()
