"""Objections: a vendor does not accept a decision, and somebody else than who took it looks again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import User
from marketplace.audit.models import Entry
from marketplace.core.transitions import MoveTable
from marketplace.workflow.models import Aggregate, Figures, StateField, state_check
from vendors import workflow
from vendors.models.papers import VendorDocument
from vendors.models.vendor import Vendor


class Objection(Aggregate):
    """One objection to one decision: `against` is the log's entry of it, so that nothing else can be meant.

    Upheld, it has a consequence (`carried_out_at`): the thing decided about goes back to where it was or is looked at
    again, through the same actions as ever.
    """

    aggregate: ClassVar[str] = "objection"
    figures: ClassVar[Figures] = {
        "against_id": ("objection.file:entry",),
    }
    moves: ClassVar[MoveTable] = workflow.OBJECTION

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="objections")
    against = models.OneToOneField(Entry, models.PROTECT, related_name="objection")
    text = models.TextField(_("keberatan"))
    evidence = models.ForeignKey(VendorDocument, models.PROTECT, null=True, blank=True, related_name="+")
    state = StateField(workflow.OBJECTION)
    answer = models.TextField(_("jawaban"), blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    carried_out_at = models.DateTimeField(_("dilaksanakan"), null=True, blank=True)

    class Meta:
        verbose_name = _("keberatan")
        ordering = ("-pk",)
        indexes = [
            models.Index(fields=["state", "due_at"], name="objection_queue"),
            models.Index(
                fields=["id"],
                condition=Q(state="UPHELD", carried_out_at__isnull=True),
                name="objection_to_carry_out",
            ),
        ]
        constraints = [
            state_check(workflow.OBJECTION, "objection_state"),
            models.CheckConstraint(condition=Q(text__regex=r"^.{30,}$"), name="objection_says_something"),
            models.CheckConstraint(
                condition=Q(state__in=["SUBMITTED", "WITHDRAWN"]) | ~Q(answer=""), name="objection_answered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def get_absolute_url(self) -> str:
        """The objection's page, for its vendor and for the operation."""
        return reverse("objection", args=[self.pk])

    def standing(self, actor: Actor) -> Mapping[str, Any]:
        """Whether the actor took the decision objected to; load `against` with the objection."""
        return {"own_decision": actor.user_id is not None and self.against.user_id == actor.user_id}

    @property
    def region_of_record(self) -> int:
        """The vendor's region; load `vendor` with the objection."""
        return self.vendor.region_id
