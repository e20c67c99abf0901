"""What is said and decided about goods that are not as agreed. Append-only."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from procurement.purchasing.models import Delivery


class Discrepancy(models.Model):
    """A report that what arrived with a delivery is not what was agreed; `position` counts them by delivery."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="discrepancies")
    position = models.PositiveSmallIntegerField(_("nomor urut"))
    reason = models.CharField(_("uraian"), max_length=500)
    reported_at = models.DateTimeField(_("dilaporkan"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("ketidaksesuaian")
        ordering = ("delivery_id", "position")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["delivery", "position"], name="discrepancy_position"),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.position}"


class VendorComment(models.Model):
    """The vendor's word on a reported discrepancy, once, before the PPK decides."""

    discrepancy = models.OneToOneField(Discrepancy, models.PROTECT, related_name="comment")
    words = models.CharField(_("tanggapan penyedia"), max_length=500)
    said_at = models.DateTimeField(_("ditanggapi"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("tanggapan penyedia")

    def __str__(self) -> str:
        return f"{self.discrepancy_id}"


class Decision(models.Model):
    """What the PPK decided about a delivery that did not arrive as agreed."""

    class Kind(models.TextChoices):
        """The three ways on."""

        REPLACE = "REPLACE", _("Minta pengganti")
        SHORT = "SHORT", _("Terima sebagian")
        REJECT = "REJECT", _("Tolak")

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="decisions")
    discrepancy = models.OneToOneField(
        Discrepancy, models.PROTECT, null=True, blank=True, related_name="decision"
    )
    kind = models.CharField(_("keputusan"), max_length=7, choices=Kind.choices)
    reason = models.CharField(_("alasan"), max_length=500)
    after_shipment = models.PositiveSmallIntegerField(_("sesudah pengiriman ke"), default=0)
    decided_at = models.DateTimeField(_("diputuskan"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("keputusan atas ketidaksesuaian")
        ordering = ("id",)
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(kind__in=["REPLACE", "SHORT", "REJECT"]), name="discrepancy_decision_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.kind}"
