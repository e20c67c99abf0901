"""What comes before and with an early end: warning letters, and what the work done is worth. Append-only."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from procurement.purchasing.models import Purchase, PurchaseLine


class WarningLetter(models.Model):
    """A *surat peringatan* of the PPK to the vendor."""

    purchase = models.ForeignKey(Purchase, models.PROTECT, related_name="warning_letters")
    position = models.PositiveSmallIntegerField(_("peringatan ke"))
    reason = models.CharField(_("isi peringatan"), max_length=500)
    issued_at = models.DateTimeField(_("diberikan"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("surat peringatan")
        ordering = ("purchase_id", "position")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["purchase", "position"], name="warning_letter_position"),
        ]

    def __str__(self) -> str:
        return f"{self.purchase_id}: {self.position}"


class ValuedWork(models.Model):
    """What the PPK judged to be done of a line at an early end: percent of what was not delivered, and rupiah."""

    line = models.OneToOneField(PurchaseLine, models.PROTECT, related_name="valuation")
    percent = models.PositiveSmallIntegerField(_("persen pekerjaan"))
    amount = models.BigIntegerField(_("nilai (DPP)"))

    class Meta:
        verbose_name = _("penilaian pekerjaan")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(percent__gte=1, percent__lte=100, amount__gt=0), name="valued_work_is_some"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.percent} %"
