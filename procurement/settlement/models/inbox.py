"""How far each notification of a provider has come. The notification itself never changes; this row beside it does."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.regulation.models import Region
from procurement.settlement.models.events import ProviderEvent


class EventHandling(models.Model):
    """What became of one `ProviderEvent`: done, without meaning for us, waiting, failed, or refused at the door."""

    class Result(models.TextChoices):
        WAITING = "WAITING", _("Menunggu")
        DONE = "DONE", _("Diolah")
        IGNORED = "IGNORED", _("Tanpa akibat")
        FAILED = "FAILED", _("Gagal")
        REFUSED = "REFUSED", _("Ditolak")

    event = models.OneToOneField(ProviderEvent, models.PROTECT, primary_key=True, related_name="handling")
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    reference = models.CharField(_("rujukan"), max_length=40, blank=True)
    payment_ref = models.CharField(_("rujukan penyedia pembayaran"), max_length=80, blank=True)
    result = models.CharField(_("hasil"), max_length=8, choices=Result.choices, default=Result.WAITING)
    why = models.CharField(_("keterangan"), max_length=300, blank=True)
    tries = models.PositiveSmallIntegerField(_("percobaan"), default=0)
    replays = models.PositiveSmallIntegerField(_("pengulangan"), default=0)
    handled_at = models.DateTimeField(_("diolah"), null=True)

    class Meta:
        verbose_name = _("pengolahan kabar")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(result__in=["WAITING", "DONE", "IGNORED", "FAILED", "REFUSED"]),
                name="settlement_handling_result",
            ),
            models.CheckConstraint(
                condition=Q(result__in=["WAITING", "FAILED"]) | Q(handled_at__isnull=False),
                name="settlement_handling_end_has_a_moment",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["payment_ref"], condition=Q(result="WAITING"), name="settlement_handling_waits"
            ),
            models.Index(fields=["region", "-event"], name="settlement_handling_page"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.result}"

    @property
    def may_be_replayed(self) -> bool:
        """Whether doing it again could change anything."""
        return self.result in {self.Result.WAITING, self.Result.FAILED}
