"""The demonstration as a Django app."""

from django.apps import AppConfig


class PracticeConfig(AppConfig):
    """Demonstration and synthetic data; has no tables of its own."""

    name = "procurement.practice"
    label = "practice"
    verbose_name = "Peragaan"
