"""Recommendations (*rekomendasi*) and where their follow-up stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation
from marketplace.core import clock
from marketplace.core.transitions import MoveTable
from marketplace.regulation.models import Region
from marketplace.regulation.queries import parameter
from marketplace.workflow.models import Aggregate, Figures, StateField, state_check
from procurement.oversight.models.findings import Finding
from procurement.oversight.workflow import OWED, RECOMMENDATION, SETTLED, STATUS_OF, BpkStatus

_DAYS: Final = {
    "NOT_FOLLOWED": "oversight.answer_days",
    "NOT_FITTING": "oversight.answer_days",
    "ANSWERED": "oversight.apip_days",
    "VERIFIED": "oversight.review_days",
    "PROPOSED": "oversight.review_days",
}
"""Which dated parameter says within how many calendar days a state must be left."""


def _person() -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")


class Recommendation(Aggregate):
    """What one unit shall do about a finding, and what it shall bring back (`amount_due`, whole rupiah).

    `recovered` is the sum of the deposits that APIP accepted. Deadlines run in calendar days: the law says “hari”
    (UU 15/2004 Art. 20), and the 60 days run from the day the report was received.
    """

    aggregate: ClassVar[str] = "recommendation"
    figures: ClassVar[Figures] = {
        "unit_id": ("recommendation.draft:unit",),
        "amount_due": (
            "recommendation.draft:due_rupiah",
            "recommendation.issue:due_rupiah",
        ),
        "recovered": (
            "recommendation.verify:recovered_rupiah",
            "recommendation.confirm:recovered_rupiah",
        ),
    }
    moves: ClassVar[MoveTable] = RECOMMENDATION

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="recommendations")
    examiner = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    external = models.BooleanField(_("pemeriksa eksternal"))
    unit = models.ForeignKey(
        Organisation, models.PROTECT, related_name="recommendations", verbose_name=_("unit penanggung jawab")
    )
    number = models.PositiveSmallIntegerField(_("nomor"))
    text = models.TextField(_("rekomendasi"))
    amount_due = models.BigIntegerField(_("harus disetor"))
    recovered = models.BigIntegerField(_("sudah disetor"), default=0)
    state = StateField(RECOMMENDATION)
    once = models.UUIDField(_("formulir"), null=True, editable=False)
    received_on = models.DateField(_("LHP diterima"), null=True)
    owed_since = models.DateField(_("jawaban ditunggu sejak"), null=True)
    answered_at = models.DateTimeField(_("terakhir dijawab"), null=True)
    verified_by, verified_at = _person(), models.DateTimeField(_("diverifikasi APIP"), null=True)
    verification_note = models.TextField(_("catatan verifikasi"), blank=True)
    proposed_by, proposed_at = _person(), models.DateTimeField(_("diusulkan"), null=True)
    proposed_state = models.CharField(_("status diusulkan"), max_length=24, blank=True)
    proposed_from = models.CharField(max_length=24, blank=True)
    proposed_reason = models.TextField(_("alasan usulan"), blank=True)
    ground = models.CharField(_("dasar tidak dapat ditindaklanjuti"), max_length=30, blank=True)
    decided_by, decided_at = _person(), models.DateTimeField(_("ditetapkan"), null=True)
    last_reason = models.TextField(_("alasan terakhir"), blank=True)

    class Meta:
        verbose_name = _("rekomendasi")
        ordering = ("finding_id", "number")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            state_check(RECOMMENDATION, "oversight_rec_state"),
            models.UniqueConstraint(fields=["finding", "number"], name="oversight_rec_number_once"),
            models.UniqueConstraint(fields=["finding", "once"], name="oversight_rec_form_once"),
            models.CheckConstraint(
                condition=Q(amount_due__gte=0, recovered__gte=0), name="oversight_rec_amounts"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["DRAFT", "WITHDRAWN"]) | Q(received_on__isnull=False),
                name="oversight_rec_received",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=SETTLED)
                | Q(decided_by__isnull=False, decided_at__isnull=False, proposed_by__isnull=False)
                & ~Q(decided_by=F("proposed_by")),
                name="oversight_rec_two_persons",
            ),
            models.CheckConstraint(
                condition=~Q(state="FITTING") | Q(recovered__gte=F("amount_due"), verified_at__isnull=False),
                name="oversight_rec_fitting_is_paid",
            ),
            models.CheckConstraint(
                condition=~Q(state="UNACTIONABLE") | ~Q(ground=""), name="oversight_rec_ground"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["region", "state", "due_at"], name="oversight_rec_of_region"),
            models.Index(fields=["unit", "state", "due_at"], name="oversight_rec_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.finding_id}.{self.number}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("recommendation", args=[self.pk])

    @property
    def status(self) -> BpkStatus | None:
        """The status it is counted under; None while it is a draft or withdrawn."""
        return STATUS_OF.get(self.state)

    @property
    def proposed_label(self) -> str:
        """The proposed status in words."""
        return RECOMMENDATION.state(self.proposed_state).label if self.proposed_state else ""

    @property
    def still_due(self) -> int:
        """Rupiah not yet proven to be back in the treasury."""
        return max(0, self.amount_due - self.recovered)

    @property
    def age_days(self) -> int:
        """Days since the unit received the report; 0 before."""
        return (clock.today() - self.received_on).days if self.received_on else 0

    def standing(self, actor: Actor) -> Mapping[str, Any]:
        """Who the actor is to it. No query."""
        return {
            "organisation": actor.organisation_id,
            "examiner": self.examiner_id,
            "external": self.external,
            "unit": self.unit_id,
            "user": actor.user_id,
            "proposed_by": self.proposed_by_id,
            "verified_by": self.verified_by_id if self.proposed_state == "FITTING" else None,
        }

    def agreed_deadline(self, state: str) -> datetime | None:
        """The end of the last calendar day on which the state must be left, by the dated parameters."""
        code = _DAYS.get(state)
        if code is None:
            return None
        since = self._since(state)
        days = parameter(code, on=since, region_id=self.region_id)
        return datetime.combine(
            since + timedelta(days=int(days.value)), time(23, 59, 59), tzinfo=clock.JAKARTA
        )

    def _since(self, state: str) -> date:
        """From the receipt of the report or the day an answer was found wanting; from the verification; else today."""
        if state in OWED and self.owed_since is not None:
            return self.owed_since
        reviewing = state == "VERIFIED" or (state == "PROPOSED" and self.proposed_from == "VERIFIED")
        if reviewing and self.verified_at is not None:
            return clock.day_of(self.verified_at)
        return clock.today()
