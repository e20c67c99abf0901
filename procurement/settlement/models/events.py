"""What payment providers told us, kept byte for byte."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.workflow.models import Figures

PROVIDER_TITLES: Final[Mapping[str, str]] = {
    "stripe": "Stripe",
    "snap_va": "SNAP, virtual account",
    "snap_qris": "SNAP, QRIS",
}
"""What people call the payment providers of `settlement.providers.REGISTRY`."""


class ProviderEvent(models.Model):
    """One notification as it arrived. Append-only; a forged one has no event id, so it cannot block the real one."""

    class Verdict(models.TextChoices):
        VERIFIED = "VERIFIED", _("Tanda tangan sah")
        UNSIGNED = "UNSIGNED", _("Tanda tangan tidak sah")
        STALE = "STALE", _("Terlalu lama")
        FUTURE = "FUTURE", _("Bertanggal masa depan")
        UNREADABLE = "UNREADABLE", _("Tidak terbaca")

    provider = models.CharField(_("penyedia pembayaran"), max_length=20)
    event_id = models.CharField(max_length=120, null=True)
    kind = models.CharField(max_length=80, blank=True)
    raw = models.BinaryField()
    headers = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)
    verdict = models.CharField(max_length=12, choices=Verdict.choices)
    received_at = models.DateTimeField(_("diterima"))

    aggregate = "provider_event"
    told_from_birth: ClassVar[Q] = Q(verdict="VERIFIED")  # anybody may send others; they move nothing
    figures: ClassVar[Figures] = {
        "provider": ("provider_event.receive:provider",),
        "kind": ("provider_event.receive:kind",),
        "sha256": ("provider_event.receive:sha256",),
    }

    class Meta:
        verbose_name = _("kabar penyedia pembayaran")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="settlement_event_once"),
            models.CheckConstraint(
                condition=Q(verdict="VERIFIED", event_id__isnull=False)
                | Q(verdict__in=["UNSIGNED", "STALE", "FUTURE", "UNREADABLE"], event_id__isnull=True),
                name="settlement_event_id_only_when_verified",
            ),
        ]

    @property
    def provider_title(self) -> str:
        """What people call its provider."""
        return PROVIDER_TITLES.get(self.provider, self.provider)

    def __str__(self) -> str:
        return f"{self.provider_title} {self.event_id or self.sha256[:12]}"
