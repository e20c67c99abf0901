"""Django application of the search."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Finding listings and the shop's pages. Takes the label of Oscar's search app, which is not installed."""

    name = "search"
    label = "search"
    verbose_name = _("Pencarian")

    def ready(self) -> None:
        """Declare what the log can say about the search."""
        from search import acts

        acts.declare()
