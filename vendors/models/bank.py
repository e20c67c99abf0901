"""Bank accounts of vendors, in versions."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.accounts.personal_data import EncryptedTextField
from vendors.models.vendor import Vendor


class BankAccount(models.Model):
    """One version of the account a vendor is paid to. Never changed: a new number is a new version.

    `verified_at` and `verified_by` are filled in once; the database refuses any other change (vendors/sql.py).
    """

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="bank_accounts")
    version = models.PositiveIntegerField(_("versi"))
    bank_code = models.CharField(_("kode bank"), max_length=3)
    number = EncryptedTextField(_("nomor rekening"))
    number_hash = models.CharField(max_length=64, db_index=True, editable=False)
    holder_name = EncryptedTextField(_("nama pemilik rekening"))
    added_at = models.DateTimeField(_("dicatat"))
    verified_at = models.DateTimeField(_("diverifikasi"), null=True, blank=True)
    verified_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("rekening bank")
        ordering = ("vendor", "-version")
        constraints = [
            models.UniqueConstraint(fields=["vendor", "version"], name="bank_account_version"),
            models.CheckConstraint(
                condition=Q(bank_code__regex=r"^[0-9]{3}$"), name="bank_account_bank_code"
            ),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True, verified_by__isnull=True)
                | Q(verified_at__isnull=False, verified_by__isnull=False),
                name="bank_account_verified_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank_code} · v{self.version}"
