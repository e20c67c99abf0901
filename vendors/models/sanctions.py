"""Sanctions on vendors, and the national blacklist as it was imported."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.core.transitions import MoveTable
from marketplace.workflow.models import Aggregate, Figures, StateField, state_check
from vendors import workflow
from vendors.models.papers import VendorDocument
from vendors.models.vendor import Vendor
from vendors.violations import violations


class Sanction(Aggregate):
    """What a vendor was sanctioned with, by which decree, from which to which day.

    A suspension or a blacklisting keeps new orders away; running orders go on. `holds` marks the sanctions by which a
    vendor is suspended: when the last of them has ended, the clock reinstates it.
    """

    aggregate: ClassVar[str] = "sanction"
    figures: ClassVar[Figures] = {
        "violation": ("sanction.impose:violation",),
        "decree_number": ("sanction.impose:decree",),
        "publisher": ("sanction.impose:publisher",),
        "starts": ("sanction.impose:starts",),
        "ends": (
            "sanction.impose:ends",
            "sanction.prolong:ends",
        ),
    }
    moves: ClassVar[MoveTable] = workflow.SANCTION

    class Kind(models.TextChoices):
        WARNING = "PERINGATAN", _("Peringatan")
        SUSPENSION = "PENANGGUHAN", _("Penangguhan sementara")
        DELISTING = "PENURUNAN", _("Penurunan produk")
        BLACKLIST = "DAFTAR_HITAM", _("Daftar Hitam")

    BLOCKING: ClassVar[tuple[str, ...]] = (Kind.SUSPENSION, Kind.BLACKLIST)

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="sanctions")
    kind = models.CharField(_("jenis"), max_length=12, choices=Kind.choices)
    violation = models.CharField(_("pelanggaran"), max_length=40)
    words = models.CharField(_("uraian"), max_length=500, blank=True)
    category = models.ForeignKey(
        "catalogue.Category",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("kelompok produk"),
        help_text=_("Kosong: semua produk."),
    )
    decree_number = models.CharField(_("nomor surat keputusan"), max_length=80)
    decree_date = models.DateField(_("tanggal surat keputusan"))
    publisher = models.CharField(_("penerbit"), max_length=160)
    decided_by = models.CharField(_("diputuskan oleh"), max_length=160, blank=True)
    noticed_on = models.DateField(_("diberitahukan kepada penyedia"), null=True, blank=True)
    starts = models.DateField(_("mulai"))
    ends = models.DateField(_("sampai dengan"))
    document = models.ForeignKey(VendorDocument, models.PROTECT, null=True, blank=True, related_name="+")
    holds = models.BooleanField(_("menahan penyedia"), default=False, editable=False)
    state = StateField(workflow.SANCTION)

    class Meta:
        verbose_name = _("sanksi")
        ordering = ("-starts", "-pk")
        indexes = [
            models.Index(fields=["ends"], condition=Q(state="IN_FORCE"), name="sanction_end"),
            models.Index(fields=["vendor"], condition=Q(holds=True), name="sanction_holding"),
        ]
        constraints = [
            state_check(workflow.SANCTION, "sanction_state"),
            models.CheckConstraint(
                condition=Q(kind__in=["PERINGATAN", "PENANGGUHAN", "PENURUNAN", "DAFTAR_HITAM"]),
                name="sanction_kind",
            ),
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="sanction_days_in_order"),
            models.CheckConstraint(condition=~Q(decree_number=""), name="sanction_has_decree"),
            models.CheckConstraint(
                condition=Q(category__isnull=True) | Q(kind="PENURUNAN"),
                name="sanction_category_of_delisting",
            ),
            models.CheckConstraint(
                condition=Q(holds=False) | Q(kind__in=["PENANGGUHAN", "DAFTAR_HITAM"]),
                name="sanction_holds_when_blocking",
            ),
            models.UniqueConstraint(fields=["vendor", "decree_number", "violation"], name="sanction_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.decree_number}"

    def get_absolute_url(self) -> str:
        """The sanction's page, for its vendor and for the operation."""
        return reverse("sanction", args=[self.pk])

    @property
    def region_of_record(self) -> int:
        """The vendor's region; load `vendor` with the sanction."""
        return self.vendor.region_id

    @property
    def violation_label(self) -> str:
        """What was found, in words."""
        return self.words or violations()[self.violation].label

    @property
    def rule(self) -> str:
        """The law it stands on."""
        return violations()[self.violation].rule


class BlacklistRow(models.Model):
    """One entry of the national blacklist, whoever it is about: also of businesses not registered here (yet).

    The tax number stands here as keyed hashes alone; a person's NPWP is the NIK, so both purposes are kept.
    """

    npwp_hash = models.CharField(max_length=64, blank=True, db_index=True)
    nik_hash = models.CharField(max_length=64, blank=True, db_index=True)
    nib = models.CharField(_("NIB"), max_length=13, blank=True, db_index=True)
    name = models.CharField(_("nama"), max_length=200)
    decree_number = models.CharField(_("nomor surat keputusan"), max_length=80)
    act = models.CharField(_("pelanggaran"), max_length=500)
    starts = models.DateField(_("mulai"))
    ends = models.DateField(_("sampai dengan"))
    publisher = models.CharField(_("penerbit"), max_length=160)
    subject_hash = models.CharField(max_length=64, editable=False)
    sanction = models.OneToOneField(
        Sanction, models.PROTECT, null=True, blank=True, related_name="national_row"
    )
    imported_at = models.DateTimeField(_("diimpor"))

    class Meta:
        verbose_name = _("Daftar Hitam Nasional")
        ordering = ("-starts", "-pk")
        constraints = [
            models.UniqueConstraint(fields=["decree_number", "subject_hash"], name="blacklist_row_once"),
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="blacklist_row_days_in_order"),
            models.CheckConstraint(
                condition=~Q(npwp_hash="") | ~Q(nib=""), name="blacklist_row_about_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.decree_number}"
