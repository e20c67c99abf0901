"""What standing is worked out from: what is known of each vendor, the price bands of each kind, and when that was."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from vendors.models import Vendor


class VendorStanding(models.Model):
    """What the ranking knows of a vendor with goods on show; worked out each night (see `search.standing`)."""

    vendor = models.OneToOneField(Vendor, models.CASCADE, primary_key=True, related_name="+")
    score = models.PositiveSmallIntegerField(_("skor"), null=True)
    newcomer = models.BooleanField(_("menunggu pesanan pertama"))
    share_of_even = models.PositiveIntegerField(_("persen dari bagian rata"))
    computed_at = models.DateTimeField(_("dihitung"))

    class Meta:
        verbose_name = _("kedudukan penyedia")

    def __str__(self) -> str:
        return f"{self.vendor_id}: {self.score}"


class PriceBand(models.Model):
    """The cheapest and the dearest quarter of what is on show of a category, sold by one unit; whole rupiah."""

    category_id = models.BigIntegerField()
    unit = models.CharField(_("satuan"), max_length=30)
    low = models.BigIntegerField(_("sampai: seperempat termurah"))
    high = models.BigIntegerField(_("mulai: seperempat termahal"))
    number = models.PositiveIntegerField(_("jumlah produk"))

    class Meta:
        verbose_name = _("golongan harga")
        constraints = [models.UniqueConstraint(fields=["category_id", "unit"], name="price_band_once")]

    def __str__(self) -> str:
        return f"{self.low}–{self.high} / {self.unit}"


class StandingDay(models.Model):
    """That standing was worked out anew on a day, and how much came of it."""

    day = models.DateField(primary_key=True)
    at = models.DateTimeField(_("waktu"))
    vendors = models.PositiveIntegerField(_("penyedia"))
    cards = models.PositiveIntegerField(_("produk yang berubah"))

    class Meta:
        verbose_name = _("hari penghitungan kedudukan")

    def __str__(self) -> str:
        return f"{self.day}: {self.cards}"
