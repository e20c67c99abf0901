"""Django application of deadlines: reminders, escalation, the page of running deadlines."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeadlinesConfig(AppConfig):
    """Who is reminded of a deadline, and who hears when it is missed."""

    name = "marketplace.deadlines"
    label = "deadlines"
    verbose_name = _("Tenggat")

    def ready(self) -> None:
        """Declare the acts of this room."""
        import_module("marketplace.deadlines.acts")
