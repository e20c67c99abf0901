"""Changes of a running order that one side proposes and the other agrees to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.personal_data import EncryptedTextField
from marketplace.core.transitions import MoveTable
from marketplace.workflow.models import Aggregate, Figures, StateField, state_check
from procurement.purchasing.addendum_moves import ADDENDUM
from procurement.purchasing.models.purchase import Purchase, Side


class Addendum(Aggregate):
    """One proposal: what changes, why, on which version of the agreement. It counts once the other side agreed.

    `proposal` is JSON and enciphered, for it may hold an address: the new terms, and the changes in words.
    `total` is what the budget would pay, in whole rupiah.
    """

    aggregate: ClassVar[str] = "addendum"
    figures: ClassVar[Figures] = {
        "number": ("addendum.propose:addendum",),
        "total": ("addendum.propose:total_rupiah",),
        "version": ("addendum.propose:version",),
    }
    moves: ClassVar[MoveTable] = ADDENDUM

    purchase = models.ForeignKey(Purchase, models.PROTECT, related_name="addenda")
    number = models.PositiveSmallIntegerField(_("adendum ke"))
    state = StateField(ADDENDUM)
    side = models.CharField(_("diusulkan oleh"), max_length=6, choices=Side.choices)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.TextField(_("alasan"))
    version = models.PositiveSmallIntegerField(_("mengubah versi"))
    proposal = EncryptedTextField(_("isi usulan"))
    total = models.BigIntegerField(_("jumlah dengan pajak"))
    answer = models.TextField(_("jawaban"), blank=True)
    answered_at = models.DateTimeField(_("dijawab"), null=True, blank=True)

    class Meta:
        verbose_name = _("adendum")
        ordering = ("purchase_id", "number")
        constraints: ClassVar[list[Any]] = [
            state_check(ADDENDUM, "addendum_state"),
            models.UniqueConstraint(fields=["purchase", "number"], name="addendum_number_once"),
            models.CheckConstraint(condition=Q(side__in=["BUYER", "VENDOR"]), name="addendum_side"),
            models.CheckConstraint(condition=Q(total__gt=0), name="addendum_total_positive"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_at"], condition=Q(state="PROPOSED"), name="addendum_due")
        ]

    def __str__(self) -> str:
        return f"{self.purchase_id} adendum {self.number}"

    def get_absolute_url(self) -> str:
        """The page of its order."""
        return self.purchase.get_absolute_url()

    @property
    def region_of_record(self) -> int | None:
        """The region of the order."""
        return self.purchase.region_id

    @property
    def told(self) -> Mapping[str, Any]:
        """The proposal read: `lines`, `deliveries`, and `changes` in words."""
        found: Mapping[str, Any] = json.loads(self.proposal)
        return found

    def standing(self, actor: Actor) -> Mapping[str, Any]:
        """What the guards ask: whose proposal it is and the actor's part in the order."""
        return {**self.purchase.part_of(actor), "side": self.side}
