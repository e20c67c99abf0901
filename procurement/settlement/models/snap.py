"""What a bank asked of us through SNAP BI, and what we answered. Kept for ten years, as the standard asks."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procurement.settlement.models.events import ProviderEvent


class SnapRequest(models.Model):
    """One authentic request of a bank. Its external id counts once a day; a payment is accepted once per reference."""

    provider = models.CharField(_("penyedia pembayaran"), max_length=20)
    day = models.DateField(_("hari"))
    external_id = models.CharField(max_length=36)
    service = models.CharField(_("layanan"), max_length=2)
    reference = models.CharField(_("rujukan"), max_length=40, blank=True)
    request_id = models.CharField(max_length=128, blank=True)
    answer_code = models.CharField(_("kode jawaban"), max_length=7)
    accepted = models.BooleanField(_("pembayaran diterima"), default=False)
    event = models.OneToOneField(ProviderEvent, models.PROTECT, related_name="snap_request")

    class Meta:
        verbose_name = _("permintaan SNAP")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["provider", "day", "external_id"], name="settlement_snap_external_id_once_a_day"
            ),
            models.UniqueConstraint(
                fields=["provider", "reference"],
                condition=Q(accepted=True),
                name="settlement_snap_payment_accepted_once",
            ),
            models.CheckConstraint(
                condition=Q(accepted=False) | Q(service="25", answer_code="2002500", reference__gt=""),
                name="settlement_snap_accepted_is_a_payment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.external_id} → {self.answer_code}"
