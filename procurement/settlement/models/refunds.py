"""Money that did not fit, and money given back. Amounts are sen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.actors import Actor
from marketplace.core.transitions import MoveTable
from marketplace.regulation.models import Region
from marketplace.workflow.models import Aggregate, Figures, StateField, state_check
from procurement.purchasing.models import Purchase
from procurement.settlement.models.events import ProviderEvent
from procurement.settlement.models.payment import PaymentAttempt
from procurement.settlement.money_workflow import REFUND, UNMATCHED


class UnmatchedMoney(Aggregate):
    """Money that did not fit: late, too much, too little, unknown. Kept visible until two persons deal with it."""

    aggregate: ClassVar[str] = "unmatched"
    figures: ClassVar[Figures] = {
        "kind": ("money.unmatched:kind",),
        "amount": ("money.unmatched:sen",),
        "provider_event_id": ("money.unmatched:provider_event",),
    }
    moves: ClassVar[MoveTable] = UNMATCHED

    class Kind(models.TextChoices):
        LATE = "LATE", _("Terlambat")
        OVER = "OVER", _("Lebih")
        UNDER = "UNDER", _("Kurang")
        UNIDENTIFIED = "UNIDENTIFIED", _("Tidak dikenali")
        CONTRADICTED = "CONTRADICTED", _("Nilai berbeda pada kabar berulang")

    class Resolution(models.TextChoices):
        REFUND = "REFUND", _("Dikembalikan")
        REATTACH = "REATTACH", _("Dipasangkan ke pesanan")
        EXPLAINED = "EXPLAINED", _("Dijelaskan, tanpa uang berpindah")
        TOPPED_UP = "TOPPED_UP", _("Kekurangannya sudah dibayar")
        GONE = "GONE", _("Sudah ditarik di luar e-Order")

    state = StateField(UNMATCHED)
    kind = models.CharField(_("jenis"), max_length=14, choices=Kind.choices)
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    provider_event = models.OneToOneField(ProviderEvent, models.PROTECT, related_name="unmatched")
    attempt = models.ForeignKey(PaymentAttempt, models.PROTECT, null=True, related_name="unmatched")
    payment_ref = models.CharField(_("rujukan penyedia pembayaran"), max_length=80, blank=True)
    amount = models.BigIntegerField(_("nilai (sen)"))
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    resolution = models.CharField(_("keputusan"), max_length=10, choices=Resolution.choices, blank=True)
    purchase = models.ForeignKey(Purchase, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("alasan"), max_length=300, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("diputuskan"), null=True)

    class Meta:
        verbose_name = _("uang yang belum cocok")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            state_check(UNMATCHED, "settlement_unmatched_state"),
            models.CheckConstraint(
                condition=Q(kind__in=["LATE", "OVER", "UNDER", "UNIDENTIFIED", "CONTRADICTED"]),
                name="settlement_unmatched_kind",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(proposed_by__isnull=True)
                | ~Q(decided_by=F("proposed_by")),
                name="settlement_unmatched_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(state="OPEN") | ~Q(resolution=""), name="settlement_unmatched_says_how"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"

    def standing(self, actor: Actor) -> Mapping[str, Any]:
        """Who proposed, and who asks."""
        return {"proposed_by": self.proposed_by_id, "actor": actor.user_id}


class Refund(Aggregate):
    """Money given back through the provider that brought it: asked for by one person, approved by another.

    `outside`: the provider told us of a refund that we did not ask for.
    """

    aggregate: ClassVar[str] = "refund"
    figures: ClassVar[Figures] = {
        "reference": (
            "refund.request:reference",
            "refund.outside:reference",
        ),
        "amount": (
            "refund.request:sen",
            "refund.outside:sen",
        ),
        "purchase_number": (
            "refund.request:purchase",
            "refund.outside:purchase",
        ),
        "source": (
            "refund.request:source",
            "refund.outside:source",
        ),
    }
    moves: ClassVar[MoveTable] = REFUND

    class Source(models.TextChoices):
        ESCROW = "ESCROW", _("Dana titipan pesanan")
        SUSPENSE_OVER = "SUSPENSE_OVER", _("Titipan kelebihan bayar")
        SUSPENSE_LATE = "SUSPENSE_LATE", _("Titipan pembayaran terlambat")
        SUSPENSE_UNIDENTIFIED = "SUSPENSE_UNIDENTIFIED", _("Titipan belum dikenali")
        OUTSIDE = "OUTSIDE", _("Di luar e-Order")

    state = StateField(REFUND)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    reference = models.CharField(_("rujukan"), max_length=40, unique=True)
    provider = models.CharField(_("penyedia pembayaran"), max_length=20)
    payment_ref = models.CharField(_("pembayaran"), max_length=80)
    provider_ref = models.CharField(_("rujukan penyedia pembayaran"), max_length=80, blank=True)
    attempt = models.ForeignKey(PaymentAttempt, models.PROTECT, null=True, related_name="refunds")
    unmatched = models.ForeignKey(UnmatchedMoney, models.PROTECT, null=True, related_name="refunds")
    purchase_number = models.CharField(_("nomor pesanan"), max_length=80, blank=True, db_index=True)
    source = models.CharField(_("dari"), max_length=24, choices=Source.choices)
    amount = models.BigIntegerField(_("nilai (sen)"))
    reason = models.CharField(_("alasan"), max_length=300)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(_("disetujui"), null=True)
    outside = models.BooleanField(_("di luar e-Order"), default=False)

    class Meta:
        verbose_name = _("pengembalian")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            state_check(REFUND, "settlement_refund_state"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="settlement_refund_amount"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | Q(requested_by__isnull=True)
                | ~Q(approved_by=F("requested_by")),
                name="settlement_refund_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(outside=True)
                | Q(state__in=["REQUESTED", "REJECTED"])
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="settlement_refund_is_approved",
            ),
            models.CheckConstraint(
                condition=Q(attempt__isnull=False) | Q(unmatched__isnull=False),
                name="settlement_refund_of_something",
            ),
            models.UniqueConstraint(
                fields=["provider", "provider_ref"],
                condition=~Q(provider_ref=""),
                name="settlement_refund_told_once",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def books_under(self) -> str:
        """The order whose accounts the refund moves; money without an order goes by the refund's own name."""
        return self.purchase_number or self.reference

    def standing(self, actor: Actor) -> Mapping[str, Any]:
        """Who asked for it, and who decides."""
        return {"proposed_by": self.requested_by_id, "actor": actor.user_id}
