"""The room of opendata as a Django app."""

from django.apps import AppConfig


class OpendataConfig(AppConfig):
    """Its place in the order of imports."""

    name = "procurement.opendata"
    label = "opendata"
    verbose_name = "Data terbuka"
