"""Rounds of negotiation: each is written once and never changed (see sql.py)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procurement.purchasing.models.lines import PurchaseLine
from procurement.purchasing.models.purchase import Purchase, Side


class NegotiationRound(models.Model):
    """One offer of one side: unit prices and quantities by line, shipping, day of delivery, installation, words.

    Amounts are whole rupiah before tax. `total` is what the budget would pay, taxes included.
    """

    purchase = models.ForeignKey(Purchase, models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField(_("putaran"))
    side = models.CharField(_("pihak"), max_length=6, choices=Side.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("oleh")
    )
    at = models.DateTimeField(_("waktu"))
    expires_at = models.DateTimeField(_("berlaku sampai"), null=True, blank=True)
    shipping = models.BigIntegerField(_("ongkos kirim"))
    needed_by = models.DateField(_("hari penyerahan"))
    installation = models.CharField(_("pemasangan"), max_length=300, blank=True)
    message = models.TextField(_("pesan"), blank=True)
    price_total = models.BigIntegerField(_("harga (DPP)"))
    total = models.BigIntegerField(_("jumlah dengan pajak"))

    class Meta:
        verbose_name = _("putaran negosiasi")
        ordering = ("purchase_id", "number")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["purchase", "number"], name="negotiation_round_once"),
            models.CheckConstraint(condition=Q(side__in=["BUYER", "VENDOR"]), name="negotiation_round_side"),
            models.CheckConstraint(
                condition=Q(shipping__gte=0, price_total__gt=0, total__gte=models.F("price_total")),
                name="negotiation_round_amounts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purchase_id} putaran {self.number}"


class NegotiationLine(models.Model):
    """What a round offers for one item: unit price (rupiah) and quantity."""

    round = models.ForeignKey(NegotiationRound, models.PROTECT, related_name="lines")
    line = models.ForeignKey(PurchaseLine, models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField(_("jumlah"))
    price = models.BigIntegerField(_("harga satuan"))

    class Meta:
        verbose_name = _("baris negosiasi")
        ordering = ("round_id", "line__position")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["round", "line"], name="negotiation_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, price__gt=0), name="negotiation_line_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id}: {self.price}"
