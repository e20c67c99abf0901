"""The app configuration of the shared pages."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """The shared frame of every page; it owns no table."""

    name = "marketplace.pages"
    label = "pages"
    verbose_name = "Halaman"
