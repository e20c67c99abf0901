"""Deposits of withheld taxes (one billing code, one NTPN, one tax and period), and files for the tax office."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Organisation
from marketplace.regulation.models import Region
from marketplace.workflow.models import Figures


class TaxDeposit(models.Model):
    """One deposit into the state treasury under its NTPN (the treasury's receipt number).

    `amount` is the sum of its lines, which all carry its tax code and belong to its unit: PostgreSQL checks both at
    commit (`sql.py`). `account` is KAP-KJS as the dated parameters had it on the day of deposit.
    """

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    code = models.CharField(_("pajak"), max_length=24)
    period = models.DateField(_("masa pajak"))
    account = models.CharField(_("KAP-KJS"), max_length=12, blank=True)
    billing_code = models.CharField(_("kode billing"), max_length=15)
    ntpn = models.CharField(_("NTPN"), max_length=16)
    amount = models.BigIntegerField(_("nilai (rupiah)"))
    deposited_on = models.DateField(_("tanggal setor"))
    deposited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("dicatat"))

    aggregate = "tax_deposit"
    named_in: ClassVar[tuple[str, ...]] = ("tax.deposit:deposit",)

    class Meta:
        verbose_name = _("setoran pajak")
        ordering = ("-pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["ntpn"], name="settlement_taxdeposit_ntpn_once"),
            models.CheckConstraint(
                condition=Q(ntpn__regex=r"^[0-9A-Z]{16}$"), name="settlement_taxdeposit_ntpn"
            ),
            models.CheckConstraint(
                condition=Q(billing_code__regex=r"^[0-9]{15}$"), name="settlement_taxdeposit_billing"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="settlement_taxdeposit_amount"),
            models.CheckConstraint(condition=Q(period__day=1), name="settlement_taxdeposit_period"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.period:%m-%Y} {self.ntpn}"

    @property
    def region_of_record(self) -> int:
        """The region whose log tells of this deposit."""
        return self.region_id


class TaxExport(models.Model):
    """A file of withheld income tax that was made for a tax period. The file is not kept: its digest is."""

    class Shape(models.TextChoices):
        XLSX = "xlsx", _("Excel (converter BPPU)")
        XML = "xml", _("XML (BPPU)")

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    period = models.DateField(_("masa pajak"))
    shape = models.CharField(_("bentuk"), max_length=4, choices=Shape.choices)
    rows = models.PositiveIntegerField(_("baris"))
    base = models.BigIntegerField(_("dasar pengenaan (rupiah)"))
    amount = models.BigIntegerField(_("pajak (rupiah)"))
    sha256 = models.CharField(_("SHA-256 berkas"), max_length=64)
    made_at = models.DateTimeField(_("dibuat"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    aggregate = "tax_export"
    told_from_birth: ClassVar[bool] = True
    figures: ClassVar[Figures] = {
        "shape": ("tax.export:shape",),
        "rows": ("tax.export:rows",),
        "base": ("tax.export:base_rupiah",),
        "amount": ("tax.export:amount_rupiah",),
        "sha256": ("tax.export:sha256",),
        "organisation_id": ("tax.export:unit",),
    }

    class Meta:
        verbose_name = _("berkas pajak")
        ordering = ("-pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(shape__in=["xlsx", "xml"]), name="settlement_taxexport_shape"),
            models.CheckConstraint(condition=Q(period__day=1), name="settlement_taxexport_period"),
        ]

    def __str__(self) -> str:
        return f"{self.period:%m-%Y} {self.shape}"

    @property
    def region_of_record(self) -> int:
        """The region whose log tells of this file."""
        return self.region_id
