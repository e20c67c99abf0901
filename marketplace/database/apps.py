"""The database room as a Django app; it has no models, only commands."""

from django.apps import AppConfig


class DatabaseConfig(AppConfig):
    """Holds ``manage.py create_schema``."""

    name = "marketplace.database"
    label = "eorder_database"
    verbose_name = "Basis data"
