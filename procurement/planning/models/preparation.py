"""What a PPK prepares before anything is bought: the estimate (HPS) in lines, each with where its price was seen."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procurement.planning.models.package import Package
from vendors.models import Listing


class HpsLine(models.Model):
    """One item of the estimate. `unit_price` is whole rupiah before tax."""

    package = models.ForeignKey(Package, models.PROTECT, related_name="hps_lines")
    position = models.PositiveSmallIntegerField(_("nomor urut"))
    item = models.CharField(_("barang atau jasa"), max_length=200)
    specification = models.CharField(_("spesifikasi"), max_length=500, blank=True)
    kind = models.CharField(
        _("jenis"), max_length=8, choices=Listing.Kind.choices, default=Listing.Kind.GOODS
    )
    quantity = models.PositiveIntegerField(_("jumlah"))
    unit = models.CharField(_("satuan"), max_length=30)
    unit_price = models.BigIntegerField(_("harga satuan"))

    class Meta:
        verbose_name = _("baris HPS")
        ordering = ("package_id", "position")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["package", "position"], name="hps_line_position"),
            models.CheckConstraint(condition=Q(quantity__gt=0, unit_price__gt=0), name="hps_line_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.unit} {self.item}"

    @property
    def total(self) -> int:
        """Whole rupiah before tax."""
        return self.quantity * self.unit_price

    @property
    def median(self) -> int | None:
        """The middle of the prices seen; None while there are none."""
        prices = sorted(each.price for each in self.references.all())
        return prices[(len(prices) - 1) // 2] if prices else None

    @property
    def unusual(self) -> bool:
        """Whether the estimate lies more than a fifth above the middle of the prices seen."""
        return self.median is not None and self.unit_price * 5 > self.median * 6


class HpsReference(models.Model):
    """Where a price was seen: a listing as it was that day, or what the PPK found elsewhere."""

    class Source(models.TextChoices):
        CATALOGUE = "CATALOGUE", _("Katalog e-Order")
        SURVEY = "SURVEY", _("Survei pasar")
        QUOTATION = "QUOTATION", _("Penawaran tertulis")
        CONTRACT = "CONTRACT", _("Kontrak sebelumnya")
        E_CATALOGUE = "E_CATALOGUE", _("Katalog elektronik lain")
        STANDARD = "STANDARD", _("Standar harga satuan daerah")

    line = models.ForeignKey(HpsLine, models.CASCADE, related_name="references")
    source = models.CharField(_("sumber"), max_length=12, choices=Source.choices)
    listing = models.ForeignKey(Listing, models.PROTECT, null=True, blank=True, related_name="+")
    vendor = models.CharField(_("penyedia atau rujukan"), max_length=200)
    price = models.BigIntegerField(_("harga satuan"))
    seen_on = models.DateField(_("dilihat tanggal"))

    class Meta:
        verbose_name = _("rujukan harga")
        ordering = ("line_id", "pk")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(price__gt=0), name="hps_reference_price"),
            models.CheckConstraint(
                condition=Q(source="CATALOGUE", listing__isnull=False)
                | ~Q(source="CATALOGUE") & Q(listing__isnull=True),
                name="hps_reference_of_the_catalogue_has_its_listing",
            ),
            models.UniqueConstraint(fields=["line", "listing"], name="hps_reference_listing_once"),
        ]

    def __str__(self) -> str:
        return f"{self.vendor}: {self.price}"
