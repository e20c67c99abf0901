"""Where an order goes: one delivery per address, part or milestone, each with its own stage and its own BAST."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any, ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Appointment
from marketplace.accounts.personal_data import EncryptedTextField
from marketplace.core import clock
from marketplace.core.transitions import MoveTable
from procurement.purchasing.models.lines import PurchaseLine
from procurement.purchasing.models.purchase import Purchase
from procurement.purchasing.workflow import DELIVERY

_AGREED: Final = frozenset(
    {
        "purchase_id",
        "position",
        "title",
        "address",
        "place_code",
        "place_name",
        "needed_by",
        "shipping",
        "version",
    }
)
"""Columns that change by a new agreement alone (see sql.py)."""


class Delivery(models.Model):
    """One part of an order that is sent, counted and accepted by itself.

    It moves within its order's passage alone; `stage` follows the table `DELIVERY`. `shipping` is whole rupiah
    before tax.
    """

    moves: ClassVar[MoveTable] = DELIVERY
    leads_to: str = ""
    """Where the step being taken leads, when the step itself leaves it open; never stored."""
    keeps_deadline: bool = False
    """Whether the step being taken leaves stage and deadline as they are; never stored."""

    purchase = models.ForeignKey(Purchase, models.PROTECT, related_name="deliveries")
    position = models.PositiveSmallIntegerField(_("pengiriman ke"))
    title = models.CharField(_("tahap"), max_length=120, blank=True)
    address = EncryptedTextField(_("alamat kirim"))
    place_code = models.CharField(_("kode wilayah"), max_length=13)
    place_name = models.CharField(_("wilayah"), max_length=160, blank=True)
    needed_by = models.DateField(_("dibutuhkan paling lambat"))
    receiver = models.ForeignKey(
        Appointment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("penerima barang"),
    )
    shipping = models.BigIntegerField(_("ongkos kirim"), default=0)
    version = models.PositiveSmallIntegerField(_("versi kesepakatan"), default=1)

    stage = models.CharField(
        _("tahap pengiriman"),
        max_length=12,
        choices=DELIVERY.choices,
        default=DELIVERY.initial,
        editable=False,
    )
    since = models.DateTimeField(_("sejak"), null=True, blank=True, editable=False)
    due_at = models.DateTimeField(_("tenggat"), null=True, blank=True, editable=False)
    shipped_at = models.DateTimeField(_("dikirim"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("tiba"), null=True, blank=True)
    inspected_at = models.DateTimeField(_("diperiksa"), null=True, blank=True)
    inspected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    arrived_whole = models.BooleanField(_("tiba lengkap dan baik"), default=False)
    vendor_heard = models.BooleanField(_("penyedia sudah menanggapi"), default=False)
    something_good = models.BooleanField(_("ada yang diterima baik"), default=False)

    bast_ppk_at = models.DateTimeField(_("BAST ditandatangani PPK"), null=True, blank=True)
    bast_vendor_at = models.DateTimeField(_("BAST ditandatangani penyedia"), null=True, blank=True)
    bast_number = models.CharField(_("nomor BAST"), max_length=120, blank=True)
    deemed = models.BooleanField(_("dianggap diterima karena pembeli diam"), default=False)
    accepted_price = models.BigIntegerField(_("harga diterima (DPP)"), null=True, blank=True)
    accepted_total = models.BigIntegerField(_("jumlah diterima"), null=True, blank=True)
    late_days = models.PositiveIntegerField(_("hari terlambat"), null=True, blank=True)
    penalty = models.BigIntegerField(_("denda keterlambatan"), null=True, blank=True)

    class Meta:
        verbose_name = _("pengiriman pesanan")
        ordering = ("purchase_id", "position")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["purchase", "position"], name="delivery_position"),
            models.CheckConstraint(
                condition=Q(stage__in=[state.code for state in DELIVERY.states]), name="delivery_stage"
            ),
            models.CheckConstraint(condition=Q(shipping__gte=0), name="delivery_shipping_not_negative"),
            models.CheckConstraint(
                condition=~Q(stage="ACCEPTED")
                | Q(accepted_price__isnull=False, accepted_total__isnull=False)
                & (Q(bast_vendor_at__isnull=False, bast_ppk_at__isnull=False) | Q(deemed=True)),
                name="delivery_accepted_by_both",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["due_at"],
                condition=Q(stage__in=["AWAITED", "SHIPPED", "ARRIVED", "DISCREPANCY", "INSPECTED"]),
                name="delivery_due",
            ),
            models.Index(fields=["stage", "due_at"], name="delivery_at_stage"),
        ]

    def __str__(self) -> str:
        return f"{self.purchase_id}/{self.position}"

    def keep_progress(self) -> None:
        """Save how far the delivery got. What was agreed is left alone: an address is never enciphered anew."""
        fields = {field.attname for field in self._meta.concrete_fields if not field.primary_key}
        self.save(update_fields=fields - _AGREED)

    def lead_to(self, stage: str) -> None:
        """Say to which of its targets the step being taken leads."""
        self.leads_to = stage

    @property
    def name(self) -> str:
        """What people call it: its milestone, or its number."""
        return self.title or gettext("Pengiriman %(n)d") % {"n": self.position}

    @property
    def is_work(self) -> bool:
        """Whether it is a milestone of a service: work that is reported, not goods that are sent."""
        return bool(self.title)

    @property
    def stage_label(self) -> str:
        """The stage in words."""
        return DELIVERY.state(self.stage).label

    @property
    def place(self) -> str:
        """Address and place in one line."""
        return ", ".join(filter(None, [self.address, self.place_name]))

    @property
    def standing(self) -> dict[str, Any]:
        """What the guards ask of one delivery."""
        return {
            "delivery": self.pk,
            "stage": self.stage,
            "complete": self.arrived_whole,
            "something_good": self.something_good,
            "vendor_heard": self.vendor_heard,
            "bast_by_ppk": self.bast_ppk_at is not None,
        }

    @property
    def region_of_record(self) -> int | None:
        """The region of the order."""
        return self.purchase.region_id

    def agreed_deadline(self, stage: str) -> datetime | None:
        """What is not yet here is due on the agreed day."""
        if stage in {"AWAITED", "SHIPPED"}:
            return datetime.combine(self.needed_by, time(23, 59, 59), tzinfo=clock.JAKARTA)
        return None

    def fitted_deadline(self, stage: str, since: datetime, due: datetime) -> datetime:
        """A stage's timer binds as it is."""
        return due


class DeliveryLine(models.Model):
    """How many units of an ordered item go with a delivery; `accepted` is written by its BAST."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="lines")
    line = models.ForeignKey(PurchaseLine, models.PROTECT, related_name="deliveries")
    quantity = models.PositiveIntegerField(_("jumlah"))
    accepted = models.PositiveIntegerField(_("jumlah diterima"), null=True, blank=True)

    class Meta:
        verbose_name = _("baris pengiriman pesanan")
        ordering = ("delivery_id", "line__position")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["delivery", "line"], name="delivery_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="delivery_line_positive"),
            models.CheckConstraint(
                condition=Q(accepted__isnull=True) | Q(accepted__lte=F("quantity")),
                name="delivery_line_accepts_at_most_ordered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.quantity}"
