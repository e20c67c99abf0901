"""The changes that curators made to the list of synonyms: each is a version."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class SynonymChange(models.Model):
    """One group as it is from a version on; without members the group ended with it. Rows are never changed.

    Version 1 is the list that is shipped and has no rows.
    """

    version = models.PositiveIntegerField(_("versi"), unique=True)
    group = models.PositiveIntegerField(_("kelompok"))
    members = ArrayField(models.CharField(max_length=80), verbose_name=_("anggota"))
    one_way = models.BooleanField(_("satu arah"), default=False)
    reason = models.CharField(_("alasan"), max_length=500)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("diubah oleh")
    )
    changed_at = models.DateTimeField(_("waktu"))

    class Meta:
        verbose_name = _("perubahan sinonim")
        ordering = ("version",)
        indexes = [models.Index(fields=["group", "version"], name="synonym_group_versions")]
        constraints = [
            models.CheckConstraint(condition=models.Q(version__gt=1), name="synonym_version_after_shipped"),
        ]

    def __str__(self) -> str:
        return f"v{self.version}: {(' > ' if self.one_way else ' = ').join(self.members) or '–'}"
