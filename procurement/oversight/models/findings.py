"""Findings (*temuan*): what was found, against which rule, with which orders and entries of the log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.actors import Actor
from marketplace.audit.models import Entry
from marketplace.core.transitions import MoveTable
from marketplace.regulation.models import Region
from marketplace.workflow.models import Aggregate, Figures, StateField, state_check
from procurement.oversight.models.cases import CaseFile
from procurement.oversight.workflow import FINDING, UNREVIEWED
from procurement.purchasing.models import Purchase


class Finding(Aggregate):
    """One finding. `kind` is a code of the dated list `oversight.finding_kinds`; its words on that day are kept.

    `amount` in whole rupiah, 0 for a finding without money; `remark`: for what the last review sent it back.
    What it says is frozen once it is reviewed (see sql.py).
    """

    aggregate: ClassVar[str] = "finding"
    figures: ClassVar[Figures] = {
        "number": ("finding.draft:finding",),
        "kind": (
            "finding.draft:kind",
            "finding.revise:kind",
            "finding.confirm:kind",
        ),
        "amount": (
            "finding.draft:amount_rupiah",
            "finding.revise:amount_rupiah",
            "finding.confirm:amount_rupiah",
        ),
        "remark": ("finding.return_draft:reason",),
    }
    moves: ClassVar[MoveTable] = FINDING

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    case = models.ForeignKey(CaseFile, models.PROTECT, related_name="findings")
    number = models.PositiveSmallIntegerField(_("nomor"))
    title = models.CharField(_("judul"), max_length=200)
    kind = models.CharField(_("jenis"), max_length=30)
    kind_text = models.CharField(_("jenis"), max_length=120)
    amount = models.BigIntegerField(_("nilai"))
    condition = models.TextField(_("kondisi"))
    criteria = models.TextField(_("kriteria"))
    cause = models.TextField(_("sebab"))
    effect = models.TextField(_("akibat"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    remark = models.TextField(_("catatan reviu"), blank=True, default="")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    state = StateField(FINDING)
    once = models.UUIDField(_("formulir"), null=True, editable=False)

    class Meta:
        verbose_name = _("temuan")
        ordering = ("case_id", "number")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            state_check(FINDING, "oversight_finding_state"),
            models.UniqueConstraint(fields=["case", "number"], name="oversight_finding_number_once"),
            models.UniqueConstraint(fields=["case", "once"], name="oversight_finding_form_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="oversight_finding_amount"),
            models.CheckConstraint(
                condition=Q(reviewer__isnull=True) | ~Q(reviewer=F("author")),
                name="oversight_finding_two_persons",
            ),
            models.CheckConstraint(
                condition=~Q(state="CONFIRMED") | Q(reviewer__isnull=False), name="oversight_finding_reviewed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}.{self.number}"

    @property
    def reviewed(self) -> bool:
        """Whether it is past its review, or withdrawn; until then its author may write it anew."""
        return self.state not in UNREVIEWED

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("finding", args=[self.pk])

    def standing(self, actor: Actor) -> Mapping[str, Any]:
        """Who the actor is to it. No query when its case is loaded."""
        return {
            "organisation": actor.organisation_id,
            "examiner": self.case.examiner_id,
            "user": actor.user_id,
            "author": self.author_id,
        }


class FindingOrder(models.Model):
    """An order that a finding is about. Only added, never taken away."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="orders")
    purchase = models.ForeignKey(Purchase, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("pesanan pada temuan")
        ordering = ("pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["finding", "purchase"], name="oversight_finding_order_once"),
        ]

    def __str__(self) -> str:
        return f"{self.finding_id}/{self.purchase_id}"


class FindingEntry(models.Model):
    """An entry of the log that shows what a finding says."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="entries")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("catatan pada temuan")
        ordering = ("entry_id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["finding", "entry"], name="oversight_finding_entry_once"),
        ]

    def __str__(self) -> str:
        return f"{self.finding_id}/{self.entry_id}"
