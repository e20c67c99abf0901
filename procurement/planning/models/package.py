"""RUP packages, their budget lines, and the history of both. All amounts are whole rupiah."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Appointment, Organisation
from marketplace.regulation.models import Region
from marketplace.workflow.models import Aggregate, Figures, StateField, state_check
from procurement.planning.workflow import PACKAGE


class Package(Aggregate):
    """One package of the published procurement plan (*paket RUP*).

    The plan's own fields follow LKPP's open data and change by import alone; PPK, PP, KAK, HPS are set here.
    """

    aggregate = "package"
    moves = PACKAGE

    class Method(models.IntegerChoices):
        """`kd_metode_pengadaan` as published."""

        DIRECT = 8, _("Pengadaan Langsung")
        E_PURCHASING = 9, _("E-Purchasing")
        TENDER = 13, _("Tender")
        SELECTION = 15, _("Seleksi")

    class Kind(models.IntegerChoices):
        """`kd_jenis_pengadaan` as published."""

        GOODS = 1, _("Barang")
        CONSTRUCTION = 2, _("Pekerjaan Konstruksi")
        CONSULTANCY = 3, _("Jasa Konsultansi")
        SERVICES = 4, _("Jasa Lainnya")

    state = StateField(PACKAGE)
    region = models.ForeignKey(Region, models.PROTECT, related_name="packages")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="packages", verbose_name=_("satuan kerja")
    )
    year = models.PositiveSmallIntegerField(_("tahun anggaran"))
    kd_rup = models.CharField(_("kode RUP"), max_length=10)
    name = models.CharField(_("nama paket"), max_length=500)
    # The budget-line file says nothing about method, kind, UKM and PDN: unknown is not "no".
    method_code = models.PositiveSmallIntegerField(_("metode"), null=True, blank=True, choices=Method.choices)
    kind_code = models.PositiveSmallIntegerField(_("jenis"), null=True, blank=True, choices=Kind.choices)
    ukm = models.BooleanField(_("untuk UKM/koperasi"), null=True, blank=True)
    pdn = models.BooleanField(_("produk dalam negeri"), null=True, blank=True)
    contract_from = models.DateField(_("rencana kontrak mulai"), null=True, blank=True)
    contract_to = models.DateField(_("rencana kontrak berakhir"), null=True, blank=True)
    announced = models.BooleanField(_("terumumkan"), default=False)
    active = models.BooleanField(_("aktif"), default=True)
    pagu = models.BigIntegerField(_("pagu"))

    ppk = models.ForeignKey(
        Appointment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="PPK"
    )
    pp = models.ForeignKey(
        Appointment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="PP"
    )
    # Repeated from the appointments so that the database itself can keep the two persons apart.
    ppk_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    pp_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    kak = models.TextField(_("kerangka acuan kerja (KAK)"), blank=True)
    kak_file = models.FileField(_("berkas KAK"), upload_to="kak/%Y/%m/", blank=True)
    kak_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    brand_reason = models.CharField(_("alasan menyebut merek"), max_length=500, blank=True)
    hps_total = models.BigIntegerField(_("HPS"), null=True, blank=True)
    hps_shipping = models.BigIntegerField(_("perkiraan ongkos kirim"), default=0)
    note = models.CharField(_("catatan disposisi"), max_length=500, blank=True)
    hps_basis = models.TextField(_("dasar penyusunan HPS"), blank=True)

    class Meta:
        verbose_name = _("paket RUP")
        ordering = ("-id",)
        constraints: ClassVar[list[Any]] = [
            state_check(PACKAGE, "package_state"),
            models.UniqueConstraint(fields=["region", "year", "kd_rup"], name="package_once_a_year"),
            models.CheckConstraint(condition=Q(pagu__gte=0), name="package_pagu_not_negative"),
            models.CheckConstraint(
                condition=Q(contract_from__isnull=True)
                | Q(contract_to__isnull=True)
                | Q(contract_to__gte=F("contract_from")),
                name="package_contract_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=Q(hps_shipping__gte=0), name="package_shipping_not_negative"),
            models.CheckConstraint(condition=Q(kd_rup__regex=r"^[0-9]{6,10}$"), name="package_kd_rup_shape"),
            models.CheckConstraint(
                condition=Q(hps_total__isnull=True) | Q(hps_total__gt=0, hps_total__lte=F("pagu")),
                name="package_hps_within_pagu",
            ),
            models.CheckConstraint(
                condition=Q(ppk_user__isnull=True) | Q(pp_user__isnull=True) | ~Q(ppk_user=F("pp_user")),
                name="package_ppk_is_not_pp",
            ),
            models.CheckConstraint(
                condition=~Q(state="ASSIGNED") | Q(ppk__isnull=False, ppk_user__isnull=False),
                name="package_assigned_has_ppk",
            ),
            models.CheckConstraint(
                condition=~Q(state="PREPARED")
                | Q(ppk_user__isnull=False, pp_user__isnull=False, hps_total__isnull=False),
                name="package_prepared_is_complete",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-id"], name="package_of_unit"),
            models.Index(fields=["region", "-id"], name="package_of_region"),
            models.Index(fields=["ppk", "state"], name="package_of_ppk"),
            models.Index(fields=["pp", "state"], name="package_of_pp"),
        ]

    def __str__(self) -> str:
        return f"{self.kd_rup} · {self.name}"

    def get_absolute_url(self) -> str:
        """The package's page; the region is the reader's own."""
        return reverse("package", args=[self.kd_rup])


PLACES: Final = ("available", "reserved", "committed", "payable", "spent")
"""Where money of a budget line can be; one column each."""

_MOVES: Final = ("reserve", "release", "commit", "uncommit", "make_payable", "spend")


class BudgetLine(models.Model):
    """Money of one package under one account code, split over the five places it can be in.

    `available + reserved + committed + payable + spent = pagu`, each zero or more: the database refuses
    anything else. Amounts move by `procurement.planning.budget` alone.
    """

    aggregate = "budget_line"
    named_in: ClassVar[tuple[str, ...]] = ("package.announce:lines", "package.amend:lines")
    # what is available is the rest of the pagu, which the database holds to
    figures: ClassVar[Figures] = {
        "pagu": tuple(f"{namer}.pagu_rupiah" for namer in named_in),
        **{
            place: tuple(f"budget.{kind}:after.{place}" for kind in _MOVES)
            for place in ("reserved", "committed", "payable", "spent")
        },
    }

    package = models.ForeignKey(Package, models.PROTECT, related_name="lines")
    published_id = models.BigIntegerField(_("id anggaran paket"), null=True, blank=True)
    mak = models.CharField(_("mata anggaran"), max_length=120)
    rekening = models.CharField(_("kode rekening"), max_length=20, blank=True)
    sumber_dana = models.CharField(_("sumber dana"), max_length=40)
    asal_dana = models.CharField(_("asal dana"), max_length=20, blank=True)
    fund_year = models.PositiveSmallIntegerField(_("tahun dana"), null=True, blank=True)
    active = models.BooleanField(_("aktif"), default=True)
    pagu = models.BigIntegerField(_("pagu"))
    available = models.BigIntegerField(_("tersedia"))
    reserved = models.BigIntegerField(_("dicadangkan"), default=0)
    committed = models.BigIntegerField(_("terikat"), default=0)
    payable = models.BigIntegerField(_("terutang"), default=0)
    spent = models.BigIntegerField(_("terbayar"), default=0)

    class Meta:
        verbose_name = _("baris anggaran")
        ordering = ("package_id", "id")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(
                    available__gte=0, reserved__gte=0, committed__gte=0, payable__gte=0, spent__gte=0
                ),
                name="budget_line_never_negative",
            ),
            models.CheckConstraint(
                condition=Q(pagu=F("available") + F("reserved") + F("committed") + F("payable") + F("spent")),
                name="budget_line_adds_up",
            ),
            models.UniqueConstraint(fields=["package", "published_id"], name="budget_line_published_once"),
        ]

    def __str__(self) -> str:
        return f"{self.package_id}/{self.mak}"

    @property
    def told(self) -> dict[str, Any]:
        """How the package's entries name this line."""
        return {"id": self.pk, "mak": self.mak, "pagu_rupiah": self.pagu}

    @property
    def used(self) -> int:
        """Rupiah that orders hold or have spent."""
        return self.pagu - self.available

    @property
    def region_of_record(self) -> int:
        """The region of the package; the log files the line's entries there."""
        return self.package.region_id


def figures(line: BudgetLine) -> dict[str, int]:
    """The five amounts and the pagu of a line, in rupiah."""
    return {"pagu": line.pagu, **{place: getattr(line, place) for place in PLACES}}


class BudgetMovement(models.Model):
    """One change of a budget line, kept for ever. `before` and `after` hold the five amounts and the pagu."""

    class Kind(models.TextChoices):
        OPEN = "OPEN", _("Pagu dibuka")
        AMEND = "AMEND", _("Pagu diubah")
        RESERVE = "RESERVE", _("Dicadangkan")
        RELEASE = "RELEASE", _("Cadangan dilepas")
        COMMIT = "COMMIT", _("Diikat")
        UNCOMMIT = "UNCOMMIT", _("Ikatan dikembalikan")
        MAKE_PAYABLE = "MAKE_PAYABLE", _("Terutang")
        SPEND = "SPEND", _("Dibayar")

    line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="movements")
    deed = models.UUIDField(_("satu perbuatan"))
    at = models.DateTimeField(_("waktu"))
    kind = models.CharField(_("jenis"), max_length=12, choices=Kind.choices)
    amount = models.BigIntegerField(_("nilai"))
    reference = models.CharField(_("rujukan"), max_length=120)
    before = models.JSONField(_("sebelum"))
    after = models.JSONField(_("sesudah"))

    class Meta:
        verbose_name = _("mutasi anggaran")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.line_id} {self.kind} {self.amount}"


class ImportRun(models.Model):
    """One finished import of a plan or of working units: which file, by whom, and what came of each line."""

    class Kind(models.TextChoices):
        PLAN = "PLAN", _("Rencana pengadaan")
        UNITS = "UNITS", _("Satuan kerja")

    kind = models.CharField(max_length=5, choices=Kind.choices)
    file_name = models.CharField(_("berkas"), max_length=200)
    sha256 = models.CharField(_("sidik berkas"), max_length=64)
    at = models.DateTimeField(_("waktu"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")
    counts = models.JSONField(_("jumlah"))
    errors = models.JSONField(_("baris ditolak"), default=list)

    aggregate = "import_run"
    told_from_birth: ClassVar[bool] = True
    figures: ClassVar[Figures] = {
        "sha256": (
            "plan.import:sha256",
            "plan.import_units:sha256",
        ),
    }

    class Meta:
        verbose_name = _("impor")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.file_name} ({self.at:%Y-%m-%d %H:%M})"

    @property
    def region_of_record(self) -> int | None:
        """The region the file speaks of."""
        return self.region_id


class PlanRevision(models.Model):
    """What one import changed in one package: `changes` maps a field to [before, after]."""

    package = models.ForeignKey(Package, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField(_("revisi ke"))
    run = models.ForeignKey(ImportRun, models.PROTECT, related_name="revisions", null=True)
    at = models.DateTimeField(_("waktu"))
    sha256 = models.CharField(_("sidik berkas"), max_length=64)
    changes = models.JSONField(_("perubahan"))

    class Meta:
        verbose_name = _("revisi rencana")
        ordering = ("package_id", "number")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["package", "number"], name="plan_revision_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.package_id} rev. {self.number}"


class PlanUpload(models.Model):
    """A plan file held between its preview and the decision to import it; removed afterwards."""

    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("berkas menunggu impor")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["by", "sha256"], name="plan_upload_once_a_person"),
        ]

    def __str__(self) -> str:
        return self.file_name
