"""The nightly proof that the books are true, kept for ever."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.workflow.models import Figures


class LedgerProof(models.Model):
    """One reckoning of all books: recomputed from entries, with its digest and what was found wrong. Append-only."""

    day = models.DateField(_("tanggal"), unique=True)
    proved_at = models.DateTimeField(_("dibuktikan"))
    digest = models.CharField(_("SHA-256 saldo"), max_length=64)
    accounts = models.PositiveBigIntegerField(_("akun"))
    journals = models.PositiveBigIntegerField(_("jurnal"))
    entries = models.PositiveBigIntegerField(_("ayat jurnal"))
    findings = models.JSONField(_("temuan"), default=list)

    aggregate = "ledger_proof"
    told_from_birth: ClassVar[bool] = True
    figures: ClassVar[Figures] = {
        "day": ("ledger.prove:day",),
        "digest": ("ledger.prove:digest",),
        "accounts": ("ledger.prove:accounts",),
        "journals": ("ledger.prove:journals",),
        "entries": ("ledger.prove:entries",),
    }

    class Meta:
        verbose_name = _("pembuktian buku")
        ordering = ("-day",)

    def __str__(self) -> str:
        return f"{self.day} {'SAH' if self.sound else 'TIDAK SAH'}"

    @property
    def sound(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.findings
