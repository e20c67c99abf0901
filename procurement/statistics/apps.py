"""The room of statistics as a Django app."""

from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    """Its place in the order of imports."""

    name = "procurement.statistics"
    label = "statistics"
    verbose_name = "Statistik"
