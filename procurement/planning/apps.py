"""Django application of planning."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    """Procurement plans (RUP), their budget lines and who prepares them."""

    name = "procurement.planning"
    label = "planning"
    verbose_name = "Perencanaan"

    def ready(self) -> None:
        """Declare the acts of this room."""
        import_module("procurement.planning.acts")
