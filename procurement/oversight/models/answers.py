"""What a unit answers to a recommendation: text, evidence files, and money brought back. Append-only (see sql.py)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Appointment
from marketplace.regulation.models import Region
from marketplace.workflow.models import Figures
from procurement.oversight.models.recommendations import Recommendation


class Answer(models.Model):
    """One answer of a responsible officer."""

    recommendation = models.ForeignKey(Recommendation, models.PROTECT, related_name="answers")
    number = models.PositiveSmallIntegerField(_("jawaban ke"))
    text = models.TextField(_("jawaban"))
    given_by = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("waktu"))

    class Meta:
        verbose_name = _("jawaban")
        ordering = ("recommendation_id", "number")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["recommendation", "number"], name="oversight_answer_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.recommendation_id}/{self.number}"


class AnswerFile(models.Model):
    """A scan that proves an answer, kept by the SHA-256 of its clean copy."""

    answer = models.ForeignKey(Answer, models.PROTECT, related_name="files")
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    media_type = models.CharField(_("jenis"), max_length=40)
    size = models.PositiveIntegerField(_("ukuran"))

    class Meta:
        verbose_name = _("berkas jawaban")
        ordering = ("pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="oversight_file_sha256"
            ),
            models.UniqueConstraint(fields=["answer", "sha256"], name="oversight_file_once"),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


class Recovery(models.Model):
    """Money brought back under an STS (*Surat Tanda Setoran*), whole rupiah; it counts once APIP accepts it."""

    aggregate = "recovery"
    told_from_birth: ClassVar[bool] = True
    figures: ClassVar[Figures] = {
        "sts_number": ("recovery.record:sts",),
        "dated": ("recovery.record:dated",),
        "amount": ("recovery.record:amount_rupiah",),
        "sha256": ("recovery.record:sha256",),
        "accepted": ("recovery.judge:accepted",),
    }

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    recommendation = models.ForeignKey(Recommendation, models.PROTECT, related_name="recoveries")
    answer = models.ForeignKey(Answer, models.PROTECT, related_name="recoveries")
    sts_number = models.CharField(_("nomor STS"), max_length=80)
    dated = models.DateField(_("tanggal STS"))
    amount = models.BigIntegerField(_("nilai"))
    sha256 = models.CharField(_("SHA-256 bukti setor"), max_length=64)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    judged_at = models.DateTimeField(_("diperiksa"), null=True)
    accepted = models.BooleanField(_("sah"), null=True)

    class Meta:
        verbose_name = _("setoran")
        ordering = ("pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="oversight_recovery_amount"),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="oversight_recovery_sha256"
            ),
            models.CheckConstraint(
                condition=Q(judged_by__isnull=True, judged_at__isnull=True, accepted__isnull=True)
                | Q(judged_by__isnull=False, judged_at__isnull=False, accepted__isnull=False)
                & ~Q(judged_by=F("recorded_by")),
                name="oversight_recovery_judged_whole",
            ),
            models.UniqueConstraint(
                fields=["region", "sts_number"],
                condition=Q(accepted__isnull=True) | Q(accepted=True),
                name="oversight_recovery_sts_once",
            ),
        ]

    def __str__(self) -> str:
        return self.sts_number

    @property
    def region_of_record(self) -> int:
        """The region whose log tells of it."""
        return self.region_id
