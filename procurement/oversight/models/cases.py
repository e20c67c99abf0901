"""Case files: one audit assignment each, with its team, its units and, in the end, its report (LHP)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment, Organisation
from marketplace.core.transitions import MoveTable
from marketplace.regulation.models import Region
from marketplace.workflow.models import Aggregate, Figures, StateField, state_check
from procurement.oversight.workflow import CASE_FILE


class CaseFile(Aggregate):
    """One audit (*berkas pemeriksaan*) of some units over a period. The report's facts come with the report."""

    class Body(models.TextChoices):
        """Who examines: APIP verifies evidence itself; external examiners decide after APIP has verified."""

        APIP = "APIP", _("Inspektorat (APIP)")
        BPKP = "BPKP", "BPKP"
        BPK = "BPK", "BPK"

    aggregate: ClassVar[str] = "case_file"
    figures: ClassVar[Figures] = {
        "number": ("case_file.open:number",),
        "body": ("case_file.open:body",),
        "lhp_number": ("case_file.issue_report:lhp",),
        "lhp_date": ("case_file.issue_report:dated",),
        "received_on": ("case_file.issue_report:received",),
    }
    moves: ClassVar[MoveTable] = CASE_FILE

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    examiner = models.ForeignKey(
        Organisation, models.PROTECT, related_name="case_files", verbose_name=_("pemeriksa")
    )
    body = models.CharField(_("jenis pemeriksa"), max_length=4, choices=Body.choices)
    number = models.CharField(_("nomor surat tugas"), max_length=80)
    title = models.CharField(_("judul"), max_length=200)
    period_from = models.DateField(_("masa yang diperiksa, dari"))
    period_to = models.DateField(_("masa yang diperiksa, sampai"))
    units = models.ManyToManyField(Organisation, related_name="+", verbose_name=_("perangkat daerah"))
    state = StateField(CASE_FILE)
    lhp_number = models.CharField(_("nomor LHP"), max_length=80, blank=True)
    lhp_date = models.DateField(_("tanggal LHP"), null=True)
    received_on = models.DateField(_("LHP diterima"), null=True)
    receipt_number = models.CharField(_("nomor tanda terima"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("berkas pemeriksaan")
        ordering = ("-pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            state_check(CASE_FILE, "oversight_case_state"),
            models.CheckConstraint(condition=Q(body__in=["APIP", "BPKP", "BPK"]), name="oversight_case_body"),
            models.CheckConstraint(
                condition=Q(period_from__lte=F("period_to")), name="oversight_case_period"
            ),
            models.CheckConstraint(
                condition=Q(state="OPEN")
                | Q(lhp_date__isnull=False, received_on__isnull=False, received_on__gte=F("lhp_date"))
                & ~Q(lhp_number=""),
                name="oversight_case_report_whole",
            ),
            models.UniqueConstraint(fields=["examiner", "number"], name="oversight_case_number_once"),
            models.UniqueConstraint(
                fields=["examiner", "lhp_number"], condition=~Q(lhp_number=""), name="oversight_case_lhp_once"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["region", "-id"], name="oversight_case_of_region"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("case_file", args=[self.pk])

    @property
    def is_external(self) -> bool:
        """Whether APIP verifies the evidence before this examiner decides."""
        return self.body != self.Body.APIP

    def standing(self, actor: Actor) -> Mapping[str, Any]:
        """Whether the actor is on the team, and whether its report is out. One query."""
        member = self.members.filter(user_id=actor.user_id or 0).exists()
        return {"member": member, "case_state": self.state}


class CaseMember(models.Model):
    """A person on the team of a case file, by assignment."""

    class Duty(models.TextChoices):
        LEADER = "LEADER", _("Ketua tim")
        MEMBER = "MEMBER", _("Anggota tim")
        REVIEWER = "REVIEWER", _("Pengendali teknis")

    case = models.ForeignKey(CaseFile, models.PROTECT, related_name="members")
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    duty = models.CharField(_("tugas"), max_length=8, choices=Duty.choices)
    joined_at = models.DateTimeField(_("sejak"))

    class Meta:
        verbose_name = _("anggota tim")
        ordering = ("pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "user"], name="oversight_member_once"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(duty="LEADER"), name="oversight_member_one_leader"
            ),
            models.CheckConstraint(
                condition=Q(duty__in=["LEADER", "MEMBER", "REVIEWER"]), name="oversight_member_duty"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.user_id}"
