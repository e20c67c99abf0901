"""What the bank states: accounts, files, statements, lines. Amounts are sen; rows are only ever inserted."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Organisation
from marketplace.audit.columns import CurrentTransactionId, TransactionIdField
from marketplace.regulation.models import Region
from marketplace.workflow.models import Figures
from procurement.settlement.models import AccountKind

KINDS = (AccountKind.BANK, AccountKind.TREASURY)


class OwnAccount(models.Model):
    """One of the government's own accounts (rekening) and the ledger account it stands for. Rows never change."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", verbose_name=_("perangkat daerah")
    )
    kind = models.CharField(
        _("jenis"), max_length=24, choices=[(each.value, each.label) for each in KINDS], default="BANK"
    )
    name = models.CharField(_("nama rekening"), max_length=120)
    bank_code = models.CharField(_("kode bank"), max_length=3)
    number_masked = models.CharField(_("nomor rekening"), max_length=40)
    number_hash = models.CharField(max_length=64, unique=True)
    currency = models.CharField(_("mata uang"), max_length=3, default="IDR")
    opened_at = models.DateTimeField(_("didaftarkan"))

    aggregate = "own_account"
    told_from_birth: ClassVar[bool] = True
    figures: ClassVar[Figures] = {
        "name": ("own_account.open:name",),
        "number_masked": ("own_account.open:masked",),
        "kind": ("own_account.open:kind",),
    }

    class Meta:
        verbose_name = _("rekening sendiri")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(kind__in=["BANK", "TREASURY"]), name="reconciliation_account_kind"
            ),
            models.CheckConstraint(condition=Q(currency="IDR"), name="reconciliation_account_currency"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number_masked}"

    @property
    def region_of_record(self) -> int:
        """The region whose log tells of this account."""
        return self.region_id

    @property
    def holds_only_ours(self) -> bool:
        """Whether every line must belong to an order: true of escrow, not of the regional treasury."""
        return self.kind == AccountKind.BANK


class StatementFile(models.Model):
    """One file from a bank, known by its bytes: the same file is taken once."""

    sha256 = models.CharField(_("SHA-256 berkas"), max_length=64, unique=True)
    format = models.CharField(_("format"), max_length=40)
    size = models.PositiveIntegerField(_("ukuran (bita)"))
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    imported_at = models.DateTimeField(_("diimpor"))

    aggregate = "statement_file"
    told_from_birth: ClassVar[bool] = True
    figures: ClassVar[Figures] = {
        "format": ("statement_file.import:format",),
        "sha256": ("statement_file.import:sha256",),
    }

    class Meta:
        verbose_name = _("berkas rekening koran")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="reconciliation_file_sha256"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.format} {self.sha256[:12]}"


class BankStatement(models.Model):
    """One statement (rekening koran) of one account: what it opened with, its lines, what it closed with."""

    account = models.ForeignKey(OwnAccount, models.PROTECT, related_name="statements")
    file = models.ForeignKey(StatementFile, models.PROTECT, related_name="statements")
    year = models.PositiveSmallIntegerField(_("tahun"))
    number = models.CharField(_("nomor"), max_length=35)
    period_from = models.DateField(_("dari"))
    period_to = models.DateField(_("sampai"))
    opening = models.BigIntegerField(_("saldo awal (sen)"))
    closing = models.BigIntegerField(_("saldo akhir (sen)"))
    content_hash = models.CharField(max_length=64)
    txid = TransactionIdField(db_default=CurrentTransactionId(), editable=False)

    aggregate = "bank_statement"
    told_from_birth: ClassVar[bool] = True
    figures: ClassVar[Figures] = {
        "period_from": ("bank_statement.import:period_from",),
        "period_to": ("bank_statement.import:period_to",),
        "opening": ("bank_statement.import:opening_sen",),
        "closing": ("bank_statement.import:closing_sen",),
        "lines_in_all": ("bank_statement.import:lines",),
        "moved": ("bank_statement.import:moved_sen",),
    }
    figure_columns: ClassVar[dict[str, models.Aggregate]] = {
        "lines_in_all": models.Count("lines"),
        "moved": models.Sum("lines__amount"),
    }

    class Meta:
        verbose_name = _("rekening koran")
        ordering = ("account_id", "period_to", "pk")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["account", "year", "number"], name="reconciliation_statement_once"
            ),
            models.CheckConstraint(
                condition=Q(period_from__lte=F("period_to")), name="reconciliation_statement_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}/{self.year}"


class StatementLine(models.Model):
    """One movement the bank states. `amount` in sen, above zero when money came."""

    statement = models.ForeignKey(BankStatement, models.PROTECT, related_name="lines")
    account = models.ForeignKey(OwnAccount, models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField(_("baris"))
    booked_on = models.DateField(_("tanggal buku"))
    value_on = models.DateField(_("tanggal efektif"))
    amount = models.BigIntegerField(_("nilai (sen)"))
    is_reversal = models.BooleanField(_("pembalikan bank"), default=False)
    code = models.CharField(_("kode transaksi"), max_length=20, blank=True)
    remark = models.CharField(_("keterangan"), max_length=1000, blank=True)
    bank_reference = models.CharField(_("rujukan bank"), max_length=80, blank=True)
    counterparty = models.CharField(_("lawan transaksi"), max_length=80, blank=True)

    aggregate = "statement_line"

    class Meta:
        verbose_name = _("baris rekening koran")
        ordering = ("pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["statement", "number"], name="reconciliation_line_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="reconciliation_line_amount"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["account", "booked_on"], name="reconciliation_line_day"),
        ]

    def __str__(self) -> str:
        return f"{self.booked_on} {self.amount}"
