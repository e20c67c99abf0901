"""Questions of the invited and the buyer's answers, read by all of them. Append-only."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from procurement.competition.models.competition import Competition
from vendors.models import Vendor


class Question(models.Model):
    """What a vendor asks; vendors are not shown who asked."""

    competition = models.ForeignKey(Competition, models.PROTECT, related_name="questions")
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="+")
    text = models.TextField(_("pertanyaan"))
    at = models.DateTimeField(_("ditanyakan"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("pertanyaan")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.text[:60]


class Answer(models.Model):
    """The buyer's answer; there is one, and it stands."""

    question = models.OneToOneField(Question, models.PROTECT, related_name="answer")
    text = models.TextField(_("jawaban"))
    at = models.DateTimeField(_("dijawab"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("jawaban")

    def __str__(self) -> str:
        return self.text[:60]
