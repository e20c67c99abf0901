"""What a vendor shows to be taxed otherwise: SKB, a statement of turnover, the qualification of construction work.

All of it is dated; it counts on the days it is good for, and is judged on the day of the payment.
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class ConstructionClass(models.TextChoices):
    """Qualification of a construction business by its certificate (SBU, PP 9/2022)."""

    SMALL = "SMALL", _("Kecil")
    MEDIUM = "MEDIUM", _("Menengah")
    LARGE = "LARGE", _("Besar")


class SkbCovers(models.TextChoices):
    """Which income taxes a letter (SKB) frees from, by the codes of the tax table."""

    PPH22 = "PPH22", _("PPh 22")
    PPH23 = "PPH23", _("PPh 23")
    BOTH = "PPH22+PPH23", _("PPh 22 dan PPh 23")


class TaxLetters(models.Model):
    """The columns of these letters; each is whole or empty."""

    construction_class = models.CharField(
        _("kualifikasi konstruksi"), max_length=6, choices=ConstructionClass.choices, blank=True
    )
    sbu_number = models.CharField(_("nomor SBU"), max_length=60, blank=True)
    sbu_valid_from = models.DateField(_("SBU berlaku sejak"), null=True, blank=True)
    sbu_valid_to = models.DateField(_("SBU berlaku sampai"), null=True, blank=True)
    skb_number = models.CharField(_("nomor SKB"), max_length=60, blank=True)
    skb_covers = models.CharField(
        _("SKB membebaskan dari"), max_length=11, choices=SkbCovers.choices, blank=True
    )
    skb_valid_from = models.DateField(_("SKB berlaku sejak"), null=True, blank=True)
    skb_valid_to = models.DateField(_("SKB berlaku sampai"), null=True, blank=True)
    statement_year = models.PositiveSmallIntegerField(
        _("tahun pernyataan omzet paling banyak Rp500 juta"), null=True, blank=True
    )

    class Meta:
        abstract = True

    def skb_on(self, day: date) -> list[str]:
        """The income taxes it is freed from on a day; none without a letter that is good then."""
        good = self.skb_number and _within(day, self.skb_valid_from, self.skb_valid_to)
        return self.skb_covers.split("+") if good else []

    def qualification_on(self, day: date) -> str:
        """The qualification a construction business has on a day, as the tax table calls it."""
        good = self.sbu_number and _within(day, self.sbu_valid_from, self.sbu_valid_to)
        return self.construction_class if good else "NONE"


def _within(day: date, first: date | None, last: date | None) -> bool:
    return first is not None and last is not None and first <= day <= last


LETTERS_WHOLE = [
    models.CheckConstraint(
        condition=Q(construction_class="", sbu_number="", sbu_valid_from=None, sbu_valid_to=None)
        | Q(construction_class__in=ConstructionClass.values, sbu_valid_to__gte=F("sbu_valid_from"))
        & ~Q(sbu_number=""),
        name="vendor_sbu_whole",
    ),
    models.CheckConstraint(
        condition=Q(skb_covers="", skb_number="", skb_valid_from=None, skb_valid_to=None)
        | Q(skb_covers__in=SkbCovers.values, skb_valid_to__gte=F("skb_valid_from")) & ~Q(skb_number=""),
        name="vendor_skb_whole",
    ),
]
