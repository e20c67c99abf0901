"""What a statement line was matched with, what two persons are about to decide, and what nobody has explained yet."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.core.transitions import MoveTable
from marketplace.regulation.models import Region
from marketplace.workflow.models import Aggregate, Figures, StateField, state_check
from procurement.reconciliation.models.statements import OwnAccount, StatementLine
from procurement.reconciliation.workflow import DISCREPANCY, PROPOSAL


class LegKind(models.TextChoices):
    """What a line can stand for. `leg_id` is the row of that kind; of a bank fee, the line itself."""

    CAPTURE = "CAPTURE", _("Dana masuk pesanan")
    SETTLEMENT = "SETTLEMENT", _("Pencairan penyedia pembayaran")
    PAYOUT = "PAYOUT", _("Transfer ke penyedia")
    SP2D = "SP2D", _("SP2D")
    TAX = "TAX", _("Setoran pajak")
    BANK_FEE = "BANK_FEE", _("Biaya bank")


class Match(models.Model):
    """One line is one leg. Append-only: a wrong one is undone by a row that names it, by two persons.

    `line_turn` and `leg_turn` count the matches a line and a leg had before; the database sets them and refuses a
    second match while the first stands (`sql.py`).
    """

    class Rule(models.TextChoices):
        PARTNER = "PARTNER", _("Rujukan pembayaran")
        CODE = "CODE", _("Nomor dalam keterangan")
        CUT = "CUT", _("Rujukan terpotong")
        BANK_FEE = "BANK_FEE", _("Biaya bank")
        TWO_PERSONS = "TWO_PERSONS", _("Dua orang")

    line = models.ForeignKey(StatementLine, models.PROTECT, related_name="matches")
    leg_kind = models.CharField(_("jenis"), max_length=12, choices=LegKind.choices)
    leg_id = models.BigIntegerField()
    rule = models.CharField(_("cara"), max_length=12, choices=Rule.choices)
    found = models.CharField(_("ditemukan lewat"), max_length=120, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("alasan"), max_length=300, blank=True)
    matched_at = models.DateTimeField(_("dicocokkan"))
    line_turn = models.PositiveIntegerField(default=0, editable=False)
    leg_turn = models.PositiveIntegerField(default=0, editable=False)

    aggregate = "match"
    told_from_birth: ClassVar[bool] = True
    figures: ClassVar[Figures] = {
        "line_id": (
            "match.make:line",
            "match.undo:line",
        ),
        "leg_kind": (
            "match.make:kind",
            "match.undo:kind",
        ),
        "leg_id": (
            "match.make:leg",
            "match.undo:leg",
        ),
        "rule": ("match.make:rule",),
    }

    class Meta:
        verbose_name = _("kecocokan")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["line", "line_turn"],
                condition=Q(reverses__isnull=True),
                name="reconciliation_match_line_once",
            ),
            models.UniqueConstraint(
                fields=["leg_kind", "leg_id", "leg_turn"],
                condition=Q(reverses__isnull=True),
                name="reconciliation_match_leg_once",
            ),
            models.CheckConstraint(
                condition=Q(leg_kind__in=LegKind.values), name="reconciliation_match_kind"
            ),
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=True, confirmed_by__isnull=True)
                | (
                    Q(proposed_by__isnull=False, confirmed_by__isnull=False)
                    & ~Q(proposed_by=F("confirmed_by"))
                ),
                name="reconciliation_match_two_persons",
            ),
            models.CheckConstraint(
                condition=(~Q(rule="TWO_PERSONS") & Q(reverses__isnull=True))
                | Q(proposed_by__isnull=False, rule="TWO_PERSONS"),
                name="reconciliation_match_persons_named",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.leg_kind} {self.leg_id}"


class Discrepancy(Aggregate):
    """An exception: a line that fits nothing, or fits badly. It stays until matched or explained by two persons."""

    class Kind(models.TextChoices):
        UNKNOWN = "UNKNOWN", _("Tidak ada pesanan yang cocok")
        AMOUNT = "AMOUNT", _("Nilai berbeda")
        DIRECTION = "DIRECTION", _("Arah uang terbalik")
        RETURNED = "RETURNED", _("Dibalik oleh bank")
        DOUBLE = "DOUBLE", _("Tercatat dua kali")
        AMBIGUOUS = "AMBIGUOUS", _("Lebih dari satu kemungkinan")
        FOREIGN = "FOREIGN", _("Rujukan daerah atau rekening lain")
        BANK_FEE = "BANK_FEE", _("Biaya bank di atas batas")

    aggregate: ClassVar[str] = "discrepancy"
    figures: ClassVar[Figures] = {
        "line_id": ("discrepancy.open:line",),
        "amount": ("discrepancy.open:sen",),
        "expected": ("discrepancy.open:expected_sen",),
        "reference": ("discrepancy.open:reference",),
    }
    moves: ClassVar[MoveTable] = DISCREPANCY

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    account = models.ForeignKey(OwnAccount, models.PROTECT, related_name="discrepancies")
    line = models.ForeignKey(StatementLine, models.PROTECT, related_name="discrepancies")
    state = StateField(DISCREPANCY)
    kind = models.CharField(_("jenis"), max_length=12, choices=Kind.choices)
    amount = models.BigIntegerField(_("nilai (sen)"))
    expected = models.BigIntegerField(_("seharusnya (sen)"), null=True)
    reference = models.CharField(_("rujukan"), max_length=120, blank=True)
    owner_role = models.CharField(_("penanggung jawab"), max_length=20)
    closed_at = models.DateTimeField(_("ditutup"), null=True)
    resolution = models.CharField(_("penjelasan"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("pengecualian")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            state_check(DISCREPANCY, "reconciliation_discrepancy_state"),
            models.UniqueConstraint(
                fields=["line"], condition=Q(state="OPEN"), name="reconciliation_discrepancy_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state="OPEN") | Q(closed_at__isnull=False),
                name="reconciliation_discrepancy_closed_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"


class Proposal(Aggregate):
    """What one person asks and another decides: a match, undoing one, or the explanation of an exception."""

    class Kind(models.TextChoices):
        MATCH = "MATCH", _("Cocokkan")
        UNDO = "UNDO", _("Batalkan kecocokan")
        EXPLAIN = "EXPLAIN", _("Jelaskan pengecualian")

    aggregate: ClassVar[str] = "proposal"
    figures: ClassVar[Figures] = {
        "line_id": ("proposal.make:line",),
        "leg_kind": ("proposal.make:leg_kind",),
        "leg_id": ("proposal.make:leg",),
        "reason": ("proposal.make:reason",),
    }
    moves: ClassVar[MoveTable] = PROPOSAL

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    line = models.ForeignKey(StatementLine, models.PROTECT, related_name="proposals")
    state = StateField(PROPOSAL)
    kind = models.CharField(_("jenis"), max_length=8, choices=Kind.choices)
    leg_kind = models.CharField(_("jenis pasangan"), max_length=12, choices=LegKind.choices, blank=True)
    leg_id = models.BigIntegerField(null=True)
    reason = models.CharField(_("alasan"), max_length=300)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("usulan")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            state_check(PROPOSAL, "reconciliation_proposal_state"),
            models.UniqueConstraint(
                fields=["line"], condition=Q(state="PROPOSED"), name="reconciliation_proposal_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(state="CONFIRMED") | ~Q(decided_by=F("proposed_by")),
                name="reconciliation_proposal_two_persons",
            ),
            models.CheckConstraint(
                condition=~Q(kind="MATCH") | (~Q(leg_kind="") & Q(leg_id__isnull=False)),
                name="reconciliation_proposal_names_leg",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.line_id}"
