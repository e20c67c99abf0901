"""What is still to be said about a running deadline."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Reminder(models.Model):
    """One moment at which the holder of a waiting thing is reminded, or (`escalation`) the superior is told.

    The rows of a thing are made anew whenever it moves; one that was sent stays until then, so that it is never
    sent twice.
    """

    aggregate_type = models.CharField(_("jenis"), max_length=40)
    aggregate_id = models.CharField(_("nomor"), max_length=40)
    revision = models.PositiveIntegerField(_("revisi"))
    state = models.CharField(_("status"), max_length=24)
    since = models.DateTimeField(_("sejak"))
    due_at = models.DateTimeField(_("tenggat"))
    share = models.PositiveSmallIntegerField(_("persen waktu"))
    escalation = models.PositiveSmallIntegerField(_("eskalasi ke-"), default=0)
    at = models.DateTimeField(_("saat"))
    sent_at = models.DateTimeField(_("terkirim"), null=True, blank=True)

    class Meta:
        verbose_name = _("pengingat")
        verbose_name_plural = _("pengingat")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["aggregate_type", "aggregate_id", "share", "escalation"], name="reminder_once"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["at", "id"], condition=Q(sent_at__isnull=True), name="reminder_due"),
        ]

    def __str__(self) -> str:
        what = f"eskalasi {self.escalation}" if self.escalation else f"{self.share} %"
        return f"{self.aggregate_type} {self.aggregate_id}: {what} {self.at:%Y-%m-%d %H:%M}"
