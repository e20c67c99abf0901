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
        """Declare the acts and checks of this room; its jobs are found by the room `events`."""
        import_module("procurement.settlement.acts")
        import_module("procurement.settlement.checks")
