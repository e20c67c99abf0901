"""Red flags found at the moment of an act. Append-only: a flag is never taken back, only answered (see sql.py)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Organisation
from marketplace.regulation.models import Region
from procurement.purchasing.models.purchase import Purchase


class Flag(models.Model):
    """One finding about one order: what was seen, by which figures, what follows, what the officer said.

    `evidence` holds numbers and ids, `values` the parameters it was judged by; amounts in whole rupiah.
    """

    class Moment(models.TextChoices):
        SUBMISSION = "SUBMISSION", _("Pengajuan")
        APPROVAL = "APPROVAL", _("Persetujuan PPK")
        CONFIRMATION = "CONFIRMATION", _("Surat Pesanan")

    class Consequence(models.TextChoices):
        EXPLAIN = "EXPLAIN", _("Ditampilkan")
        JUSTIFY = "JUSTIFY", _("Perlu alasan")
        SECOND = "SECOND", _("Perlu persetujuan PA/KPA")
        HOLD = "HOLD", _("Ditahan")

    purchase = models.ForeignKey(Purchase, models.PROTECT, related_name="flags")
    # Repeated from the order, so that the list of a region or a unit is read in its own order.
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    code = models.CharField(_("kode"), max_length=8)
    rung = models.CharField(_("bagian"), max_length=20)
    moment = models.CharField(_("saat"), max_length=12, choices=Moment.choices)
    consequence = models.CharField(_("akibat"), max_length=8, choices=Consequence.choices)
    at = models.DateTimeField(_("waktu"))
    sentence = models.TextField(_("temuan"))
    evidence = models.JSONField(_("bukti"))
    values = models.JSONField(_("parameter"))
    legal_basis = models.CharField(_("dasar hukum"), max_length=300)
    justification = models.TextField(_("penjelasan"), blank=True)
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("dijelaskan oleh"),
    )

    class Meta:
        verbose_name = _("peringatan")
        ordering = ("purchase_id", "pk")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["purchase", "code", "rung", "moment"], name="flag_once_a_moment"),
            models.CheckConstraint(
                condition=Q(moment__in=["SUBMISSION", "APPROVAL", "CONFIRMATION"]), name="flag_moment"
            ),
            models.CheckConstraint(
                condition=Q(consequence__in=["EXPLAIN", "JUSTIFY", "SECOND", "HOLD"]), name="flag_consequence"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["region", "-id"], name="flag_of_region"),
            models.Index(fields=["organisation", "-id"], name="flag_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.purchase_id}"
