"""Django application of settlement."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class SettlementConfig(AppConfig):
    """Tax, the double-entry ledger, payment providers and the proof that money moved."""

    name = "procurement.settlement"
    label = "settlement"
    verbose_name = "Pembayaran"

    def ready(self) -> None:
        """Declare the acts and jobs of this room."""
        import_module("procurement.settlement.acts")
