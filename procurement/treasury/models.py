"""Requests for money of the regional treasury: what is asked, for which orders, under which papers. Whole rupiah."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Appointment, Organisation
from marketplace.core import clock
from marketplace.core.transitions import MoveTable
from marketplace.regulation.models import Region
from marketplace.regulation.queries import parameter
from marketplace.workflow.models import Aggregate, Figures, StateField, state_check
from procurement.settlement.models import PaymentObligation
from procurement.treasury.workflow import REQUEST
from vendors.models import BankAccount, Vendor


class PaymentRequest(Aggregate):
    """One request (NPD, SPP, SPM) and the SP2D that answers it. A returned one stays; its orders may be asked for anew.

    Facts of the SP2D are typed once, by the treasurer, and hold for all orders of the request.
    """

    class Kind(models.TextChoices):
        UP = "UP", _("Uang Persediaan (UP)")
        GU = "GU", _("Ganti Uang (GU)")
        TU = "TU", _("Tambah Uang (TU)")
        LS = "LS", _("Langsung (LS)")

    aggregate: ClassVar[str] = "payment_request"
    moves: ClassVar[MoveTable] = REQUEST
    figures: ClassVar[Figures] = {
        "gross": ("payment_request.npd:gross_rupiah", "payment_request.spp:gross_rupiah"),
        "net": ("payment_request.npd:net_rupiah", "payment_request.spp:net_rupiah"),
        "sp2d_number": ("payment_request.record_sp2d:sp2d",),
        "sp2d_sha256": ("payment_request.record_sp2d:sha256",),
    }

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="payment_requests")
    kind = models.CharField(_("jenis"), max_length=2, choices=Kind.choices)
    year = models.PositiveSmallIntegerField(_("tahun anggaran"))
    purpose = models.CharField(_("untuk keperluan"), max_length=300)
    vendor = models.ForeignKey(Vendor, models.PROTECT, null=True, related_name="+")
    bank_account = models.ForeignKey(BankAccount, models.PROTECT, null=True, related_name="+")
    gross = models.BigIntegerField(_("jumlah kotor"))
    deductions = models.BigIntegerField(_("potongan"), default=0)
    net = models.BigIntegerField(_("jumlah bersih"))
    state = StateField(REQUEST)
    npd_number = models.CharField(_("nomor NPD"), max_length=120, blank=True)
    spp_number = models.CharField(_("nomor SPP"), max_length=120, blank=True)
    spm_number = models.CharField(_("nomor SPM"), max_length=120, blank=True)
    return_reason = models.CharField(_("alasan dikembalikan"), max_length=300, blank=True)
    pptk = models.ForeignKey(Appointment, models.PROTECT, null=True, related_name="+")
    treasurer = models.ForeignKey(Appointment, models.PROTECT, null=True, related_name="+")
    verifier = models.ForeignKey(Appointment, models.PROTECT, null=True, related_name="+")
    signer = models.ForeignKey(Appointment, models.PROTECT, null=True, related_name="+")
    recorder = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    checker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    sp2d_number = models.CharField(_("nomor SP2D"), max_length=70, blank=True)
    sp2d_dated = models.DateField(_("tanggal SP2D"), null=True)
    sp2d_sha256 = models.CharField(_("SHA-256 berkas SP2D"), max_length=64, blank=True)
    sp2d_verified_at = models.DateTimeField(_("SP2D diverifikasi"), null=True)
    spent = models.BigIntegerField(_("TU dibelanjakan"), null=True)
    account_number = models.CharField(_("nomor LPJ-TU"), max_length=80, blank=True)
    sts_number = models.CharField(_("nomor STS sisa TU"), max_length=80, blank=True)
    accounted_on = models.DateField(_("dipertanggungjawabkan"), null=True)

    class Meta:
        verbose_name = _("permintaan pembayaran")
        ordering = ("-pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            state_check(REQUEST, "treasury_request_state"),
            models.CheckConstraint(
                condition=Q(gross=F("net") + F("deductions"), net__gt=0, deductions__gte=0),
                name="treasury_request_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(kind="LS", vendor__isnull=False, bank_account__isnull=False)
                | Q(
                    kind__in=["UP", "GU", "TU"], vendor__isnull=True, bank_account__isnull=True, deductions=0
                ),
                name="treasury_request_payee",
            ),
            models.CheckConstraint(
                condition=Q(checker__isnull=True) | ~Q(checker=F("recorder")),
                name="treasury_request_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(spent__isnull=True)
                | Q(kind="TU", spent__gte=0, spent__lte=F("gross"), accounted_on__isnull=False)
                & ~Q(account_number=""),
                name="treasury_request_accounted_whole",
            ),
            models.UniqueConstraint(
                fields=["region", "sp2d_number"],
                condition=~Q(sp2d_number=""),
                name="treasury_request_sp2d_once",
            ),
            models.UniqueConstraint(
                fields=["organisation", "year"],
                condition=Q(kind="UP") & ~Q(state="RETURNED"),
                name="treasury_request_one_up",
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(
                    kind="TU", state__in=["NPD", "SPP", "VERIFIED", "SPM", "SP2D_RECORDED", "TU_OPEN"]
                ),
                name="treasury_request_one_open_tu",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "state"], name="treasury_request_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"

    @property
    def number(self) -> str:
        """The number of its newest paper."""
        return self.spm_number or self.spp_number or self.npd_number

    @property
    def returned(self) -> int:
        """Rupiah of a TU that went back to the treasury; 0 before it is accounted for."""
        return 0 if self.spent is None else self.gross - self.spent

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("payment_request", args=[self.pk])

    def agreed_deadline(self, state: str) -> datetime | None:
        """A TU must be accounted for within months of its SP2D, by a dated parameter; nothing else has such a day."""
        if state != "TU_OPEN" or self.sp2d_dated is None:
            return None
        rule = parameter("treasury.tu_account_months", on=self.sp2d_dated, region_id=self.region_id)
        day = months_after(self.sp2d_dated, int(rule.value))
        return datetime.combine(day, time(23, 59, 59), tzinfo=clock.JAKARTA)


class RequestItem(models.Model):
    """One order in a request: what an LS pays, or what a GU replenishes. Amounts are frozen with the request."""

    request = models.ForeignKey(PaymentRequest, models.PROTECT, related_name="items")
    obligation = models.ForeignKey(PaymentObligation, models.PROTECT, related_name="treasury_items")
    gross = models.BigIntegerField(_("jumlah kotor"))
    deductions = models.BigIntegerField(_("potongan"))
    net = models.BigIntegerField(_("jumlah bersih"))
    standing = models.BooleanField(_("berlaku"), default=True)

    class Meta:
        verbose_name = _("pesanan dalam permintaan")
        ordering = ("pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["obligation"], condition=Q(standing=True), name="treasury_item_one_standing"
            ),
            models.CheckConstraint(
                condition=Q(gross=F("net") + F("deductions"), net__gt=0, deductions__gte=0),
                name="treasury_item_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}/{self.obligation_id}"


class Imprest(models.Model):
    """The one row per unit that payments out of the imprest lock, so that two together cannot exceed it."""

    organisation = models.OneToOneField(
        Organisation, models.PROTECT, primary_key=True, related_name="imprest"
    )

    class Meta:
        verbose_name = _("uang persediaan")

    def __str__(self) -> str:
        return str(self.organisation_id)


def months_after(day: date, months: int) -> date:
    """The same day `months` later, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
