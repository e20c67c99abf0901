"""Samples of orders: how they were drawn, from what, and what the examination of each order gave."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Organisation
from marketplace.regulation.models import Region
from marketplace.workflow.models import Figures
from procurement.oversight.models.cases import CaseFile
from procurement.purchasing.models import Purchase


class Sample(models.Model):
    """One draw. Nothing of it changes but the case file it is put into, once (see sql.py)."""

    class Method(models.TextChoices):
        RANDOM = "RANDOM", _("Acak sederhana")
        MUS = "MUS", _("Satuan moneter (MUS)")
        STRATIFIED = "STRATIFIED", _("Berstrata")

    aggregate: ClassVar[str] = "sample"
    told_from_birth: ClassVar[bool] = True
    figures: ClassVar[Figures] = {
        "method": ("sample.draw:method",),
        "seed": ("sample.draw:seed",),
        "algorithm": ("sample.draw:algorithm",),
        "population_size": ("sample.draw:population",),
        "population_total": ("sample.draw:population_rupiah",),
        "population_sha256": ("sample.draw:population_sha256",),
    }

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    body = models.ForeignKey(Organisation, models.PROTECT, related_name="samples")
    case = models.ForeignKey(CaseFile, models.PROTECT, null=True, related_name="samples")
    purpose = models.CharField(_("tujuan"), max_length=200)
    method = models.CharField(_("metode"), max_length=10, choices=Method.choices)
    seed = models.CharField(_("benih"), max_length=64)
    seed_given = models.BooleanField(_("benih ditentukan sendiri"))
    params = models.JSONField(_("ukuran"))
    filters = models.JSONField(_("saringan"))
    algorithm = models.CharField(_("algoritma"), max_length=30)
    population_size = models.PositiveIntegerField(_("populasi"))
    population_total = models.BigIntegerField(_("nilai populasi"))
    population_sha256 = models.CharField(_("sidik populasi"), max_length=64)
    frame = models.BinaryField(_("kerangka"))
    strata = models.JSONField(_("strata"), default=list)
    interval = models.BigIntegerField(_("interval"), null=True)
    start = models.BigIntegerField(_("awal"), null=True)
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField(_("ditarik"))
    once = models.UUIDField(_("formulir"), null=True, editable=False)

    class Meta:
        verbose_name = _("sampel")
        ordering = ("-pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(method__in=["RANDOM", "MUS", "STRATIFIED"]), name="oversight_sample_method"
            ),
            models.CheckConstraint(
                condition=Q(population_sha256__regex=r"^[0-9a-f]{64}$", population_size__gt=0),
                name="oversight_sample_population",
            ),
            models.UniqueConstraint(fields=["drawn_by", "once"], name="oversight_sample_form_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["body", "-id"], name="oversight_sample_of_body"),
        ]

    def __str__(self) -> str:
        return f"S-{self.pk}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("sample", args=[self.pk])

    @property
    def region_of_record(self) -> int:
        """The region whose log tells of it."""
        return self.region_id


class SampleItem(models.Model):
    """One order drawn, and what its examination gave."""

    class Result(models.TextChoices):
        FITTING = "FITTING", _("Sesuai")
        FINDING = "FINDING", _("Ada temuan")
        UNTESTABLE = "UNTESTABLE", _("Tidak dapat diuji")

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="items")
    purchase = models.ForeignKey(Purchase, models.PROTECT, related_name="+")
    position = models.PositiveIntegerField(_("urutan"))
    amount = models.BigIntegerField(_("nilai saat ditarik"))
    stratum = models.CharField(_("strata"), max_length=250, blank=True)
    certain = models.BooleanField(_("pasti terpilih"), default=False)
    result = models.CharField(_("hasil"), max_length=10, choices=Result.choices, blank=True)
    note = models.TextField(_("catatan"), blank=True)
    examined_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    examined_at = models.DateTimeField(_("diperiksa"), null=True)

    class Meta:
        verbose_name = _("pesanan dalam sampel")
        ordering = ("sample_id", "position")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["sample", "purchase"], name="oversight_item_once"),
            models.UniqueConstraint(fields=["sample", "position"], name="oversight_item_position"),
            models.CheckConstraint(
                condition=Q(result="", examined_by__isnull=True, examined_at__isnull=True)
                | Q(
                    result__in=["FITTING", "FINDING", "UNTESTABLE"],
                    examined_by__isnull=False,
                    examined_at__isnull=False,
                ),
                name="oversight_item_examined_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sample_id}/{self.position}"
