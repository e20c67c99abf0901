"""Vendors and their lines of business."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Organisation, User
from marketplace.accounts.personal_data import EncryptedTextField
from marketplace.core.transitions import MoveTable
from marketplace.regulation.models import Region
from marketplace.workflow.models import Aggregate, Figures, StateField, state_check
from vendors import workflow
from vendors.models.letters import LETTERS_WHOLE, TaxLetters

PLACE_CODE = r"^[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?$"


def _once_handed_in(condition: Q) -> Q:
    """A draft may still be empty; what was handed in is whole."""
    return Q(state="DRAFT") | condition


class Vendor(TaxLetters, Aggregate):
    """A small enterprise that sells to government: one organisation, one Oscar partner.

    What the public may know stands in plain columns; who the owner is and where the house stands is encrypted.
    A DRAFT is filled in section by section and may be empty anywhere; from REGISTERED on it is whole.
    """

    aggregate: ClassVar[str] = "vendor"
    figures: ClassVar[Figures] = {
        "size": (
            "vendor.register:size",
            "vendor.size:size",
            "vendor.submit:size",
        ),
        "size_basis": ("vendor.size:basis",),
        "path": ("vendor.start:path",),
        "pact_version": ("vendor.pact:version",),
        "account": ("vendor.bank_account_add:number_hash",),
    }
    figure_columns: ClassVar[dict[str, models.Func]] = {
        # the newest version's hash, which nobody makes without the key
        "account": models.Func(
            ArrayAgg("bank_accounts__number_hash", order_by="-bank_accounts__version"),
            template="(%(expressions)s)[1]",
            output_field=models.CharField(),
        )
    }
    moves: ClassVar[MoveTable] = workflow.VENDOR

    class Path(models.TextChoices):
        """The two entries of the market (handbook §1.1)."""

        ASSISTED = "BINAAN", _("UMKM binaan (Jakpreneur dan sejenisnya)")
        OTHER = "UMUM", _("UMKM lain")

    class LegalForm(models.TextChoices):
        """Who stands behind the business; decides whose number the NPWP is."""

        PERSON = "PERORANGAN", _("Usaha perorangan")
        COMPANY = "BADAN", _("Badan usaha (PT, CV, firma, yayasan)")
        COOPERATIVE = "KOPERASI", _("Koperasi")

    class Size(models.TextChoices):
        """Size by PP 7/2021 Art. 35; a cooperative is a flag of its own kind."""

        MICRO = "MIKRO", _("Mikro")
        SMALL = "KECIL", _("Kecil")
        MEDIUM = "MENENGAH", _("Menengah")
        COOPERATIVE = "KOPERASI", _("Koperasi")

    class SizeBasis(models.TextChoices):
        """Which of the two figures of PP 7/2021 decided the size."""

        CAPITAL = "MODAL", _("Modal usaha")
        SALES = "OMZET", _("Hasil penjualan tahunan")

    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="vendor")
    partner = models.OneToOneField("partner.Partner", models.PROTECT, related_name="vendor")
    region = models.ForeignKey(Region, models.PROTECT, related_name="vendors")
    slug = models.SlugField(max_length=120, unique=True)
    about = models.TextField(_("tentang usaha"), blank=True)
    state = StateField(workflow.VENDOR)
    path = models.CharField(_("jalur pendaftaran"), max_length=6, choices=Path.choices, default=Path.OTHER)
    programme_number = models.CharField(_("nomor anggota program binaan"), max_length=40, blank=True)
    legal_form = models.CharField(
        _("bentuk usaha"), max_length=10, choices=LegalForm.choices, default=LegalForm.PERSON
    )

    nib = models.CharField(_("NIB"), max_length=13, blank=True)
    size = models.CharField(_("ukuran usaha"), max_length=8, choices=Size.choices, blank=True)
    size_basis = models.CharField(_("dasar ukuran"), max_length=5, choices=SizeBasis.choices, blank=True)
    size_stated_on = models.DateField(_("ukuran dinyatakan tanggal"), null=True, blank=True)
    capital = models.BigIntegerField(_("modal usaha (rupiah)"), null=True, blank=True)
    yearly_sales = models.BigIntegerField(_("omzet setahun (rupiah)"), null=True, blank=True)
    sales_year = models.PositiveSmallIntegerField(_("tahun omzet"), null=True, blank=True)

    pkp = models.BooleanField(_("Pengusaha Kena Pajak"), default=False)
    suket_pp55 = models.CharField(_("nomor Suket PP 55/2022"), max_length=60, blank=True)
    suket_pp55_valid_to = models.DateField(_("Suket berlaku sampai"), null=True, blank=True)
    pbjt_registered = models.BooleanField(_("wajib pungut PBJT makanan dan minuman"), default=False)
    npwp = EncryptedTextField(_("NPWP"), blank=True)
    npwp_hash = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    nitku = EncryptedTextField(_("NITKU"), blank=True)
    owner_name = EncryptedTextField(_("nama pemilik"), blank=True)
    owner_nik = EncryptedTextField(_("NIK pemilik"), blank=True)
    owner_nik_hash = models.CharField(max_length=64, blank=True, db_index=True, editable=False)

    place_code = models.CharField(_("kode wilayah"), max_length=13, blank=True)
    place_name = models.CharField(_("kelurahan, kecamatan, kota"), max_length=160, blank=True)
    street = EncryptedTextField(_("alamat jalan"), blank=True)
    phone = EncryptedTextField(_("telepon usaha"), blank=True)
    phone_hash = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    service_area = ArrayField(
        models.CharField(max_length=13), verbose_name=_("wilayah layanan"), default=list, blank=True
    )

    pact_version = models.CharField(_("versi Pakta Integritas"), max_length=20, blank=True)
    pact_signed_at = models.DateTimeField(_("Pakta Integritas disetujui"), null=True, blank=True)
    pact_signed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    round = models.PositiveSmallIntegerField(_("putaran pemeriksaan"), default=0, editable=False)

    class Meta:
        verbose_name = _("penyedia")
        indexes = [models.Index(fields=["region", "state", "due_at"], name="vendor_queue")]
        constraints = [
            state_check(workflow.VENDOR, "vendor_state"),
            models.CheckConstraint(
                condition=_once_handed_in(Q(size__in=["MIKRO", "KECIL", "MENENGAH", "KOPERASI"])),
                name="vendor_size",
            ),
            models.CheckConstraint(condition=Q(path__in=["BINAAN", "UMUM"]), name="vendor_path"),
            models.CheckConstraint(
                condition=Q(legal_form__in=["PERORANGAN", "BADAN", "KOPERASI"]), name="vendor_legal_form"
            ),
            models.CheckConstraint(
                condition=_once_handed_in(Q(nib__regex=r"^[0-9]{13}$")), name="vendor_nib_shape"
            ),
            # A draft claims no number: whoever hands in a whole registration first has it.
            models.UniqueConstraint(fields=["nib"], condition=~Q(state="DRAFT"), name="vendor_nib_once"),
            models.CheckConstraint(
                condition=_once_handed_in(Q(place_code__regex=PLACE_CODE)), name="vendor_place_code_shape"
            ),
            *LETTERS_WHOLE,
        ]

    @property
    def city(self) -> str:
        """The city alone, as the public is told: many a vendor works at home (/data-terbuka/kebijakan/)."""
        return self.place_name.rpartition(",")[2].strip()

    def __str__(self) -> str:
        return self.organisation.name

    def get_absolute_url(self) -> str:
        """The public profile."""
        return reverse("vendor-profile", args=[self.slug])

    @property
    def name(self) -> str:
        """The organisation's name; load `organisation` with the vendor."""
        return self.organisation.name

    def suket_on(self, day: date) -> bool:
        """Whether it can show a Suket PP 55/2022 on a day."""
        last = self.suket_pp55_valid_to
        return bool(self.suket_pp55) and (last is None or last >= day)

    def statement_on(self, day: date) -> bool:
        """Whether a person with a Suket has stated that this year's turnover stays within Rp500,000,000."""
        person = self.legal_form == self.LegalForm.PERSON
        return person and self.statement_year == day.year and self.suket_on(day)


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
