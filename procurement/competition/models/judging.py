"""How opened offers were judged and what came of it. Append-only: a verdict or a decision is never rewritten."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procurement.competition.models.competition import Competition, RequestLine
from procurement.competition.models.offers import Offer
from procurement.purchasing.models import Purchase


class Verdict(models.Model):
    """The three verdicts on one offer, for one line where the winner is found per item (`line`), else for the whole."""

    competition = models.ForeignKey(Competition, models.PROTECT, related_name="verdicts")
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="verdicts")
    line = models.ForeignKey(RequestLine, models.PROTECT, null=True, blank=True, related_name="verdicts")
    rank = models.PositiveSmallIntegerField(_("peringkat"))
    administrative = models.BooleanField(_("administrasi"))
    technical = models.BooleanField(_("teknis"))
    price = models.BooleanField(_("kewajaran harga"))
    administrative_note = models.CharField(_("catatan administrasi"), max_length=500, blank=True)
    technical_note = models.CharField(_("catatan teknis"), max_length=500, blank=True)
    price_note = models.CharField(_("catatan harga"), max_length=500, blank=True)
    at = models.DateTimeField(_("dinilai"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("penilaian penawaran")
        ordering = ("competition_id", "line", "rank")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["offer", "line"], name="verdict_once", nulls_distinct=False),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id}: {self.passed}"

    @property
    def passed(self) -> bool:
        """Whether the offer wins what it was judged for."""
        return self.administrative and self.technical and self.price


class PriceQuery(models.Model):
    """A vendor is asked how a very low price comes about."""

    offer = models.OneToOneField(Offer, models.PROTECT, related_name="price_query")
    at = models.DateTimeField(_("diminta"))
    due_at = models.DateTimeField(_("dijawab paling lambat"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("permintaan rincian harga")

    def __str__(self) -> str:
        return str(self.offer_id)


class PriceReply(models.Model):
    """How the vendor explains its price."""

    query = models.OneToOneField(PriceQuery, models.PROTECT, related_name="reply")
    text = models.TextField(_("rincian harga"))
    at = models.DateTimeField(_("dijawab"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("rincian harga")

    def __str__(self) -> str:
        return str(self.query_id)


class Award(models.Model):
    """What one offer won: a line, or the whole (`line` empty). `amount` in whole rupiah before tax, with shipping."""

    competition = models.ForeignKey(Competition, models.PROTECT, related_name="awards")
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="awards")
    line = models.ForeignKey(RequestLine, models.PROTECT, null=True, blank=True, related_name="awards")
    rank = models.PositiveSmallIntegerField(_("peringkat"))
    amount = models.BigIntegerField(_("nilai"))
    purchase = models.ForeignKey(Purchase, models.PROTECT, null=True, blank=True, related_name="awards")

    class Meta:
        verbose_name = _("pemenang")
        ordering = ("competition_id", "line")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["competition", "line"], name="award_once", nulls_distinct=False),
            models.CheckConstraint(condition=Q(amount__gt=0), name="award_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id}: {self.amount}"


class Outcome(models.Model):
    """What a bidder is told at the end, in plain words: won, or why not."""

    offer = models.OneToOneField(Offer, models.PROTECT, related_name="outcome")
    won = models.BooleanField(_("menang"))
    rank = models.PositiveSmallIntegerField(_("peringkat"))
    text = models.TextField(_("penjelasan"))

    class Meta:
        verbose_name = _("hasil untuk penyedia")

    def __str__(self) -> str:
        return f"{self.offer_id}: {self.won}"
