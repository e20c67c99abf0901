"""Transfers to vendors out of escrow, alone or in batches for the bank's portal. Amounts are whole rupiah.

What PostgreSQL guarantees about them is in `settlement/payout_sql.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation
from marketplace.core.transitions import MoveTable
from marketplace.regulation.models import Region
from marketplace.workflow.models import Aggregate, Figures, StateField, state_check
from procurement.settlement.models.evidence import Evidence
from procurement.settlement.models.payment import PaymentObligation
from procurement.settlement.payout_workflow import BATCH, BEFORE_SENT, OPEN_PAYOUT, PAYOUT
from vendors.models import BankAccount


class PayoutBatch(Aggregate):
    """Transfers that go to the bank in one file. What is in it is fixed once another person has approved it."""

    aggregate: ClassVar[str] = "payout_batch"
    moves: ClassVar[MoveTable] = BATCH
    figures: ClassVar[Figures] = {
        "reference": ("payout_batch.make:reference",),
        "control_sum": ("payout_batch.approve:amount_rupiah",),
        "count": ("payout_batch.approve:count",),
    }

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    state = StateField(BATCH)
    reference = models.CharField(_("rujukan"), max_length=30, unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(_("disetujui"), null=True)
    count = models.PositiveIntegerField(_("jumlah transfer"), default=0)
    control_sum = models.BigIntegerField(_("jumlah nilai"), default=0)
    source = models.JSONField(_("rekening sumber"), default=dict)
    downloaded_at = models.DateTimeField(_("pertama diunduh"), null=True)
    sent_at = models.DateTimeField(_("dikirim ke bank"), null=True)

    class Meta:
        verbose_name = _("kelompok transfer")
        ordering = ("-pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            state_check(BATCH, "settlement_batch_state"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False, count__gt=0, control_sum__gt=0),
                name="settlement_batch_approved_whole",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("made_by")),
                name="settlement_batch_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=False) | Q(state__in=["DRAFT", "CANCELLED"]),
                name="settlement_batch_approved_before_sent",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def standing(self, actor: Actor) -> Mapping[str, Any]:
        """Whether the bank's file was taken, and who asks."""
        return {
            "downloaded": self.downloaded_at is not None,
            "role": actor.role,
            "maker": self.made_by_id,
            "me": actor.user_id,
        }


class Payout(Aggregate):
    """Money owed to a vendor on its way to one version of the vendor's verified account.

    `reference` is its idempotency key towards banks and providers. Settled only by a proof: `proof` names it as
    `kind:pk`, `evidence` where it is one. A returned one stays; the one that took its place names it in `replaces`.
    """

    aggregate: ClassVar[str] = "payout"
    moves: ClassVar[MoveTable] = PAYOUT
    figures: ClassVar[Figures] = {
        "reference": ("payout.draw_up:reference",),
        "amount": ("payout.draw_up:amount_rupiah",),
        "proof": ("payout.settle:proof",),
    }

    obligation = models.ForeignKey(PaymentObligation, models.PROTECT, related_name="payouts")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    state = StateField(PAYOUT)
    reference = models.CharField(_("rujukan"), max_length=35, unique=True)
    amount = models.BigIntegerField(_("nilai"))
    bank_account = models.ForeignKey(BankAccount, models.PROTECT, related_name="+")
    name_inquiry = models.JSONField(_("hasil periksa nama rekening"), default=dict)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    prepared_at = models.DateTimeField(_("disiapkan"), null=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(_("disetujui"), null=True)
    sent_at = models.DateTimeField(_("dikirim ke bank"), null=True)
    settled_at = models.DateTimeField(_("sampai"), null=True)
    batch = models.ForeignKey(PayoutBatch, models.PROTECT, null=True, related_name="payouts")
    provider = models.CharField(_("penyedia pembayaran"), max_length=20, blank=True)
    provider_ref = models.CharField(_("rujukan penyedia pembayaran"), max_length=80, blank=True)
    evidence = models.OneToOneField(Evidence, models.PROTECT, null=True, related_name="payout")
    proof = models.CharField(_("bukti"), max_length=60, blank=True)
    reason = models.CharField(_("keterangan"), max_length=200, blank=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    held_at = models.DateTimeField(_("ditahan"), null=True)
    held_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    hold_reason = models.CharField(_("alasan penahanan"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("pembayaran ke penyedia")
        ordering = ("-pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            state_check(PAYOUT, "settlement_payout_state"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="settlement_payout_amount"),
            models.UniqueConstraint(
                fields=["obligation"],
                condition=Q(state__in=OPEN_PAYOUT),
                name="settlement_payout_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["DRAFT", "CANCELLED"])
                | Q(prepared_by__isnull=False, approved_by__isnull=False),
                name="settlement_payout_approved_before_sent",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("prepared_by")),
                name="settlement_payout_two_persons",
            ),
            models.CheckConstraint(
                condition=~Q(state="SETTLED") | (~Q(proof="") & Q(settled_at__isnull=False)),
                name="settlement_payout_settled_by_proof",
            ),
            models.CheckConstraint(
                condition=Q(held_at__isnull=True, held_by__isnull=True, hold_reason="")
                | (Q(held_at__isnull=False, held_by__isnull=False) & ~Q(hold_reason="")),
                name="settlement_payout_hold_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def before_sent(self) -> bool:
        """Whether it can still be held or cancelled."""
        return self.state in BEFORE_SENT

    def standing(self, actor: Actor) -> Mapping[str, Any]:
        """Hold, maker, batch, and the persons who ordered or received the goods."""
        purchase = self.obligation.purchase
        duties = {purchase.ppk_user_id, purchase.pp_user_id, purchase.receiver_user_id} - {None}
        return {
            "held": self.held_at is not None,
            "hold_reason": self.hold_reason,
            "maker": self.prepared_by_id,
            "me": actor.user_id,
            "other_duties": duties,
            "batched": self.batch_id is not None,
        }
