"""What a buyer was shown, which of it led into the basket, and what is kept for ever once it was ordered."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Organisation


class ShownAnswer(models.Model):
    """One page of answers as a buyer saw it: a note of some weeks, pruned unless something of it was chosen.

    Only of people who buy for an agency and never of visitors. Rows are never changed (search/sql.py).
    `content` is canonical JSON (see `search.choices.record`).
    """

    user_id = models.BigIntegerField(_("pembeli"))
    organisation_id = models.BigIntegerField(_("satuan kerja"))
    at = models.DateTimeField(_("waktu"), db_index=True)
    log_size = models.BigIntegerField(_("panjang log saat itu"))
    products = ArrayField(models.BigIntegerField(), verbose_name=_("produk menurut urutan"))
    content = models.TextField(_("isi"))

    class Meta:
        verbose_name = _("jawaban yang ditampilkan")

    def __str__(self) -> str:
        return f"{self.pk}"


class LineChoice(models.Model):
    """From which answer, and from which place in it, a basket line was chosen."""

    line = models.OneToOneField("basket.Line", models.CASCADE, related_name="+")
    shown = models.ForeignKey(ShownAnswer, models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(_("urutan dalam jawaban"))

    class Meta:
        verbose_name = _("asal baris keranjang")

    def __str__(self) -> str:
        return f"{self.line_id} ← {self.shown_id}"


class FrozenChoice(models.Model):
    """The answer an order was chosen from, for ever: append-only, its hash stands in the order's entry in the log.

    `content` is canonical JSON; `sha256` is the hash of exactly these bytes in hexadecimal.
    """

    shown_id = models.BigIntegerField(_("jawaban"), unique=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("dibekukan"))
    question = models.CharField(_("pertanyaan"), max_length=600)
    sha256 = models.CharField(_("sidik"), max_length=64)
    content = models.TextField(_("isi"))

    class Meta:
        verbose_name = _("pilihan beku")
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="frozen_choice_hash")
        ]

    def __str__(self) -> str:
        return self.sha256[:12]
