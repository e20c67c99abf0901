"""Red flags, and the keyed hashes by which vendors and officers are found to share an address or a telephone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import Role
from marketplace.core.transitions import MoveTable
from marketplace.regulation.models import Region
from marketplace.workflow.models import Aggregate, Figures, StateField, state_check
from procurement.competition.models import Competition
from procurement.purchasing.models import Purchase
from procurement.redflags.workflow import RED_FLAG
from vendors.models import Vendor


class RedFlag(Aggregate):
    """One finding of one rule about one subject, by what it saw. Its inputs never change: others are another version.

    `subject` names the subject as `purchase:12`; `part` tells findings of one rule about one subject apart. `score` is
    100 at the rule's threshold and grows with what was measured. `inputs` and `values` hold whole numbers and text,
    amounts in whole rupiah.
    """

    class Subject(models.TextChoices):
        PURCHASE = "purchase", _("Pesanan")
        COMPETITION = "competition", _("Mini-kompetisi")
        VENDOR = "vendor", _("Penyedia")
        UNIT = "unit", _("Satuan kerja")

    class Verdict(models.TextChoices):
        UNFOUNDED = "UNFOUNDED", _("Tidak berdasar")
        EXPLAINED = "EXPLAINED", _("Benar, tetapi dapat dijelaskan")
        SETTLED = "SETTLED", _("Benar dan sudah ditindaklanjuti")

    aggregate: ClassVar[str] = "red_flag"
    figures: ClassVar[Figures] = {
        "rule": ("red_flag.raise:rule",),
        "rule_version": ("red_flag.raise:rule_version",),
        "subject": ("red_flag.raise:subject",),
        "version": ("red_flag.raise:version",),
        "score": ("red_flag.raise:score",),
        "inputs_sha256": ("red_flag.raise:inputs_sha256",),
        "verdict": ("red_flag.clear:verdict",),
    }
    moves: ClassVar[MoveTable] = RED_FLAG

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    state = StateField(RED_FLAG)
    rule = models.CharField(_("aturan"), max_length=8)
    rule_version = models.PositiveSmallIntegerField(_("versi aturan"))
    kind = models.CharField(_("tentang"), max_length=11, choices=Subject.choices)
    subject = models.CharField(_("subjek"), max_length=40)
    part = models.CharField(_("bagian"), max_length=60, blank=True)
    version = models.PositiveSmallIntegerField(_("versi temuan"), default=1)
    purchase = models.ForeignKey(Purchase, models.PROTECT, null=True, blank=True, related_name="red_flags")
    competition = models.ForeignKey(
        Competition, models.PROTECT, null=True, blank=True, related_name="red_flags"
    )
    vendor = models.ForeignKey(Vendor, models.PROTECT, null=True, blank=True, related_name="red_flags")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("satuan kerja")
    )
    score = models.PositiveIntegerField(_("skor"))
    sentence = models.TextField(_("temuan"))
    inputs = models.JSONField(_("data yang dinilai"))
    inputs_sha256 = models.CharField(_("sidik data"), max_length=64)
    values = models.JSONField(_("parameter"))
    legal_basis = models.CharField(_("dasar hukum"), max_length=300)

    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    taken_up_at = models.DateTimeField(_("mulai ditinjau"), null=True, blank=True)
    question = models.TextField(_("pertanyaan"), blank=True)
    asked_at = models.DateTimeField(_("ditanyakan"), null=True, blank=True)
    answer = models.TextField(_("jawaban"), blank=True)
    answered_at = models.DateTimeField(_("dijawab"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    verdict = models.CharField(_("penilaian"), max_length=9, choices=Verdict.choices, blank=True)
    reason = models.TextField(_("alasan"), blank=True)
    decided_at = models.DateTimeField(_("diputuskan"), null=True, blank=True)

    class Meta:
        verbose_name = _("tanda bahaya")
        ordering = ("-id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            state_check(RED_FLAG, "red_flag_state"),
            models.UniqueConstraint(
                fields=["rule", "subject", "part", "version"], name="red_flag_once_a_version"
            ),
            models.UniqueConstraint(
                fields=["rule", "subject", "part"],
                condition=Q(state__in=["NEW", "IN_REVIEW", "ESCALATED"]),
                name="red_flag_one_open",
            ),
            models.CheckConstraint(
                condition=Q(kind="purchase", purchase__isnull=False)
                | Q(kind="competition", competition__isnull=False)
                | Q(kind="vendor", vendor__isnull=False)
                | Q(kind="unit", organisation__isnull=False),
                name="red_flag_names_its_subject",
            ),
            models.CheckConstraint(
                condition=Q(inputs_sha256__regex=r"^[0-9a-f]{64}$"), name="red_flag_sha256"
            ),
            models.CheckConstraint(
                condition=~Q(state="CLEARED")
                | Q(verdict__in=["UNFOUNDED", "EXPLAINED", "SETTLED"], decided_at__isnull=False)
                & ~Q(reason=""),
                name="red_flag_cleared_with_reasons",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["NEW", "SUPERSEDED"]) | Q(reviewer__isnull=False),
                name="red_flag_reviewed_by_somebody",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["region", "state", "-id"], name="red_flag_of_region"),
            models.Index(fields=["organisation", "-id"], name="red_flag_of_unit"),
            models.Index(fields=["region", "rule", "state"], name="red_flag_by_rule"),
            models.Index(fields=["due_at"], condition=Q(state="IN_REVIEW"), name="red_flag_due"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.subject}"

    def get_absolute_url(self) -> str:
        """The flag's page."""
        return reverse("red-flag", args=[self.pk])

    @property
    def waits_for_answer(self) -> bool:
        """Whether a question was asked and not answered yet."""
        return self.asked_at is not None and (self.answered_at is None or self.answered_at < self.asked_at)

    def standing(self, actor: Actor) -> Mapping[str, Any]:
        """The actor's part in this flag: the auditor's region, or whether the officer is one who answers."""
        return {
            "same_region": actor.region_id == self.region_id,
            "unit": self.organisation_id,
            "asked": self.asked_at is not None,
            "waiting": self.waits_for_answer,
            "answers": self.answered_for_by(actor),
        }

    def answered_for_by(self, actor: Actor) -> bool:
        """Whether `actor` answers for what was flagged: PA or KPA of the unit, or the order's own PP or PPK."""
        if self.organisation_id is None or actor.organisation_id != self.organisation_id:
            return False
        if actor.role in {Role.PA, Role.KPA}:
            return True
        if self.purchase is None or actor.user_id is None:
            return False
        return actor.user_id in {self.purchase.pp_user_id, self.purchase.ppk_user_id}


class ContactKey(models.Model):
    """The keyed hash of a vendor's address or an officer's telephone: equal for equal data, useless without the key.

    Kept because the vendor's address and the officer's telephone stand encrypted without one. `source_sha256` is the
    hash of the encrypted text it was made from: while that stands, nothing is decrypted again.
    """

    class Kind(models.TextChoices):
        ADDRESS = "ADDRESS", _("Alamat")
        PHONE = "PHONE", _("Telepon")

    kind = models.CharField(_("jenis"), max_length=7, choices=Kind.choices)
    vendor = models.OneToOneField(Vendor, models.CASCADE, null=True, blank=True, related_name="contact_key")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="contact_key"
    )
    digest = models.CharField(max_length=64, blank=True, db_index=True)
    source_sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("sidik kontak")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(kind="ADDRESS", vendor__isnull=False, user__isnull=True)
                | Q(kind="PHONE", vendor__isnull=True, user__isnull=False),
                name="contact_key_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
