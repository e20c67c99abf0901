"""Observations about vendors and about agency units, read out of the log; what the observed say to them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from vendors.scoring import MEASURES, UNIT, VENDOR

SIDES = [(VENDOR, _("Penyedia")), (UNIT, _("Instansi"))]


class Observation(models.Model):
    """How good one thing about one order was, from 0 to 100. Derived from the log alone and can be derived again.

    `excluded_at`: an operator found that it must not count, and said why; that decision stands in the log, too.
    """

    side = models.CharField(max_length=6, choices=SIDES)
    subject_id = models.BigIntegerField(_("penyedia atau instansi"))
    measure = models.CharField(max_length=12, choices=[(code, told[1]) for code, told in MEASURES.items()])
    purchase_id = models.BigIntegerField(_("pesanan"))
    value = models.PositiveSmallIntegerField(_("nilai"))
    at = models.DateTimeField(_("waktu"))
    contested_at = models.DateTimeField(_("dibantah"), null=True, blank=True)
    contest = models.CharField(_("bantahan"), max_length=500, blank=True)
    decided_at = models.DateTimeField(_("diputus"), null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decision = models.CharField(_("putusan"), max_length=500, blank=True)
    excluded_at = models.DateTimeField(_("tidak dihitung sejak"), null=True, blank=True)

    class Meta:
        verbose_name = _("pengamatan")
        indexes = [
            models.Index(fields=["side", "subject_id", "measure", "-at"], name="observation_of_subject")
        ]
        constraints = [
            models.UniqueConstraint(fields=["purchase_id", "measure"], name="observation_once"),
            models.CheckConstraint(condition=Q(value__lte=100), name="observation_in_range"),
            models.CheckConstraint(condition=Q(side__in=[VENDOR, UNIT]), name="observation_side"),
            models.CheckConstraint(
                condition=Q(excluded_at__isnull=True) | Q(decided_at__isnull=False),
                name="observation_excluded_by_decision",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.value}"


class ObservationReply(models.Model):
    """What the observed say in public to an observation, once. Append-only (vendors/sql.py)."""

    observation = models.OneToOneField(Observation, models.PROTECT, related_name="reply")
    text = models.CharField(_("tanggapan"), max_length=300)
    at = models.DateTimeField(_("waktu"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("tanggapan")

    def __str__(self) -> str:
        return self.text
