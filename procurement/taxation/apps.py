"""The tax decision table as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class TaxationConfig(AppConfig):
    """Dated tax rules and their pure evaluation."""

    name = "procurement.taxation"
    label = "taxation"
    verbose_name = "Perpajakan"

    def ready(self) -> None:
        """Declare the acts of this room."""
        import_module("procurement.taxation.acts")
