"""Django application of papers."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    """Numbered PDF papers made from frozen facts, and the page that proves them genuine."""

    name = "procurement.documents"
    label = "documents"
    verbose_name = _("Dokumen")

    def ready(self) -> None:
        """Declare the acts of this room."""
        import_module("procurement.documents.acts")
