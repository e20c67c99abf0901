"""The room of oversight as a Django app."""

from django.apps import AppConfig


class OversightConfig(AppConfig):
    """Its place in the order of imports; the room is not furnished yet."""

    name = "procurement.oversight"
    label = "oversight"
    verbose_name = "Pengawasan"
