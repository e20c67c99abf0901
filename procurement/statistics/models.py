"""Figures kept between visits: one edition at a time, made whole from the tables, together with where the log stood.

Nothing here is a source of truth: every row can be made again (`actions.refresh`), and none is written by a person.
Amounts are whole rupiah, shares basis points.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Appointment, Organisation
from marketplace.audit.models import Checkpoint
from marketplace.regulation.models import Region
from procurement.purchasing.queries.shares import share_of


class Edition(models.Model):
    """One making of all figures, seen from one unchanging view of the database.

    The figures hold every act up to `checkpoint`, and `waiting` later ones that have no place in the tree yet.
    """

    at = models.DateTimeField(_("waktu"))
    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, null=True, related_name="+")
    waiting = models.PositiveIntegerField(_("catatan yang menunggu"), default=0)
    years = ArrayField(models.PositiveSmallIntegerField(), default=list, verbose_name=_("tahun anggaran"))

    class Meta:
        verbose_name = _("terbitan angka")
        get_latest_by = "pk"

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class Level(models.TextChoices):
    """What one row of `Spending` adds up. Rows of one level and year are parts of the row `YEAR`."""

    YEAR = "YEAR", _("Tahun")
    REGION = "REGION", _("Daerah")
    UNIT = "UNIT", _("Satuan kerja")
    MONTH = "MONTH", _("Bulan")
    REGION_MONTH = "REGION_MONTH", _("Daerah, bulan")
    UNIT_MONTH = "UNIT_MONTH", _("Satuan kerja, bulan")
    CATEGORY = "CATEGORY", _("Kategori")
    REGION_CATEGORY = "REGION_CATEGORY", _("Daerah, kategori")
    UNIT_CATEGORY = "UNIT_CATEGORY", _("Satuan kerja, kategori")


class Spending(models.Model):
    """Bound orders of a budget year added up by unit, region, month (its first day) or top category.

    `hhi` is the Herfindahl-Hirschman index of the vendors' parts of `price` (0 to 10,000), `largest` the largest part.
    From how many orders on the public is told a share: `queries/spending.shares_of`.
    """

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="spending")
    level = models.CharField(max_length=16, choices=Level.choices)
    year = models.PositiveSmallIntegerField(_("tahun anggaran"))
    region = models.ForeignKey(Region, models.CASCADE, null=True, related_name="+")
    unit = models.ForeignKey(Organisation, models.CASCADE, null=True, related_name="+")
    month = models.DateField(_("bulan"), null=True)
    category = models.CharField(_("kategori"), max_length=255, blank=True)
    orders = models.PositiveIntegerField(_("pesanan"))
    vendors = models.PositiveIntegerField(_("penyedia"))
    price = models.BigIntegerField(_("nilai sebelum pajak"))
    total = models.BigIntegerField(_("nilai dengan pajak"))
    umk = models.BigIntegerField(_("usaha mikro, kecil, koperasi"))
    pdn = models.BigIntegerField(_("produk dalam negeri"))
    umk_pdn = models.BigIntegerField(_("produk dalam negeri dari usaha mikro, kecil, koperasi"), default=0)
    hhi = models.PositiveSmallIntegerField(_("konsentrasi (HHI)"))
    largest = models.PositiveSmallIntegerField(_("bagian penyedia terbesar"))

    class Meta:
        verbose_name = _("belanja")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["edition", "level", "year"], name="statistics_spending_of_level"),
            models.Index(fields=["edition", "unit", "year"], name="statistics_spending_of_unit"),
        ]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(level__in=Level.values), name="statistics_spending_level"),
            models.CheckConstraint(
                condition=Q(hhi__lte=10_000, largest__lte=10_000), name="statistics_spending_shares"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.year} {self.price}"

    @property
    def umk_share(self) -> int:
        """Basis points of micro, small and cooperative vendors; 0 without orders."""
        return share_of(self.umk, self.price)

    @property
    def pdn_share(self) -> int:
        """Basis points of domestic products; 0 without orders."""
        return share_of(self.pdn, self.price)

    @property
    def umk_pdn_share(self) -> int:
        """Basis points of domestic products of micro, small and cooperative vendors: what the 40 % are of."""
        return share_of(self.umk_pdn, self.price)


class UnitYear(models.Model):
    """How one unit's plan of a budget year became orders, contracts, deliveries and payments, and how fast.

    Hours are medians by the calendar, None while nothing happened. Pay time is `settlement.public_pay_time`'s, by the
    year of the BAST.
    """

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="units")
    year = models.PositiveSmallIntegerField(_("tahun anggaran"))
    region = models.ForeignKey(Region, models.CASCADE, related_name="+")
    unit = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    packages = models.PositiveIntegerField(_("paket"), default=0)
    pagu = models.BigIntegerField(_("pagu"), default=0)
    packages_used = models.PositiveIntegerField(_("paket yang sudah dibelanjakan"), default=0)
    submitted = models.PositiveIntegerField(_("pesanan diajukan"), default=0)
    submitted_total = models.BigIntegerField(default=0)
    bound = models.PositiveIntegerField(_("Surat Pesanan"), default=0)
    bound_total = models.BigIntegerField(default=0)
    accepted = models.PositiveIntegerField(_("BAST"), default=0)
    accepted_total = models.BigIntegerField(default=0)
    paid = models.PositiveIntegerField(_("dibayar instansi"), default=0)
    paid_total = models.BigIntegerField(default=0)
    arrived = models.PositiveIntegerField(_("sampai ke penyedia"), default=0)
    arrived_total = models.BigIntegerField(default=0)
    dropped = models.PositiveIntegerField(_("batal, kedaluwarsa, dihentikan, diputus"), default=0)
    approve_hours = models.FloatField(_("median jam sampai keputusan PPK"), null=True)
    approve_sample = models.PositiveIntegerField(default=0)
    accept_hours = models.FloatField(_("median jam dari tiba sampai BAST"), null=True)
    accept_sample = models.PositiveIntegerField(default=0)
    closed_packages = models.PositiveIntegerField(_("paket ditutup"), default=0)
    closed_hps = models.BigIntegerField(_("HPS paket ditutup"), default=0)
    closed_total = models.BigIntegerField(_("nilai pesanan paket ditutup"), default=0)
    opening_total = models.BigIntegerField(_("nilai sebelum negosiasi"), default=0)
    negotiated_total = models.BigIntegerField(_("nilai setelah negosiasi"), default=0)
    pay_sample = models.PositiveIntegerField(_("pesanan dibayar dengan BAST tahun ini"), default=0)
    pay_median = models.FloatField(_("median hari kerja"), null=True)
    pay_ninetieth = models.FloatField(_("persentil 90 hari kerja"), null=True)
    pay_within = models.PositiveSmallIntegerField(_("persen dalam batas"), null=True)
    unpaid = models.PositiveIntegerField(_("belum dibayar"), default=0)
    oldest_unpaid = models.PositiveIntegerField(_("hari kerja terlama"), null=True)

    class Meta:
        verbose_name = _("setahun satuan kerja")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["edition", "year", "unit"], name="statistics_unit_year_once"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.year}"


class BudgetMonth(models.Model):
    """What one unit's budget lines of a year paid out in a month (its first day), and what its plan has for it."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="months")
    year = models.PositiveSmallIntegerField(_("tahun anggaran"))
    unit = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    month = models.DateField(_("bulan"))
    spent = models.BigIntegerField(_("terbayar"))
    planned = models.BigIntegerField(_("direncanakan"), default=0)

    class Meta:
        verbose_name = _("realisasi sebulan")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["edition", "unit", "year", "month"], name="statistics_budget_month_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.month:%Y-%m} {self.spent}"


class Waiting(models.Model):
    """Orders of one unit that wait at one step (a state of the order) for one kind of holder, by their PPK."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="waitings")
    unit = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    step = models.CharField(_("langkah"), max_length=20)
    holder = models.CharField(_("pemegang"), max_length=200)
    ppk = models.ForeignKey(Appointment, models.CASCADE, null=True, related_name="+")
    orders = models.PositiveIntegerField(_("pesanan"))
    total = models.BigIntegerField(_("nilai"))
    late = models.PositiveIntegerField(_("lewat tenggat"))
    oldest_due = models.DateTimeField(_("tenggat terlama"), null=True)

    class Meta:
        verbose_name = _("yang menunggu")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["edition", "unit"], name="statistics_waiting_of_unit")
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.step} {self.orders}"


class CashlessDay(models.Model):
    """The proof of one finished day of one region: orders, providers and bank against each other, and the books.

    `told` is the three-way report without references, which may name people. Amounts in it are sen.
    """

    region = models.ForeignKey(Region, models.CASCADE, related_name="+")
    day = models.DateField(_("hari"))
    made_at = models.DateTimeField(_("dihitung"))
    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, null=True, related_name="+")
    closed = models.BooleanField(_("selesai"))
    told = models.JSONField(_("isi"))
    debit = models.BigIntegerField(_("jumlah debit (sen)"))
    credit = models.BigIntegerField(_("jumlah kredit (sen)"))
    outside = models.PositiveIntegerField(_("pembayaran di luar sistem tahun ini"))
    outside_rupiah = models.BigIntegerField(default=0)
    unmatched = models.PositiveIntegerField(_("uang belum cocok"))
    unmatched_sen = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("bukti nontunai sehari")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["region", "day"], name="statistics_cashless_once"),
        ]

    def __str__(self) -> str:
        return f"{self.region_id} {self.day}"

    @property
    def balanced(self) -> bool:
        """Whether debits and credits of all accounts are equal."""
        return self.debit == self.credit
