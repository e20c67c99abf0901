"""Dated rules as a Django app."""

from django.apps import AppConfig


class RegulationConfig(AppConfig):
    """Dated rules of law, working days and code lists."""

    name = "marketplace.regulation"
    label = "regulation"
    verbose_name = "Regulasi"
