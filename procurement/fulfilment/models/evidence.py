"""Pictures that prove a step. Append-only."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Organisation
from procurement.purchasing.models import Delivery, Purchase


class Evidence(models.Model):
    """A picture that proves a step of an order, kept under the SHA-256 of its cleaned bytes."""

    class Step(models.TextChoices):
        SHIPMENT = "SHIPMENT", _("Pengiriman")
        RECEIPT = "RECEIPT", _("Penerimaan")
        DISCREPANCY = "DISCREPANCY", _("Ketidaksesuaian")

    purchase = models.ForeignKey(Purchase, models.PROTECT, related_name="evidence")
    delivery = models.ForeignKey(Delivery, models.PROTECT, null=True, blank=True, related_name="evidence")
    step = models.CharField(_("langkah"), max_length=11, choices=Step.choices)
    sha256 = models.CharField(_("sidik"), max_length=64)
    size = models.PositiveIntegerField(_("ukuran (bita)"))
    width = models.PositiveIntegerField(_("lebar"))
    height = models.PositiveIntegerField(_("tinggi"))
    likeness = models.BigIntegerField(_("kemiripan"), null=True, blank=True)
    added_at = models.DateTimeField(_("diunggah"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("foto bukti")
        ordering = ("id",)
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="evidence_sha256"),
            models.CheckConstraint(
                condition=Q(step__in=["SHIPMENT", "RECEIPT", "DISCREPANCY"]), name="evidence_step"
            ),
            models.CheckConstraint(
                condition=Q(size__gt=0, width__gt=0, height__gt=0), name="evidence_not_empty"
            ),
            models.UniqueConstraint(fields=["purchase", "step", "sha256"], name="evidence_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sha256"], name="evidence_by_digest"),
            models.Index(fields=["organisation"], name="evidence_of_organisation"),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]

    def get_absolute_url(self) -> str:
        """Where the parties to the order may see it."""
        return reverse("evidence", args=[self.purchase.number, self.sha256])
