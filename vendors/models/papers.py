"""Papers a vendor hands in, and permits that expire."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.core.transitions import MoveTable
from marketplace.workflow.models import Aggregate, Figures, StateField, state_check
from vendors import workflow
from vendors.models.vendor import Vendor


class VendorDocument(models.Model):
    """A file that was checked and kept by its SHA-256. Never changed; a newer one is a further row."""

    class Kind(models.TextChoices):
        NIB = "NIB", _("NIB dari OSS")
        KTP = "KTP", _("KTP pemilik")
        NPWP = "NPWP", _("Kartu NPWP")
        PKP = "PKP", _("Surat pengukuhan PKP")
        SUKET = "SUKET", _("Suket PP 55/2022")
        SBU = "SBU", _("SBU konstruksi")
        SKB = "SKB", _("SKB pajak penghasilan")
        STATEMENT = "OMZET", _("Surat pernyataan omzet paling banyak Rp500 juta")
        BANK = "REKENING", _("Buku rekening, halaman nama")
        PERMIT = "IZIN", _("Izin atau sertifikat")
        EVIDENCE = "BUKTI", _("Bukti pendukung")

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="documents")
    kind = models.CharField(_("jenis"), max_length=8, choices=Kind.choices)
    sha256 = models.CharField(max_length=64, editable=False)
    media_type = models.CharField(max_length=20, editable=False)
    size = models.PositiveIntegerField(_("ukuran (bita)"), editable=False)
    uploaded_at = models.DateTimeField(_("diunggah"))
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("berkas penyedia")
        ordering = ("vendor", "kind", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="vendor_document_sha256"
            ),
            models.CheckConstraint(
                condition=Q(media_type__in=["application/pdf", "image/webp"]), name="vendor_document_type"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.sha256[:8]}"


class Permit(Aggregate):
    """A permit or certificate with a last day: halal, PIRT, BPOM, SNI, TKDN. Listings that rest on it fall with it."""

    aggregate: ClassVar[str] = "permit"
    figures: ClassVar[Figures] = {
        "number": (
            "permit.add:number",
            "permit.resubmit:number",
        ),
    }
    moves: ClassVar[MoveTable] = workflow.PERMIT

    class Kind(models.TextChoices):
        HALAL = "HALAL", _("Sertifikat halal")
        PIRT = "PIRT", _("SPP-IRT (PIRT)")
        BPOM = "BPOM", _("Izin edar BPOM")
        SNI = "SNI", _("SPPT SNI")
        TKDN = "TKDN", _("Sertifikat TKDN")

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="permits")
    kind = models.CharField(_("jenis"), max_length=5, choices=Kind.choices)
    number = models.CharField(_("nomor"), max_length=60)
    issuer = models.CharField(_("penerbit"), max_length=120, blank=True)
    valid_from = models.DateField(_("berlaku sejak"), null=True, blank=True)
    valid_to = models.DateField(
        _("berlaku sampai"), null=True, blank=True, help_text=_("Kosong: tanpa batas waktu.")
    )
    document = models.ForeignKey(
        VendorDocument, models.PROTECT, null=True, blank=True, related_name="permits"
    )
    state = StateField(workflow.PERMIT)
    note = models.CharField(_("catatan pemeriksa"), max_length=500, blank=True)
    noticed_days = models.PositiveSmallIntegerField(
        _("sudah diingatkan (hari sebelum berakhir)"), null=True, blank=True, editable=False
    )

    class Meta:
        verbose_name = _("izin")
        ordering = ("vendor", "kind", "-pk")
        indexes = [
            models.Index(fields=["valid_to"], condition=Q(state="VERIFIED"), name="permit_expiry"),
            models.Index(fields=["state", "due_at"], name="permit_queue"),
        ]
        constraints = [
            state_check(workflow.PERMIT, "permit_state"),
            models.CheckConstraint(
                condition=Q(kind__in=["HALAL", "PIRT", "BPOM", "SNI", "TKDN"]), name="permit_kind"
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="permit_days_in_order",
            ),
            models.CheckConstraint(condition=~Q(number=""), name="permit_has_number"),
            models.UniqueConstraint(fields=["vendor", "kind", "number"], name="permit_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    def get_absolute_url(self) -> str:
        """The permit's page, for its vendor and for the operation."""
        return reverse("permit", args=[self.pk])

    @property
    def region_of_record(self) -> int:
        """The vendor's region; load `vendor` with the permit."""
        return self.vendor.region_id

    def in_force(self, day: date) -> bool:
        """Whether it was found valid and has not come to its last day before `day`."""
        return self.state == "VERIFIED" and (self.valid_to is None or self.valid_to >= day)
