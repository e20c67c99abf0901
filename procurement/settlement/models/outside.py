"""A payment that the agency made by another way than the system's: the exception, with its reason and three persons."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.core.transitions import MoveTable
from marketplace.regulation.models import Region
from marketplace.workflow.models import Aggregate, Figures, StateField, state_check
from procurement.settlement.models.evidence import Evidence, private_store
from procurement.settlement.models.payment import PaymentObligation
from procurement.settlement.outside import OUTSIDE, STANDING


class OutsidePayment(Aggregate):
    """An SP2D or bank transfer made past the system, for exactly what is owed (`amount`, rupiah).

    `reason` is a code of the dated list `payment.outside_reasons`; its words and legal basis on that day are kept.
    """

    aggregate: ClassVar[str] = "outside_payment"
    moves: ClassVar[MoveTable] = OUTSIDE
    figures: ClassVar[Figures] = {
        "number": ("outside.propose:evidence_number",),
        "amount": ("outside.propose:amount_rupiah",),
        "file_sha256": ("outside.propose:sha256",),
    }

    obligation = models.ForeignKey(PaymentObligation, models.PROTECT, related_name="outside")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    state = StateField(OUTSIDE)
    reason = models.CharField(_("alasan"), max_length=40)
    reason_text = models.CharField(_("alasan dalam kata"), max_length=200)
    legal_basis = models.CharField(_("dasar hukum"), max_length=300)
    kind = models.CharField(_("jenis bukti"), max_length=14, choices=Evidence.Kind.choices)
    number = models.CharField(_("nomor dokumen"), max_length=80)
    dated = models.DateField(_("tanggal dokumen"))
    amount = models.BigIntegerField(_("nilai (rupiah)"))
    file_sha256 = models.CharField(_("SHA-256 berkas"), max_length=64)
    file = models.FileField(_("berkas"), upload_to="outside/", storage=private_store)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    examined_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    examined_at = models.DateTimeField(_("diperiksa"), null=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    refused_because = models.CharField(_("alasan ditolak"), max_length=300, blank=True)
    evidence = models.OneToOneField(Evidence, models.PROTECT, null=True, related_name="outside")

    class Meta:
        verbose_name = _("pembayaran di luar sistem")
        ordering = ("-pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            state_check(OUTSIDE, "settlement_outside_state"),
            models.CheckConstraint(
                condition=Q(kind__in=["SP2D", "BANK_TRANSFER"]), name="settlement_outside_kind"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="settlement_outside_amount"),
            models.CheckConstraint(
                condition=(Q(examined_by__isnull=True) | ~Q(examined_by=F("proposed_by")))
                & (
                    Q(approved_by__isnull=True)
                    | (~Q(approved_by=F("proposed_by")) & ~Q(approved_by=F("examined_by")))
                ),
                name="settlement_outside_three_persons",
            ),
            models.CheckConstraint(
                condition=~Q(state="APPROVED")
                | Q(examined_by__isnull=False, approved_by__isnull=False, evidence__isnull=False),
                name="settlement_outside_approved_whole",
            ),
            models.UniqueConstraint(
                fields=["obligation"], condition=Q(state__in=STANDING), name="settlement_outside_one_standing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"
