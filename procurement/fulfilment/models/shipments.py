"""What was sent and what was counted on arrival. Append-only."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from procurement.fulfilment.codes import handover_code
from procurement.purchasing.models import Delivery, Purchase, PurchaseLine


class Shipment(models.Model):
    """Goods of one delivery on their way, with a *surat jalan*; or reported work, with a number of its own.

    A delivery may be sent in several shipments, one after another; a replacement is a further shipment of it.
    """

    purchase = models.ForeignKey(Purchase, models.PROTECT, related_name="shipments")
    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="shipments")
    position = models.PositiveSmallIntegerField(_("pengiriman ke"))
    note_number = models.CharField(_("nomor surat jalan"), max_length=120)
    courier = models.CharField(_("kurir"), max_length=120, blank=True)
    vehicle = models.CharField(_("kendaraan"), max_length=60, blank=True)
    tracking = models.CharField(_("nomor resi"), max_length=60, blank=True)
    report = models.TextField(_("laporan pekerjaan"), blank=True)
    shipped_at = models.DateTimeField(_("dikirim"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("pengiriman")
        ordering = ("purchase_id", "position")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["purchase", "position"], name="shipment_position"),
        ]

    def __str__(self) -> str:
        return self.note_number


class ShipmentLine(models.Model):
    """How many units of an ordered item travel with a shipment."""

    shipment = models.ForeignKey(Shipment, models.PROTECT, related_name="lines")
    line = models.ForeignKey(PurchaseLine, models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField(_("jumlah dikirim"))

    class Meta:
        verbose_name = _("baris pengiriman")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["shipment", "line"], name="shipment_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="shipment_line_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.shipment_id}: {self.quantity}"


class Receipt(models.Model):
    """One count on arrival by the receiver, for one shipment."""

    shipment = models.OneToOneField(Shipment, models.PROTECT, related_name="receipt")
    received_at = models.DateTimeField(_("diterima"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    remarks = models.CharField(_("catatan"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("penerimaan")

    def __str__(self) -> str:
        return f"{self.shipment_id} {self.received_at:%Y-%m-%d}"

    @property
    def handover_code(self) -> str:
        """What the receiver tells the driver, who finds the same digits on the vendor's page."""
        return handover_code(self.pk)


class ReceiptLine(models.Model):
    """The count of one item: what came, of which how much is sound, damaged; and what was sent but did not come."""

    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="lines")
    line = models.ForeignKey(PurchaseLine, models.PROTECT, related_name="receipts")
    good = models.PositiveIntegerField(_("baik"))
    damaged = models.PositiveIntegerField(_("rusak"), default=0)
    short = models.PositiveIntegerField(_("kurang"), default=0)
    wrong = models.CharField(_("yang lain dari pesanan"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("baris penerimaan")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["receipt", "line"], name="receipt_line_once"),
            models.CheckConstraint(
                condition=Q(good__gte=0)
                & Q(damaged__gte=0)
                & Q(short__gte=0)
                & ~Q(good=0, damaged=0, short=0),
                name="receipt_line_counts_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.good}"

    @property
    def received(self) -> int:
        """Units that came, sound or not."""
        return self.good + self.damaged


class ReceiverCode(models.Model):
    """By which code a delivery is found: its SHA-256 alone is kept (see codes.py)."""

    delivery = models.OneToOneField(Delivery, models.PROTECT, related_name="receiver_code")
    code_sha256 = models.CharField(_("sidik kode"), max_length=64, unique=True)

    class Meta:
        verbose_name = _("kode penerima")

    def __str__(self) -> str:
        return f"{self.delivery_id}"
