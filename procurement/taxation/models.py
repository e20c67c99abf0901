"""The tax decision table as rows, so that a change of law is a change of data with a date."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.workflow.models import Figures


class TaxRule(models.Model):
    """One version of one rule; see `table.Rule` for what the columns mean."""

    aggregate: ClassVar[str] = "tax_rule"
    told_from_birth: ClassVar[bool] = True
    figures: ClassVar[Figures] = {"rule_id": ("tax_rule.load:rule",)} | {
        column: (f"tax_rule.load:{column}",)
        for column in (
            *("version", "family", "order", "when", "code", "rate", "base_kind", "base_factor", "remitter"),
            *("rounding", "legal_basis", "valid_from", "valid_to"),
        )
    }

    rule_id = models.CharField(_("aturan"), max_length=40)
    version = models.PositiveSmallIntegerField(_("versi"))
    family = models.CharField(max_length=4)
    order = models.PositiveSmallIntegerField(_("urutan"))
    when = models.JSONField(_("syarat"), default=dict)
    code = models.CharField(_("kode"), max_length=24, blank=True)
    rate = models.CharField(_("tarif"), max_length=16, blank=True)
    base_kind = models.CharField(max_length=10, default="HARGA")
    base_factor = models.CharField(max_length=16, default="1/1")
    remitter = models.CharField(_("penyetor"), max_length=10, blank=True)
    rounding = models.CharField(_("pembulatan"), max_length=16, default="FLOOR_RUPIAH")
    reason = models.CharField(_("alasan"), max_length=200, blank=True)
    legal_basis = models.CharField(_("dasar hukum"), max_length=200)
    valid_from = models.DateField(_("berlaku sejak"))
    valid_to = models.DateField(_("berlaku sampai"), null=True, blank=True)
    to_verify = models.CharField(_("perlu dipastikan"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("aturan pajak")
        ordering = ("order", "rule_id", "version")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["rule_id", "version"], name="taxation_rule_version"),
            models.CheckConstraint(
                condition=Q(family__in=["PPN", "PBJT", "PPH"]), name="taxation_rule_family"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="taxation_rule_days_in_order",
            ),
            models.CheckConstraint(condition=~Q(legal_basis=""), name="taxation_rule_has_basis"),
            models.CheckConstraint(
                condition=Q(rounding__in=["FLOOR_RUPIAH", "HALF_UP_RUPIAH"]), name="taxation_rule_rounding"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} v{self.version}"
