"""Django application of the audit log."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """The transparency log: entries, sequencer, checkpoints, proofs and the auditor's pages."""

    name = "marketplace.audit"
    label = "audit"
    verbose_name = _("Log audit")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what happens to the log itself, and the checks of its defences."""
        from marketplace.audit import defences, own_acts  # noqa: F401
