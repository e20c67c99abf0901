"""The room of feedback as a Django app."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    """Its place in the order of imports; the room is not furnished yet."""

    name = "procurement.feedback"
    label = "feedback"
    verbose_name = "Umpan balik"
