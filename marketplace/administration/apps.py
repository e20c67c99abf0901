"""Django application of administration."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    """Appointments by decree, dated rules by two persons, holidays: the acts that shape who may do what."""

    name = "marketplace.administration"
    label = "administration"
    verbose_name = "Administrasi"

    def ready(self) -> None:
        """Declare the acts of this room."""
        import_module("marketplace.administration.acts")
