"""Django application of open data."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OpendataConfig(AppConfig):
    """OCDS releases made from the log, tables in LKPP's shape, and the catalogue of both."""

    name = "procurement.opendata"
    label = "opendata"
    verbose_name = _("Data terbuka")
