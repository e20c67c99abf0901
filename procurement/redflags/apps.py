"""The room of redflags as a Django app."""

from django.apps import AppConfig


class RedflagsConfig(AppConfig):
    """Its place in the order of imports."""

    name = "procurement.redflags"
    label = "redflags"
    verbose_name = "Tanda bahaya"
