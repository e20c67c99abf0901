"""Offers: sealed until the competition closes, and what they said once they were opened. Both append-only."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.regulation.models import Region
from marketplace.workflow.models import Figures
from procurement.competition.models.competition import Competition, RequestLine
from vendors.models import Listing, Vendor


class SealedOffer(models.Model):
    """One version of one offer, encrypted for its competition's key. A withdrawal is a version like any other.

    `box` and `sender` are keyed hashes of the competition and of the vendor in it: without the key that lies
    outside the database nobody tells from this table who offered, in which competition, or how many did.
    """

    aggregate: ClassVar[str] = "sealed_offer"
    told_from_birth: ClassVar[bool] = True
    figures: ClassVar[Figures] = {
        "commitment": ("competition.seal:commitment",),
    }

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    box = models.CharField(_("kotak"), max_length=64)
    sender = models.CharField(_("pengirim"), max_length=64)
    version = models.PositiveSmallIntegerField(_("versi"))
    sealed = models.TextField(_("isi tersegel"))
    commitment = models.CharField(_("sidik isi"), max_length=64)
    at = models.DateTimeField(_("disegel"))

    class Meta:
        verbose_name = _("penawaran tersegel")
        ordering = ("pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["sender", "version"], name="sealed_offer_version_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["box"], name="sealed_offer_box")]

    def __str__(self) -> str:
        return self.commitment[:12]

    @property
    def region_of_record(self) -> int:
        """Where its entry in the log belongs."""
        return self.region_id


class Offer(models.Model):
    """What a vendor's last sealed version said, written down at the opening. Whole rupiah before tax.

    `content` is the opened text whose SHA-256 stood in the log before the closing.
    """

    competition = models.ForeignKey(Competition, models.PROTECT, related_name="offers")
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="offers")
    version = models.PositiveSmallIntegerField(_("versi"))
    offered_at = models.DateTimeField(_("disegel"))
    goods_total = models.BigIntegerField(_("jumlah barang"))
    shipping = models.BigIntegerField(_("ongkos kirim"))
    price_total = models.BigIntegerField(_("harga penawaran"))
    delivery_day = models.DateField(_("sanggup kirim"))
    note = models.TextField(_("catatan"), blank=True)
    vendor_size = models.CharField(_("ukuran usaha"), max_length=8)
    content = models.TextField(_("isi yang dibuka"))
    commitment = models.CharField(_("sidik isi"), max_length=64)

    class Meta:
        verbose_name = _("penawaran")
        ordering = ("competition_id", "pk")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["competition", "vendor"], name="offer_once"),
            models.CheckConstraint(
                condition=Q(goods_total__gt=0, shipping__gte=0, price_total=F("goods_total") + F("shipping")),
                name="offer_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.competition_id} · {self.vendor_id}"


class OfferLine(models.Model):
    """One line of an opened offer: the listing it stands on and its price. `shipping` is used per item only."""

    offer = models.ForeignKey(Offer, models.PROTECT, related_name="lines")
    line = models.ForeignKey(RequestLine, models.PROTECT, related_name="offers")
    listing = models.ForeignKey(Listing, models.PROTECT, related_name="+")
    title = models.CharField(_("nama barang"), max_length=255)
    quantity = models.PositiveIntegerField(_("jumlah"))
    list_price = models.BigIntegerField(_("harga tayang"))
    unit_price = models.BigIntegerField(_("harga satuan"))
    total = models.BigIntegerField(_("jumlah harga"))
    shipping = models.BigIntegerField(_("ongkos kirim"), default=0)
    is_pdn = models.BooleanField(_("produk dalam negeri"), default=False)
    tkdn_bp = models.PositiveSmallIntegerField(_("TKDN (basis poin)"), null=True, blank=True)
    bmp_bp = models.PositiveSmallIntegerField(_("BMP (basis poin)"), null=True, blank=True)

    class Meta:
        verbose_name = _("baris penawaran")
        ordering = ("offer_id", "line")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["offer", "line"], name="offer_line_once"),
            models.CheckConstraint(
                condition=Q(unit_price__gt=0, unit_price__lte=F("list_price"), shipping__gte=0),
                name="offer_line_price_at_most_listed",
            ),
            models.CheckConstraint(
                condition=Q(total=F("quantity") * F("unit_price")), name="offer_line_adds_up"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.unit_price}"
