"""What is owed for an order, how it is being paid, and the papers of it. Amounts are whole rupiah."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock
from marketplace.core.transitions import MoveTable
from marketplace.regulation.models import Region
from marketplace.workflow.models import Aggregate, Figures, StateField, state_check
from procurement.purchasing.models import Purchase
from procurement.settlement.models.ledger import Instrument
from procurement.settlement.models.taxes import TaxDeposit
from procurement.settlement.workflow import ATTEMPT, OPEN
from procurement.taxation.queries import TaxPlan
from vendors.models import BankAccount


class Invoice(models.Model):
    """The vendor's bill for what the BAST accepted. Computed, never typed; a returned one stays as withdrawn."""

    purchase = models.ForeignKey(Purchase, models.PROTECT, related_name="invoices")
    number = models.CharField(_("nomor tagihan"), max_length=120, unique=True)
    price = models.BigIntegerField(_("harga (DPP)"))
    on_top = models.BigIntegerField(_("pajak di atas harga"))
    gross = models.BigIntegerField(_("jumlah tagihan"))
    bank_account = models.ForeignKey(BankAccount, models.PROTECT, related_name="+")
    receipt_number = models.CharField(_("nomor kuitansi"), max_length=120)
    issued_at = models.DateTimeField(_("diajukan"))
    withdrawn_at = models.DateTimeField(_("dikembalikan"), null=True)
    tax_plan = models.JSONField(_("perhitungan pajak tagihan"), default=dict)
    penalty = models.BigIntegerField(_("denda keterlambatan"), default=0)
    ubl_sha256 = models.CharField(_("SHA-256 tagihan elektronik"), max_length=64, blank=True)
    return_reason = models.CharField(_("alasan dikembalikan"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("tagihan")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["purchase"],
                condition=Q(withdrawn_at__isnull=True),
                name="settlement_invoice_one_standing",
            ),
            models.CheckConstraint(
                condition=Q(gross=F("price") + F("on_top"), price__gt=0, on_top__gte=0),
                name="settlement_invoice_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class PaymentObligation(models.Model):
    """What the agency owes for one order, with the final tax plan, fixed when the payment is approved.

    Its status is derived from journals and events; no column says "paid".
    """

    class Profile(models.TextChoices):
        LS = "LS", _("LS melalui SP2D")
        GATEWAY = "GATEWAY", _("Penyedia pembayaran")

    purchase = models.OneToOneField(Purchase, models.PROTECT, related_name="obligation")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    invoice = models.OneToOneField(Invoice, models.PROTECT, related_name="obligation")
    profile = models.CharField(_("jalur pembayaran"), max_length=8, choices=Profile.choices)
    gross = models.BigIntegerField(_("dibayar anggaran"))
    withheld = models.BigIntegerField(_("pajak dipungut"))
    penalty = models.BigIntegerField(_("denda keterlambatan"), default=0)
    net = models.BigIntegerField(_("diterima penyedia"))
    tax_plan = models.JSONField(_("perhitungan pajak"))
    profile_basis = models.CharField(_("dasar pilihan jalur"), max_length=300)
    created_at = models.DateTimeField(_("disetujui"))

    aggregate = "obligation"
    named_in: ClassVar[tuple[str, ...]] = ("purchase.approve_payment:obligation",)

    class Meta:
        verbose_name = _("kewajiban bayar")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(
                    gross=F("net") + F("withheld") + F("penalty"), net__gt=0, withheld__gte=0, penalty__gte=0
                ),
                name="settlement_obligation_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(profile__in=["LS", "GATEWAY"]), name="settlement_obligation_profile"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purchase_id} {self.gross}"

    @property
    def plan(self) -> TaxPlan:
        """The final tax plan."""
        return TaxPlan.from_json(self.tax_plan)

    @property
    def region_of_record(self) -> int:
        """The region whose log tells of this debt."""
        return self.region_id


class PaymentAttempt(Aggregate):
    """One try to pay an obligation through a provider, under our own reference."""

    aggregate: ClassVar[str] = "attempt"
    moves: ClassVar[MoveTable] = ATTEMPT
    figures: ClassVar[Figures] = {
        "reference": ("payment.start:reference",),
        "amount": ("payment.start:amount_rupiah",),
    }

    obligation = models.ForeignKey(PaymentObligation, models.PROTECT, related_name="attempts")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    state = StateField(ATTEMPT)
    provider = models.CharField(_("penyedia pembayaran"), max_length=20)
    reference = models.CharField(_("rujukan"), max_length=40, unique=True)
    instrument = models.CharField(_("sarana"), max_length=16, choices=Instrument.choices)
    provider_ref = models.CharField(_("rujukan penyedia pembayaran"), max_length=80, blank=True)
    pay_code = models.CharField(_("nomor virtual account atau isi QRIS"), max_length=512, blank=True)
    expires_at = models.DateTimeField(_("dibayar paling lambat"), null=True)
    amount = models.BigIntegerField(_("nilai (rupiah)"))
    received = models.BigIntegerField(_("diterima (sen)"), default=0)
    capabilities = models.JSONField(default=dict)
    reason = models.CharField(_("keterangan"), max_length=200, blank=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("percobaan bayar")
        ordering = ("-pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            state_check(ATTEMPT, "settlement_attempt_state"),
            models.UniqueConstraint(
                fields=["obligation"], condition=Q(state__in=OPEN), name="settlement_attempt_one_open"
            ),
            models.CheckConstraint(
                condition=Q(instrument__in=Instrument.values), name="settlement_attempt_instrument"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, received__gte=0), name="settlement_attempt_amounts"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class TaxLine(models.Model):
    """One tax withheld from an order, and the deposit that settled it.

    `withheld_on` is the day of payment, which decides the tax period; it is empty until the order is paid.
    """

    obligation = models.ForeignKey(PaymentObligation, models.PROTECT, related_name="tax_lines")
    code = models.CharField(_("pajak"), max_length=24)
    base = models.CharField(_("dasar pengenaan (pecahan)"), max_length=60)
    base_kind = models.CharField(max_length=10)
    rate = models.CharField(_("tarif (pecahan)"), max_length=16)
    rounding = models.CharField(max_length=20)
    amount = models.BigIntegerField(_("nilai"))
    remitter = models.CharField(_("penyetor"), max_length=10)
    rule_id = models.CharField(_("aturan"), max_length=40)
    rule_version = models.PositiveSmallIntegerField()
    legal_basis = models.CharField(_("dasar hukum"), max_length=200)
    withheld_on = models.DateField(_("tanggal dipungut"), null=True, blank=True)
    deposit = models.ForeignKey(TaxDeposit, models.PROTECT, null=True, blank=True, related_name="lines")

    aggregate = "tax_line"
    figures: ClassVar[Figures] = {
        "code": ("tax.deposit:code",),
        "amount": ("tax.deposit:amount_rupiah",),
        "receipt": ("tax.deposit:ntpn",),
        "billed": ("tax.deposit:billing_code",),
        "deposited": ("tax.deposit:deposited_on",),
    }
    figure_columns: ClassVar[dict[str, F]] = {
        "receipt": F("deposit__ntpn"),
        "billed": F("deposit__billing_code"),
        "deposited": F("deposit__deposited_on"),
    }

    class Meta:
        verbose_name = _("pajak dipungut")
        ordering = ("pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="settlement_taxline_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.amount}"

    @property
    def period(self) -> date:
        """First day of the tax period: the month of payment, or of approval while the order is unpaid."""
        return (self.withheld_on or clock.day_of(self.obligation.created_at)).replace(day=1)

    @property
    def ntpn(self) -> str:
        """The treasury's receipt number of its deposit; empty while it is not deposited."""
        return self.deposit.ntpn if self.deposit else ""

    @property
    def billing_code(self) -> str:
        """The billing code of its deposit; empty while it is not deposited."""
        return self.deposit.billing_code if self.deposit else ""

    @property
    def deposited_on(self) -> date | None:
        """The day of its deposit."""
        return self.deposit.deposited_on if self.deposit else None
