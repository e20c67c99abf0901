"""The tax decision table as a Django app."""

from django.apps import AppConfig


class TaxationConfig(AppConfig):
    """Dated tax rules and their pure evaluation."""

    name = "procurement.taxation"
    label = "taxation"
    verbose_name = "Perpajakan"
