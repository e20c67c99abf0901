"""The double-entry ledger: accounts, journals, entries, balances. Amounts are 64-bit sen; debit is positive.

These models are thin on purpose: what keeps the books true lives in the database (`settlement/sql.py`). Rows are
only ever inserted, by `ledger.posting.post` alone.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.audit.columns import CurrentTransactionId, TransactionIdField
from marketplace.regulation.models import Region
from marketplace.workflow.models import Figures, ObjectOf
from procurement.settlement.models.events import ProviderEvent
from procurement.settlement.models.evidence import Evidence


class AccountKind(models.TextChoices):
    """What an account stands for. The side and the floor of each kind are in `SIDES` and `FLOORED`."""

    PROVIDER_CLEARING = "PROVIDER_CLEARING", _("Piutang penyedia pembayaran")
    BANK = "BANK", _("Rekening penampungan")
    TREASURY = "TREASURY", _("Kas daerah")
    ESCROW = "ESCROW", _("Dana titipan pesanan")
    VENDOR_PAYABLE = "VENDOR_PAYABLE", _("Utang kepada penyedia")
    TAX_PAYABLE = "TAX_PAYABLE", _("Utang pajak (PFK)")
    PENALTY_PAYABLE = "PENALTY_PAYABLE", _("Utang denda ke kas daerah")
    REFUND_PAYABLE = "REFUND_PAYABLE", _("Utang pengembalian")
    PAYOUT_CLEARING = "PAYOUT_CLEARING", _("Pembayaran dalam perjalanan")
    FEE_EXPENSE = "FEE_EXPENSE", _("Beban jasa pembayaran")
    BUDGET_EXPENSE = "BUDGET_EXPENSE", _("Belanja barang dan jasa")
    SUSPENSE_OVER = "SUSPENSE_OVER", _("Titipan kelebihan bayar")
    SUSPENSE_LATE = "SUSPENSE_LATE", _("Titipan pembayaran terlambat")
    SUSPENSE_UNIDENTIFIED = "SUSPENSE_UNIDENTIFIED", _("Titipan belum dikenali")
    DISPUTES_RECEIVABLE = "DISPUTES_RECEIVABLE", _("Dana dalam sengketa")
    VENDOR_RECEIVABLE = "VENDOR_RECEIVABLE", _("Piutang kepada penyedia")


DEBIT, CREDIT = 1, -1
SIDES: dict[str, int] = {
    kind: DEBIT
    if kind
    in {"PROVIDER_CLEARING", "BANK", "TREASURY", "FEE_EXPENSE", "BUDGET_EXPENSE"}
    | {"DISPUTES_RECEIVABLE", "VENDOR_RECEIVABLE"}
    else CREDIT
    for kind in AccountKind.values
}
FLOORED = frozenset(
    {"ESCROW", "VENDOR_PAYABLE", "TAX_PAYABLE", "PENALTY_PAYABLE", "REFUND_PAYABLE", "PAYOUT_CLEARING"}
    | {"SUSPENSE_OVER", "SUSPENSE_LATE", "SUSPENSE_UNIDENTIFIED"}
    | {"DISPUTES_RECEIVABLE", "VENDOR_RECEIVABLE"}
)
"""Kinds that never go below nothing: money held for others cannot be overdrawn."""


class Instrument(models.TextChoices):
    """How money moved. A closed list that the database checks too; handbook §4.1 leaves no other way."""

    CMS_TRANSFER = "CMS_TRANSFER", _("Transfer CMS bendahara")
    AUTODEBET = "AUTODEBET", _("Autodebet rekening SKPD")
    VIRTUAL_ACCOUNT = "VIRTUAL_ACCOUNT", _("Virtual account / kode bayar")
    KKPD = "KKPD", _("Kartu Kredit Pemerintah Daerah")
    KKI = "KKI", _("Kartu Kredit Indonesia")
    QRIS = "QRIS", _("QRIS")
    LS_SP2D = "LS_SP2D", _("LS melalui SP2D")
    STRIPE_CARD = "STRIPE_CARD", _("Kartu melalui Stripe")
    BOOK = "BOOK", _("Pemindahbukuan internal")


class Posting(models.TextChoices):
    """Why a journal was written."""

    CAPTURE = "CAPTURE", _("Dana diterima")
    CAPTURE_LATE = "CAPTURE_LATE", _("Dana diterima terlambat")
    CAPTURE_UNIDENTIFIED = "CAPTURE_UNIDENTIFIED", _("Dana belum dikenali")
    FEE = "FEE", _("Biaya penyedia pembayaran")
    RECOGNISE = "RECOGNISE", _("Pengakuan belanja")
    RELEASE = "RELEASE", _("Dana dilepas setelah BAST")
    SP2D = "SP2D", _("Dibayar melalui SP2D")
    PAYOUT_SENT = "PAYOUT_SENT", _("Dikirim ke bank")
    PAYOUT = "PAYOUT", _("Dibayar ke penyedia")
    TAX_DEPOSIT = "TAX_DEPOSIT", _("Pajak disetor")
    REFUND = "REFUND", _("Pengembalian")
    REFUND_DUE = "REFUND_DUE", _("Pengembalian disisihkan")
    REATTACH = "REATTACH", _("Dipasangkan ke pesanan")
    DISPUTE = "DISPUTE", _("Sengketa dibuka")
    DISPUTE_LOST = "DISPUTE_LOST", _("Sengketa kalah")
    DISPUTE_WON = "DISPUTE_WON", _("Sengketa menang")
    SETTLEMENT = "SETTLEMENT", _("Penyelesaian ke bank")
    BANK_FEE = "BANK_FEE", _("Biaya bank")
    REVERSAL = "REVERSAL", _("Pembalikan")


class Account(models.Model):
    """One account. `code` is built from its name by `ledger.accounts`; rows never change."""

    code = models.CharField(_("kode"), max_length=120, unique=True)
    kind = models.CharField(_("jenis"), max_length=24, choices=AccountKind.choices)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    purchase_number = models.CharField(_("nomor pesanan"), max_length=80, blank=True, db_index=True)
    tax_code = models.CharField(_("kode pajak"), max_length=24, blank=True)
    side = models.SmallIntegerField(_("sisi normal"))
    floor = models.BigIntegerField(_("saldo terendah (sen)"), null=True)

    class Meta:
        verbose_name = _("akun")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=AccountKind.values), name="settlement_account_kind"),
            models.CheckConstraint(condition=Q(side__in=[DEBIT, CREDIT]), name="settlement_account_side"),
        ]

    def __str__(self) -> str:
        return self.code


class Balance(models.Model):
    """The running balance of an account in sen, debit positive. Moved by the entry trigger and by nothing else."""

    account = models.OneToOneField(Account, models.PROTECT, primary_key=True, related_name="balance")
    amount = models.BigIntegerField(_("saldo (sen)"), default=0)
    side = models.SmallIntegerField(editable=False)
    floor = models.BigIntegerField(null=True, editable=False)

    class Meta:
        verbose_name = _("saldo")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(floor__isnull=True)
                | Q(amount__gte=models.F("floor"), side=DEBIT)
                | Q(amount__lte=-models.F("floor"), side=CREDIT),
                name="settlement_balance_floor",
            ),
        ]

    @property
    def natural(self) -> int:
        """Sen on the account's own side: what is held, owed or spent."""
        return self.amount * self.side


class Journal(models.Model):
    """One balanced booking. `idem_key` makes it happen once; the evidence key says what proves it."""

    idem_key = models.CharField(max_length=160, unique=True)
    kind = models.CharField(_("jenis"), max_length=24, choices=Posting.choices)
    instrument = models.CharField(_("sarana"), max_length=16, choices=Instrument.choices)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    purchase_number = models.CharField(_("nomor pesanan"), max_length=80, blank=True, db_index=True)
    provider_event = models.ForeignKey(ProviderEvent, models.PROTECT, null=True, related_name="journals")
    evidence = models.ForeignKey(Evidence, models.PROTECT, null=True, related_name="journals")
    statement_line = models.BigIntegerField(
        _("baris rekening koran"), null=True, db_column="statement_line_id", db_index=True
    )
    """The third kind of proof. The room above, which keeps bank statements, makes it a foreign key (its `sql.py`)."""
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    fingerprint = models.CharField(max_length=64)
    memo = models.CharField(_("uraian"), max_length=200, blank=True)
    txid = TransactionIdField(db_default=CurrentTransactionId(), editable=False)
    posted_at = models.DateTimeField(_("dibukukan"))

    aggregate = "journal"
    told_from_birth: ClassVar[bool] = True
    figures: ClassVar[Figures] = {
        "purchase_number": ("ledger.posted:purchase",),
        "kind": ("ledger.posted:kind",),
        "provider_event_id": ("ledger.posted:provider_event",),
        "evidence_id": ("ledger.posted:evidence",),
        "statement_line": ("ledger.posted:statement_line",),
        "reverses_id": ("ledger.posted:reverses",),
        "legs": ("ledger.posted:legs",),
    }
    figure_columns: ClassVar[dict[str, models.Aggregate]] = {
        "legs": ObjectOf("entries__account__code", "entries__amount", filter=Q(entries__isnull=False))
    }

    class Meta:
        verbose_name = _("jurnal")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=Posting.values), name="settlement_journal_kind"),
            models.CheckConstraint(
                condition=Q(instrument__in=Instrument.values), name="settlement_journal_instrument"
            ),
            models.CheckConstraint(
                condition=Q(provider_event__isnull=True) | Q(evidence__isnull=True),
                name="settlement_journal_one_evidence",
            ),
            models.CheckConstraint(
                condition=Q(statement_line__isnull=True)
                | Q(provider_event__isnull=True, evidence__isnull=True),
                name="settlement_journal_statement_line_alone",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["SETTLEMENT", "BANK_FEE"]) | Q(statement_line__isnull=False),
                name="settlement_journal_bank_by_statement",
            ),
            models.CheckConstraint(condition=~Q(idem_key=""), name="settlement_journal_has_key"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.idem_key}"

    @property
    def region_of_record(self) -> int:
        """The region whose log tells of this journal."""
        return self.region_id


class Entry(models.Model):
    """One leg of a journal: sen, debit positive, never zero."""

    journal = models.ForeignKey(Journal, models.PROTECT, related_name="entries")
    account = models.ForeignKey(Account, models.PROTECT, related_name="entries")
    amount = models.BigIntegerField(_("nilai (sen)"))

    class Meta:
        verbose_name = _("ayat jurnal")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(amount=0), name="settlement_entry_not_zero"),
            models.UniqueConstraint(fields=["journal", "account"], name="settlement_entry_once_per_account"),
        ]
