"""Django application of durable jobs, log readers and notices."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    """What happens after an act: jobs, readers of the log, notices."""

    name = "marketplace.events"
    label = "events"
    verbose_name = _("Pekerjaan latar dan kabar")

    def ready(self) -> None:
        """Declare the acts of this room and collect the handlers of every room's `tasks.py`."""
        import_module("marketplace.events.acts")
        autodiscover_modules("tasks")
