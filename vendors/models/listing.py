"""Listings and the history of their prices."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.core.transitions import MoveTable
from marketplace.oscar.pricing import CEILING
from marketplace.workflow.models import Aggregate, StateField, state_check
from vendors import workflow
from vendors.models.papers import Permit
from vendors.models.tax_class import Taxed, fits_kind
from vendors.models.vendor import Vendor


class Listing(Taxed, Aggregate):
    """One offer of one vendor: an Oscar product with one stock record, and what procurement needs to know of it."""

    aggregate: ClassVar[str] = "listing"
    moves: ClassVar[MoveTable] = workflow.LISTING

    class Kind(models.TextChoices):
        GOODS = "BARANG", _("Barang")
        SERVICE = "JASA", _("Jasa")
        CATERING = "KATERING", _("Makanan dan minuman")

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="listings")
    product = models.OneToOneField("catalogue.Product", models.PROTECT, related_name="listing")
    stockrecord = models.OneToOneField("partner.StockRecord", models.PROTECT, related_name="listing")
    category = models.ForeignKey("catalogue.Category", models.PROTECT, related_name="listings")
    state = StateField(workflow.LISTING)

    kind = models.CharField(_("jenis"), max_length=8, choices=Kind.choices)
    unit = models.CharField(_("satuan"), max_length=30)
    price = models.BigIntegerField(_("harga satuan (rupiah)"))
    regional_prices = models.JSONField(_("harga per wilayah (rupiah)"), default=dict, blank=True)
    sku = models.CharField(_("kode produk milik penyedia"), max_length=40, blank=True)
    kbki_code = models.CharField(_("kode KBKI"), max_length=10, blank=True)
    is_pdn = models.BooleanField(_("produk dalam negeri"), default=False)
    tkdn_bp = models.PositiveSmallIntegerField(_("TKDN (basis poin)"), null=True, blank=True)
    bmp_bp = models.PositiveSmallIntegerField(_("BMP (basis poin)"), null=True, blank=True)
    halal = models.BooleanField(_("bersertifikat halal"), default=False)
    permits = models.ManyToManyField(Permit, through="ListingPermit", related_name="listings")
    attributes = models.JSONField(_("ciri produk"), default=dict, blank=True)
    min_order = models.PositiveIntegerField(_("pesanan paling sedikit"), default=1)
    daily_capacity = models.PositiveIntegerField(_("kesanggupan sehari"), null=True, blank=True)
    lead_days = models.PositiveSmallIntegerField(_("hari kerja sampai dikirim"), default=1)
    area_codes = ArrayField(models.CharField(max_length=13), verbose_name=_("wilayah kirim"), default=list)
    live_since = models.DateTimeField(_("tayang sejak"), null=True, blank=True, editable=False)
    curator_note = models.CharField(_("catatan kurator"), max_length=500, blank=True)
    round = models.PositiveSmallIntegerField(_("putaran kurasi"), default=0, editable=False)

    class Meta:
        verbose_name = _("produk")
        indexes = [
            models.Index(fields=["state", "due_at"], name="listing_queue"),
            models.Index(fields=["vendor", "-id"], name="listing_of_vendor"),
        ]
        constraints = [
            state_check(workflow.LISTING, "listing_state"),
            models.CheckConstraint(condition=Q(kind__in=["BARANG", "JASA", "KATERING"]), name="listing_kind"),
            fits_kind("listing_tax_class"),
            models.CheckConstraint(
                condition=Q(price__gt=0, price__lte=CEILING), name="listing_price_in_range"
            ),
            models.CheckConstraint(
                condition=Q(tkdn_bp__isnull=True) | Q(tkdn_bp__lte=10_000), name="listing_tkdn_in_range"
            ),
            models.CheckConstraint(
                condition=Q(bmp_bp__isnull=True) | Q(bmp_bp__lte=10_000), name="listing_bmp_in_range"
            ),
            models.CheckConstraint(condition=Q(min_order__gt=0), name="listing_min_order"),
            models.CheckConstraint(
                condition=Q(daily_capacity__isnull=True) | Q(daily_capacity__gte=F("min_order")),
                name="listing_capacity_serves_an_order",
            ),
            models.UniqueConstraint(fields=["vendor", "sku"], condition=~Q(sku=""), name="listing_sku_once"),
        ]

    def __str__(self) -> str:
        return self.product.title

    @property
    def region_of_record(self) -> int:
        """The vendor's region; load `vendor` with the listing."""
        return self.vendor.region_id

    def get_absolute_url(self) -> str:
        """The public product page; load `product` with the listing."""
        return reverse("product", args=[self.product.slug, self.product_id])


class ListingPermit(models.Model):
    """A permit on which a listing rests: when it ends, the listing is taken down."""

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="listing_permits")
    permit = models.ForeignKey(Permit, models.PROTECT, related_name="listing_permits")

    class Meta:
        verbose_name = _("izin produk")
        constraints = [models.UniqueConstraint(fields=["listing", "permit"], name="listing_permit_once")]

    def __str__(self) -> str:
        return f"{self.listing_id} · {self.permit_id}"


class ListingPrice(models.Model):
    """One price of a listing from a moment on. Append-only: the database refuses changes (vendors/sql.py).

    Without `area_code` it is the price everywhere; with one, the price in that area, or 0 where it no longer differs.
    """

    listing = models.ForeignKey(Listing, models.PROTECT, related_name="prices")
    area_code = models.CharField(_("wilayah"), max_length=13, blank=True)
    price = models.BigIntegerField(_("harga satuan (rupiah)"))
    valid_from = models.DateTimeField(_("berlaku sejak"))
    set_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("riwayat harga")
        ordering = ("listing", "valid_from", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(price__gt=0) | Q(price=0) & ~Q(area_code=""),
                name="listing_price_positive",
            )
        ]

    def __str__(self) -> str:
        return f"{self.price} sejak {self.valid_from:%Y-%m-%d}"
