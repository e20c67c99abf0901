"""Bank accounts of vendors, in versions."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.accounts.personal_data import EncryptedTextField, keyed_hash
from vendors.models.vendor import Vendor


class BankAccount(models.Model):
    """One version of the account a vendor is paid to. Never changed: a new number is a new version.

    A first version counts once an operator has verified it. A later one also needs a second operator's approval and
    a waiting time (`usable_from`), in which the owner can stop it. Each of these is filled in once; the database
    refuses any other change (vendors/sql.py).
    """

    class NameMatch(models.TextChoices):
        """How the holder's name fits the owner's or the business's; what the bank says comes by its own adapter."""

        MATCH = "COCOK", _("Cocok")
        CLOSE = "MIRIP", _("Mirip")
        MISMATCH = "BEDA", _("Berbeda")

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="bank_accounts")
    version = models.PositiveIntegerField(_("versi"))
    bank_code = models.CharField(_("kode bank"), max_length=3)
    number = EncryptedTextField(_("nomor rekening"))
    number_hash = models.CharField(max_length=64, db_index=True, editable=False)
    holder_name = EncryptedTextField(_("nama pemilik rekening"))
    added_at = models.DateTimeField(_("dicatat"))
    added_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    name_match = models.CharField(_("kecocokan nama"), max_length=8, choices=NameMatch.choices, blank=True)
    verified_at = models.DateTimeField(_("diverifikasi"), null=True, blank=True)
    verified_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(_("disetujui orang kedua"), null=True, blank=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    usable_from = models.DateTimeField(_("dipakai sejak"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("dihentikan"), null=True, blank=True)
    stopped_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

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
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | Q(approved_at__isnull=False, approved_by__isnull=False, verified_at__isnull=False),
                name="bank_account_approved_after_verification",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("verified_by")),
                name="bank_account_two_persons",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank_code} · v{self.version}"

    def is_as_recorded(self) -> bool:
        """Whether the number still is the one that was recorded: its keyed hash cannot be made without the key."""
        return self.number_hash == keyed_hash("bank_account", f"{self.bank_code}:{self.number}")
