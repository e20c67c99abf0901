"""Regions, dated parameters and holidays: thresholds, rates and timers are rows, never constants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from marketplace.core.money import rupiah


class Region(models.Model):
    """A government that buys here: *pemerintah daerah*, or a ministry or agency with an LKPP code of its own.

    Several share one installation; nobody reads across regions unless a rule says so.
    """

    class Kind(models.TextChoices):
        PROVINCE = "PROVINSI", _("Provinsi")
        REGENCY = "KABUPATEN", _("Kabupaten")
        CITY = "KOTA", _("Kota")
        MINISTRY = "KEMENTERIAN", _("Kementerian")
        AGENCY = "LEMBAGA", _("Lembaga")

    klpd_code = models.CharField(_("kode K/L/PD"), max_length=5, unique=True)
    name = models.CharField(_("nama"), max_length=200)
    kind = models.CharField(_("jenis"), max_length=12, choices=Kind.choices)
    place_code = models.CharField(_("kode wilayah"), max_length=13, blank=True)

    class Meta:
        verbose_name = _("daerah atau K/L")
        ordering = ("klpd_code",)
        constraints = [
            models.CheckConstraint(
                condition=Q(klpd_code__regex=r"^[A-Z][0-9]{1,4}$"), name="region_klpd_code_shape"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DateRange(Func):
    """`daterange(valid_from, valid_to, '[]')`: both days count; an open end never closes."""

    function = "daterange"
    arity = 3


class Parameter(models.Model):
    """One value of law in force between two days, with its legal basis.

    A region's own value wins over the national one. A change is proposed by one person and approved by
    another; a rejected or superseded row stays readable.
    """

    aggregate: ClassVar[str] = "parameter"
    told_from_birth: ClassVar[bool] = True
    figures: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "code": (
            "parameter.load:code",
            "parameter.propose:code",
            "parameter.approve:code",
            "parameter.supersede:code",
        ),
        "value": (
            "parameter.load:value",
            "parameter.propose:value",
            "parameter.approve:value",
            "parameter.supersede:value",
        ),
        "unit": ("parameter.load:unit", "parameter.propose:unit", "parameter.approve:unit"),
        "valid_from": (
            "parameter.load:valid_from",
            "parameter.propose:valid_from",
            "parameter.approve:valid_from",
        ),
        "valid_to": (
            "parameter.load:valid_to",
            "parameter.propose:valid_to",
            "parameter.approve:valid_to",
            "parameter.supersede:valid_to",
        ),
        "legal_basis": (
            "parameter.load:legal_basis",
            "parameter.propose:legal_basis",
            "parameter.approve:legal_basis",
        ),
        "state": (
            "parameter.load:state",
            "parameter.propose:state",
            "parameter.approve:state",
            "parameter.reject:state",
            "parameter.supersede:state",
        ),
    }

    class State(models.TextChoices):
        PROPOSED = "PROPOSED", _("Diusulkan")
        ACTIVE = "ACTIVE", _("Berlaku")
        REJECTED = "REJECTED", _("Ditolak")

    code = models.CharField(_("kode"), max_length=80)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="parameters")
    value = models.JSONField(_("nilai"))
    unit = models.CharField(_("satuan"), max_length=20)
    valid_from = models.DateField(_("berlaku sejak"))
    valid_to = models.DateField(_("berlaku sampai"), null=True, blank=True)
    legal_basis = models.CharField(_("dasar hukum"), max_length=300)
    note = models.CharField(_("catatan"), max_length=300, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("pengusul")
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("penyetuju")
    )

    class Meta:
        verbose_name = _("parameter")
        ordering = ("code", "valid_from")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["PROPOSED", "ACTIVE", "REJECTED"]), name="parameter_state"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="parameter_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | Q(proposed_by__isnull=True)
                | ~Q(approved_by=F("proposed_by")),
                name="parameter_two_persons",
            ),
            ExclusionConstraint(
                name="parameter_one_value_a_day",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    (Func(F("region_id"), 0, function="coalesce"), RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to", models.Value("[]")), RangeOperators.OVERLAPS),
                ],
                condition=Q(state="ACTIVE"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} = {self.value} {self.unit}"

    @property
    def told(self) -> str:
        """The value as people read it; rupiah as rupiah, lists one after the other."""
        values = self.value if isinstance(self.value, list) else [self.value]
        if self.unit == "rupiah" and all(isinstance(each, int) for each in values):
            return ", ".join(rupiah(each) for each in values)
        return f"{self.value} {self.unit}"

    @property
    def region_of_record(self) -> int | None:
        """The region whose value this is; None for a national one."""
        return self.region_id


class Code(models.Model):
    """An entry of an official list: KBKI and KBLI (BPS), bank codes (Bank Indonesia). A code means something only with
    its edition; lists are imported whole and never edited by hand.
    """

    class Scheme(models.TextChoices):
        KBKI = "KBKI", _("KBKI (BPS)")
        KBLI = "KBLI", _("KBLI (BPS)")
        BANK = "BANK", _("Kode bank (BI)")

    scheme = models.CharField(_("daftar"), max_length=4, choices=Scheme.choices)
    edition = models.CharField(_("edisi"), max_length=12)
    code = models.CharField(_("kode"), max_length=10)
    title = models.CharField(_("judul"), max_length=400)
    note = models.TextField(_("penjelasan"), blank=True)

    class Meta:
        verbose_name = _("kode resmi")
        ordering = ("scheme", "edition", "code")
        constraints = [
            models.UniqueConstraint(fields=["scheme", "edition", "code"], name="code_once"),
            models.CheckConstraint(condition=Q(scheme__in=["KBKI", "KBLI", "BANK"]), name="code_scheme"),
        ]
        indexes = [GinIndex(OpClass(Lower("title"), "gin_trgm_ops"), name="code_title_trigrams")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Holiday(models.Model):
    """A day on which deadlines do not run: national holiday or *cuti bersama* (SKB 3 Menteri)."""

    aggregate: ClassVar[str] = "holiday"
    told_from_birth: ClassVar[bool] = True
    figures: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "name": ("holiday.load:holiday", "holiday.add:holiday"),
        "kind": ("holiday.load:kind", "holiday.add:kind"),
        "legal_basis": ("holiday.load:legal_basis", "holiday.add:legal_basis"),
    }

    class Kind(models.TextChoices):
        NATIONAL = "LIBUR", _("Libur nasional")
        COLLECTIVE = "CUTI_BERSAMA", _("Cuti bersama")

    day = models.DateField(_("tanggal"), primary_key=True)
    name = models.CharField(_("nama"), max_length=120)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    legal_basis = models.CharField(_("dasar hukum"), max_length=200)

    class Meta:
        verbose_name = _("hari libur")
        ordering = ("day",)

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class HolidayProposal(models.Model):
    """A day that one person proposes as a holiday and another of the same region approves, for all regions.

    A rejected proposal stays readable.
    """

    aggregate: ClassVar[str] = "holidayproposal"
    told_from_birth: ClassVar[bool] = True
    figures: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "day": ("holiday.propose:day",),
        "name": ("holiday.propose:holiday",),
        "kind": ("holiday.propose:kind",),
        "legal_basis": ("holiday.propose:legal_basis",),
        "state": ("holiday.propose:state", "holiday.approve:state", "holiday.reject:state"),
    }

    class State(models.TextChoices):
        PROPOSED = "PROPOSED", _("Diusulkan")
        ACTIVE = "ACTIVE", _("Berlaku")
        REJECTED = "REJECTED", _("Ditolak")

    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("daerah pengusul"))
    day = models.DateField(_("tanggal"))
    name = models.CharField(_("nama"), max_length=120)
    kind = models.CharField(_("jenis"), max_length=12, choices=Holiday.Kind.choices)
    legal_basis = models.CharField(_("dasar hukum"), max_length=200)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("pengusul")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("pemutus")
    )

    class Meta:
        verbose_name = _("usulan hari libur")
        ordering = ("day",)
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["PROPOSED", "ACTIVE", "REJECTED"]), name="holiday_proposal_state"
            ),
            models.CheckConstraint(
                condition=~Q(state="ACTIVE") | ~Q(decided_by=F("proposed_by")), name="holiday_two_persons"
            ),
            models.UniqueConstraint(
                fields=["region", "day"], condition=Q(state="PROPOSED"), name="holiday_proposed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
