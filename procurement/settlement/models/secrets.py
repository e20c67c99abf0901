"""Keys of payment providers, sealed with the field keys. No page, admin page or log entry ever shows a value."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.personal_data import EncryptedTextField
from marketplace.regulation.models import Region
from marketplace.workflow.models import Figures


class SecretQuerySet(models.QuerySet["ProviderSecret"]):
    """Secrets by time."""

    def in_force(self, at: datetime) -> SecretQuerySet:
        """Those valid at `at`, newest first."""
        standing = self.filter(valid_from__lte=at).filter(Q(rotated_at=None) | Q(rotated_at__gt=at))
        return standing.order_by("-valid_from", "-pk")


class ProviderSecret(models.Model):
    """One secret of one provider, for one region or, without one, for all. Replaced by rotation, never changed."""

    provider = models.CharField(_("penyedia pembayaran"), max_length=20)
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    name = models.CharField(_("nama"), max_length=40)
    value = EncryptedTextField(_("nilai tersegel"))
    valid_from = models.DateTimeField(_("berlaku sejak"))
    rotated_at = models.DateTimeField(_("diganti"), null=True)

    objects = SecretQuerySet.as_manager()

    aggregate = "provider_secret"
    told_from_birth: ClassVar[bool] = True
    figures: ClassVar[Figures] = {
        "provider": ("provider_secret.rotate:provider",),
        "name": ("provider_secret.rotate:name",),
    }

    class Meta:
        verbose_name = _("kunci penyedia pembayaran")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(rotated_at__isnull=True) | Q(rotated_at__gte=F("valid_from")),
                name="settlement_secret_rotated_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.name} {self.pk}"
