"""What auditors have seen, and what they hold back: acknowledgements of entries, and holds on transfers."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Organisation
from marketplace.audit.models import Entry
from marketplace.core.transitions import MoveTable
from marketplace.regulation.models import Region
from marketplace.workflow.models import Aggregate, Figures, StateField, state_check
from procurement.oversight.workflow import HOLD
from procurement.settlement.models import Payout


class Acknowledgement(models.Model):
    """An auditor has read an entry of the log, and may have remarked on it. Append-only (see sql.py)."""

    aggregate: ClassVar[str] = "acknowledgement"
    told_from_birth: ClassVar[bool] = True
    figures: ClassVar[Figures] = {
        "entry_id": ("entry.acknowledge:entry",),
    }

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    body = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    remark = models.TextField(_("catatan"), blank=True)
    at = models.DateTimeField(_("dibaca"))

    class Meta:
        verbose_name = _("tanda baca catatan")
        ordering = ("pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["entry", "user"], name="oversight_ack_once"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}/{self.user_id}"

    @property
    def region_of_record(self) -> int:
        """The region whose log tells of it."""
        return self.region_id


class HoldWatch(Aggregate):
    """A hold that an auditor put on a transfer, with the day by which it must be decided.

    The hold itself lies with the transfer (settlement); money is never let go by time alone: a hold that grows old
    is escalated.
    """

    aggregate: ClassVar[str] = "payout_hold"
    figures: ClassVar[Figures] = {
        "number": ("payout_hold.watch:number",),
        "payout_id": ("payout_hold.watch:payout",),
    }
    moves: ClassVar[MoveTable] = HOLD

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    payout = models.ForeignKey(Payout, models.PROTECT, related_name="+")
    number = models.CharField(_("nomor pesanan"), max_length=20)
    body = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    held_at = models.DateTimeField(_("ditahan"))
    state = StateField(HOLD)

    class Meta:
        verbose_name = _("penahanan transfer")
        ordering = ("-pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            state_check(HOLD, "oversight_hold_state"),
            models.UniqueConstraint(fields=["payout", "held_at"], name="oversight_hold_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number}/{self.payout_id}"

    def get_absolute_url(self) -> str:
        """Where it is let go: the transfer's page."""
        return reverse("payout", args=[self.payout_id])
