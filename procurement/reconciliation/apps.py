"""Django application of reconciliation."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class ReconciliationConfig(AppConfig):
    """What the bank says, held against the books: statements, matches, and the exceptions somebody must explain."""

    name = "procurement.reconciliation"
    label = "reconciliation"
    verbose_name = "Rekonsiliasi"

    def ready(self) -> None:
        """Declare the acts of this room."""
        import_module("procurement.reconciliation.acts")
