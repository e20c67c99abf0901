"""A payment provider's settlement report: which captures one transfer to our bank stands for. Amounts are sen."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.regulation.models import Region
from marketplace.workflow.models import Figures
from procurement.settlement.models import PaymentAttempt


class ProviderReport(models.Model):
    """One settlement (pencairan) of a provider: what it collected, kept as fee, and sent to our bank."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    provider = models.CharField(_("penyedia pembayaran"), max_length=20)
    reference = models.CharField(_("rujukan pencairan"), max_length=80)
    dated = models.DateField(_("tanggal"))
    gross = models.BigIntegerField(_("jumlah diterima (sen)"))
    fee = models.BigIntegerField(_("biaya (sen)"))
    net = models.BigIntegerField(_("dikirim ke bank (sen)"))
    sha256 = models.CharField(max_length=64, unique=True)
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    imported_at = models.DateTimeField(_("diimpor"))

    aggregate = "provider_report"
    told_from_birth: ClassVar[bool] = True
    figures: ClassVar[Figures] = {
        "reference": ("provider_report.import:reference",),
        "gross": ("provider_report.import:gross_sen",),
        "fee": ("provider_report.import:fee_sen",),
        "sha256": ("provider_report.import:sha256",),
    }

    class Meta:
        verbose_name = _("laporan pencairan")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["provider", "reference"], name="reconciliation_report_once"),
            models.CheckConstraint(
                condition=Q(gross=F("net") + F("fee"), fee__gte=0, net__gt=0),
                name="reconciliation_report_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.reference}"

    @property
    def region_of_record(self) -> int:
        """The region whose log tells of this report."""
        return self.region_id


class ReportItem(models.Model):
    """One capture in a settlement; a capture is settled once."""

    report = models.ForeignKey(ProviderReport, models.PROTECT, related_name="items")
    attempt = models.OneToOneField(PaymentAttempt, models.PROTECT, related_name="settled_in")
    gross = models.BigIntegerField(_("diterima (sen)"))
    fee = models.BigIntegerField(_("biaya (sen)"))

    class Meta:
        verbose_name = _("isi laporan pencairan")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(gross__gt=0, fee__gte=0), name="reconciliation_item_amounts"),
        ]
