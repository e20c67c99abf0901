"""The app configuration of the shared pages."""

from importlib import import_module

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """The shared frame of every page; it owns no table."""

    name = "marketplace.pages"
    label = "pages"
    verbose_name = "Halaman"

    def ready(self) -> None:
        """Declare the acts of shared pages."""
        import_module("marketplace.pages.acts")
