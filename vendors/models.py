"""Vendors, their activities and bank accounts, listings and their price history."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Organisation, User
from marketplace.accounts.personal_data import EncryptedTextField
from marketplace.core.transitions import MoveTable
from marketplace.oscar.pricing import CEILING
from marketplace.regulation.models import Region
from marketplace.workflow.models import Aggregate, StateField, state_check
from vendors import workflow

PLACE_CODE = r"^[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?$"


class Vendor(Aggregate):
    """A small enterprise that sells to government: one organisation, one Oscar partner.

    What the public may know stands in plain columns; who the owner is and where the house stands is encrypted.
    """

    aggregate: ClassVar[str] = "vendor"
    moves: ClassVar[MoveTable] = workflow.VENDOR

    class Size(models.TextChoices):
        """Size by PP 7/2021 Art. 35; a cooperative is a flag of its own kind."""

        MICRO = "MIKRO", _("Mikro")
        SMALL = "KECIL", _("Kecil")
        MEDIUM = "MENENGAH", _("Menengah")
        COOPERATIVE = "KOPERASI", _("Koperasi")

    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="vendor")
    partner = models.OneToOneField("partner.Partner", models.PROTECT, related_name="vendor")
    region = models.ForeignKey(Region, models.PROTECT, related_name="vendors")
    slug = models.SlugField(max_length=120, unique=True)
    about = models.TextField(_("tentang usaha"), blank=True)
    state = StateField(workflow.VENDOR)

    nib = models.CharField(_("NIB"), max_length=13, unique=True)
    size = models.CharField(_("ukuran usaha"), max_length=8, choices=Size.choices)
    capital = models.BigIntegerField(_("modal usaha (rupiah)"), null=True, blank=True)
    yearly_sales = models.BigIntegerField(_("omzet setahun (rupiah)"), null=True, blank=True)
    sales_year = models.PositiveSmallIntegerField(_("tahun omzet"), null=True, blank=True)

    pkp = models.BooleanField(_("Pengusaha Kena Pajak"), default=False)
    suket_pp55 = models.CharField(_("nomor Suket PP 55/2022"), max_length=60, blank=True)
    suket_pp55_valid_to = models.DateField(_("Suket berlaku sampai"), null=True, blank=True)
    pbjt_registered = models.BooleanField(_("wajib pungut PBJT makanan dan minuman"), default=False)
    npwp = EncryptedTextField(_("NPWP"), blank=True)
    npwp_hash = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    owner_name = EncryptedTextField(_("nama pemilik"), blank=True)
    owner_nik = EncryptedTextField(_("NIK pemilik"), blank=True)
    owner_nik_hash = models.CharField(max_length=64, blank=True, db_index=True, editable=False)

    place_code = models.CharField(_("kode wilayah"), max_length=13)
    place_name = models.CharField(_("kelurahan, kecamatan, kota"), max_length=160)
    street = EncryptedTextField(_("alamat jalan"), blank=True)
    phone = EncryptedTextField(_("telepon usaha"), blank=True)
    service_area = ArrayField(
        models.CharField(max_length=13), verbose_name=_("wilayah layanan"), default=list
    )

    class Meta:
        verbose_name = _("penyedia")
        constraints = [
            state_check(workflow.VENDOR, "vendor_state"),
            models.CheckConstraint(
                condition=Q(size__in=["MIKRO", "KECIL", "MENENGAH", "KOPERASI"]), name="vendor_size"
            ),
            models.CheckConstraint(condition=Q(nib__regex=r"^[0-9]{13}$"), name="vendor_nib_shape"),
            models.CheckConstraint(condition=Q(place_code__regex=PLACE_CODE), name="vendor_place_code_shape"),
        ]

    def __str__(self) -> str:
        return self.organisation.name

    def get_absolute_url(self) -> str:
        """The public profile."""
        return reverse("vendor-profile", args=[self.slug])

    @property
    def name(self) -> str:
        """The organisation's name; load `organisation` with the vendor."""
        return self.organisation.name


class Activity(models.Model):
    """A line of business from the vendor's NIB. The code means something only with its KBLI edition."""

    class Edition(models.TextChoices):
        KBLI_2020 = "2020", "KBLI 2020"
        KBLI_2025 = "2025", "KBLI 2025"

    vendor = models.ForeignKey(Vendor, models.CASCADE, related_name="activities")
    code = models.CharField(_("kode KBLI"), max_length=5)
    edition = models.CharField(_("edisi"), max_length=4, choices=Edition.choices)

    class Meta:
        verbose_name = _("kegiatan usaha")
        constraints = [
            models.UniqueConstraint(fields=["vendor", "code", "edition"], name="activity_once"),
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{5}$"), name="activity_code_shape"),
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.edition})"


class BankAccount(models.Model):
    """One version of the account a vendor is paid to. Never changed: a new number is a new version.

    `verified_at` and `verified_by` are filled in once; the database refuses any other change (vendors/sql.py).
    """

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="bank_accounts")
    version = models.PositiveIntegerField(_("versi"))
    bank_code = models.CharField(_("kode bank"), max_length=3)
    number = EncryptedTextField(_("nomor rekening"))
    number_hash = models.CharField(max_length=64, db_index=True, editable=False)
    holder_name = EncryptedTextField(_("nama pemilik rekening"))
    added_at = models.DateTimeField(_("dicatat"))
    verified_at = models.DateTimeField(_("diverifikasi"), null=True, blank=True)
    verified_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("rekening bank")
        ordering = ("vendor", "-version")
        constraints = [
            models.UniqueConstraint(fields=["vendor", "version"], name="bank_account_version"),
            models.CheckConstraint(
                condition=Q(bank_code__regex=r"^[0-9]{3}$"), name="bank_account_bank_code"
            ),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True, verified_by__isnull=True)
                | Q(verified_at__isnull=False, verified_by__isnull=False),
                name="bank_account_verified_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank_code} · v{self.version}"


class Listing(Aggregate):
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
    kbki_code = models.CharField(_("kode KBKI"), max_length=10, blank=True)
    is_pdn = models.BooleanField(_("produk dalam negeri"), default=False)
    tkdn_bp = models.PositiveSmallIntegerField(_("TKDN (basis poin)"), null=True, blank=True)
    bmp_bp = models.PositiveSmallIntegerField(_("BMP (basis poin)"), null=True, blank=True)
    tkdn_certificate = models.CharField(_("nomor sertifikat TKDN"), max_length=60, blank=True)
    tkdn_valid_to = models.DateField(_("sertifikat TKDN berlaku sampai"), null=True, blank=True)
    halal = models.BooleanField(_("bersertifikat halal"), default=False)
    halal_certificate = models.CharField(_("nomor sertifikat halal"), max_length=60, blank=True)
    min_order = models.PositiveIntegerField(_("pesanan paling sedikit"), default=1)
    lead_days = models.PositiveSmallIntegerField(_("hari kerja sampai dikirim"), default=1)
    area_codes = ArrayField(models.CharField(max_length=13), verbose_name=_("wilayah kirim"), default=list)
    live_since = models.DateTimeField(_("tayang sejak"), null=True, blank=True, editable=False)
    curator_note = models.CharField(_("catatan kurator"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("produk")
        indexes = [models.Index(fields=["state", "due_at"], name="listing_queue")]
        constraints = [
            state_check(workflow.LISTING, "listing_state"),
            models.CheckConstraint(condition=Q(kind__in=["BARANG", "JASA", "KATERING"]), name="listing_kind"),
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


class ListingPrice(models.Model):
    """One price of a listing from a moment on. Append-only: the database refuses changes (vendors/sql.py)."""

    listing = models.ForeignKey(Listing, models.PROTECT, related_name="prices")
    price = models.BigIntegerField(_("harga satuan (rupiah)"))
    valid_from = models.DateTimeField(_("berlaku sejak"))
    set_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("riwayat harga")
        ordering = ("listing", "valid_from", "pk")
        constraints = [models.CheckConstraint(condition=Q(price__gt=0), name="listing_price_positive")]

    def __str__(self) -> str:
        return f"{self.price} sejak {self.valid_from:%Y-%m-%d}"
