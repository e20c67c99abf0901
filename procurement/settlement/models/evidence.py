"""Proof that public money moved: SP2D and bank transfers, each recorded by one person and verified by another."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.regulation.models import Region
from marketplace.workflow.models import Figures


def private_store() -> Storage:
    """Where scans lie: a store that no web address leads into."""
    return storages["evidence"]


class Evidence(models.Model):
    """One SP2D or one bank transfer. Facts never change; only the verification is added, once, by another person."""

    class Kind(models.TextChoices):
        SP2D = "SP2D", _("SP2D")
        BANK_TRANSFER = "BANK_TRANSFER", _("Bukti transfer bank")

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    kind = models.CharField(_("jenis"), max_length=14, choices=Kind.choices)
    number = models.CharField(_("nomor"), max_length=80)
    dated = models.DateField(_("tanggal"))
    amount = models.BigIntegerField(_("nilai (rupiah)"))
    purchase_number = models.CharField(_("nomor pesanan"), max_length=80, db_index=True)
    file_sha256 = models.CharField(_("SHA-256 berkas"), max_length=64)
    file = models.FileField(_("berkas"), upload_to="payment/", storage=private_store, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("dicatat"))
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    verified_at = models.DateTimeField(_("diverifikasi"), null=True)

    aggregate = "evidence"
    told_from_birth: ClassVar[bool] = True
    figures: ClassVar[Figures] = {
        "number": ("evidence.record:evidence_number",),
        "amount": ("evidence.record:amount_rupiah",),
        "file_sha256": ("evidence.record:sha256",),
    }

    class Meta:
        verbose_name = _("bukti pembayaran")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(kind__in=["SP2D", "BANK_TRANSFER"]), name="settlement_evidence_kind"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="settlement_evidence_amount"),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True) | ~Q(verified_by=F("recorded_by")),
                name="settlement_evidence_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True, verified_at__isnull=True)
                | Q(verified_by__isnull=False, verified_at__isnull=False),
                name="settlement_evidence_verified_whole",
            ),
            models.CheckConstraint(
                condition=Q(file_sha256__regex=r"^[0-9a-f]{64}$"), name="settlement_evidence_sha256"
            ),
            models.UniqueConstraint(
                fields=["region", "kind", "number"], name="settlement_evidence_number_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    @property
    def region_of_record(self) -> int:
        """The region whose log tells of this evidence."""
        return self.region_id
