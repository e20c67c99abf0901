"""A file of many listings on its way into the catalogue, and what was found in each of its rows."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Appointment
from marketplace.core.transitions import MoveTable
from marketplace.workflow.models import Aggregate, Figures, StateField, state_check
from vendors import workflow
from vendors.models.listing import Listing
from vendors.models.vendor import Vendor

OPEN_STATES = ("RECEIVED", "READING", "PREVIEWED", "COMMITTING")


class ListingUpload(Aggregate):
    """One uploaded file: kept by its SHA-256, read into rows, shown to its vendor, then written or dropped.

    `stage`, `done` and `total` say how far the present piece of work is, in rows; `done` is also where a worker
    that takes over begins.
    """

    aggregate: ClassVar[str] = "listing_upload"
    figures: ClassVar[Figures] = {
        "vendor_id": ("listing_upload.receive:vendor_id",),
        "sha256": ("listing_upload.receive:sha256",),
        "pictures_sha256": ("listing_upload.receive:pictures_sha256",),
    }
    moves: ClassVar[MoveTable] = workflow.UPLOAD

    class Format(models.TextChoices):
        XLSX = "xlsx", _("Excel (.xlsx)")
        XLS = "xls", _("Excel lama (.xls)")
        ODS = "ods", _("OpenDocument (.ods)")
        CSV = "csv", _("CSV")

    class Stage(models.TextChoices):
        READ = "BACA", _("Memeriksa baris")
        SAVE = "SIMPAN", _("Menyimpan produk")
        PICTURES = "FOTO", _("Memasang foto")
        HAND_IN = "AJUKAN", _("Mengajukan untuk kurasi")

    class Choice(models.TextChoices):
        GOOD_ROWS = "BENAR", _("Simpan baris yang benar, lewati yang salah")
        WHOLE_FILE = "SEMUA", _("Simpan semua baris, atau tidak sama sekali")

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="uploads")
    by = models.ForeignKey(Appointment, models.PROTECT, related_name="+", verbose_name=_("oleh"))
    state = StateField(workflow.UPLOAD)

    file_name = models.CharField(_("nama berkas"), max_length=120)
    format = models.CharField(_("bentuk berkas"), max_length=4, choices=Format.choices)
    size = models.PositiveIntegerField(_("ukuran (bita)"))
    sha256 = models.CharField(max_length=64, editable=False)
    pictures_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    unknown_columns = ArrayField(
        models.CharField(max_length=60), verbose_name=_("kolom yang tidak dikenal"), default=list, blank=True
    )

    stage = models.CharField(_("tahap"), max_length=6, choices=Stage.choices, default=Stage.READ)
    total = models.PositiveIntegerField(_("baris seluruhnya"), default=0)
    done = models.PositiveIntegerField(_("baris selesai"), default=0)
    found = models.JSONField(_("hasil pemeriksaan"), default=dict)
    outcome = models.JSONField(_("hasil penyimpanan"), default=dict)
    choice = models.CharField(
        _("bila ada baris yang salah"), max_length=5, choices=Choice.choices, default=Choice.GOOD_ROWS
    )
    hand_in = models.BooleanField(_("ajukan untuk kurasi"), default=False)
    failure = models.CharField(_("sebab gagal"), max_length=300, blank=True)
    failure_fix = models.CharField(_("cara memperbaiki"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("unggahan produk")
        ordering = ("-pk",)
        indexes = [models.Index(fields=["vendor", "-id"], name="upload_of_vendor")]
        constraints = [
            state_check(workflow.UPLOAD, "upload_state"),
            models.CheckConstraint(
                condition=Q(format__in=["xlsx", "xls", "ods", "csv"]), name="upload_format"
            ),
            models.CheckConstraint(
                condition=Q(stage__in=["BACA", "SIMPAN", "FOTO", "AJUKAN"]), name="upload_stage"
            ),
            models.CheckConstraint(condition=Q(choice__in=["BENAR", "SEMUA"]), name="upload_choice"),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="upload_not_further_than_all"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="upload_sha256"),
            models.UniqueConstraint(
                fields=["vendor"], condition=Q(state="COMMITTING"), name="upload_one_written_at_a_time"
            ),
            # The same file sent twice by an impatient finger is one upload.
            models.UniqueConstraint(
                fields=["vendor", "sha256", "pictures_sha256"],
                condition=Q(state__in=OPEN_STATES),
                name="upload_open_once",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        """The page of this upload."""
        return reverse("upload", args=[self.pk])

    @property
    def region_of_record(self) -> int:
        """The vendor's region; load `vendor` with the upload."""
        return self.vendor.region_id

    @property
    def at_work(self) -> bool:
        """Whether a worker has something to do, so that the page should look again."""
        return self.state in {"RECEIVED", "READING", "COMMITTING"}


class UploadRow(models.Model):
    """One row of an uploaded file: what it says, what it would change, and what came of it.

    `place` counts rows of the file from 1; `line` is the number people see beside the row. `problems` are pairs
    (column, sentence). `seen_revision` is the listing's revision when the vendor was shown the difference: a
    listing changed since is not overwritten.
    """

    class Verdict(models.TextChoices):
        NEW = "BARU", _("Baru")
        CHANGED = "BERUBAH", _("Berubah")
        SAME = "SAMA", _("Sama")
        WRONG = "SALAH", _("Salah")

    class Outcome(models.TextChoices):
        MADE = "DIBUAT", _("Dibuat")
        CHANGED = "DIUBAH", _("Diubah")
        SAME = "SAMA", _("Sama")
        REFUSED = "DITOLAK", _("Ditolak")

    upload = models.ForeignKey(ListingUpload, models.CASCADE, related_name="rows")
    place = models.PositiveIntegerField(_("urutan"))
    line = models.PositiveIntegerField(_("baris"))
    verdict = models.CharField(_("hasil pemeriksaan"), max_length=7, choices=Verdict.choices)
    outcome = models.CharField(_("hasil penyimpanan"), max_length=7, choices=Outcome.choices, blank=True)
    sku = models.CharField(_("kode"), max_length=40, blank=True)
    title = models.CharField(_("nama produk"), max_length=200, blank=True)
    listing = models.ForeignKey(Listing, models.PROTECT, null=True, blank=True, related_name="+")
    seen_revision = models.PositiveIntegerField(null=True, blank=True)
    seen_stock = models.IntegerField(null=True, blank=True)
    said = models.JSONField(_("isi baris"), default=dict)
    changed = ArrayField(models.CharField(max_length=40), verbose_name=_("kolom yang berubah"), default=list)
    problems = models.JSONField(_("kesalahan"), default=list)
    pictures = ArrayField(models.CharField(max_length=500), verbose_name=_("foto"), default=list)

    class Meta:
        verbose_name = _("baris unggahan")
        ordering = ("upload", "place")
        indexes = [
            models.Index(fields=["upload", "verdict", "place"], name="upload_row_by_verdict"),
            models.Index(
                fields=["upload", "place"], condition=~Q(pictures=[]), name="upload_row_with_pictures"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["upload", "place"], name="upload_row_once"),
            models.CheckConstraint(
                condition=Q(verdict__in=["BARU", "BERUBAH", "SAMA", "SALAH"]), name="upload_row_verdict"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", "DIBUAT", "DIUBAH", "SAMA", "DITOLAK"]),
                name="upload_row_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"Baris {self.line}"


class UploadPicture(models.Model):
    """A picture that an upload names: where it lies in the media store once it was opened and cleaned, or why not."""

    upload = models.ForeignKey(ListingUpload, models.CASCADE, related_name="pictures")
    named = models.CharField(_("nama atau alamat"), max_length=500)
    stored = models.CharField(_("berkas"), max_length=120, blank=True)
    problem = models.CharField(_("kesalahan"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("foto unggahan")
        constraints = [
            models.UniqueConstraint(fields=["upload", "named"], name="upload_picture_once"),
            models.CheckConstraint(
                condition=Q(stored="") ^ Q(problem=""), name="upload_picture_stored_or_not"
            ),
        ]

    def __str__(self) -> str:
        return self.named
