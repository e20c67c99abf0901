"""The door as a Django app."""

from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    """The one door through which any state changes."""

    name = "marketplace.workflow"
    label = "workflow"
    verbose_name = "Alur kerja"
