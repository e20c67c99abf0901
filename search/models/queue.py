"""What a search engine of its own must still be told, the indexes it has, and what was found when they were compared.

Empty, and without any cost, where the search runs on PostgreSQL alone (see docs/decisions/0043).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class IndexGeneration(models.Model):
    """One index built from the cards. While there is any, every change of a card is noted (search/sql.py).

    All generations are told of changes, so that a kept one is right the moment it serves again.
    """

    class Stage(models.TextChoices):
        LOADING = "LOADING", _("sedang diisi")
        SERVING = "SERVING", _("melayani")
        KEPT = "KEPT", _("disimpan")

    index = models.CharField(_("indeks"), max_length=120, unique=True)
    stage = models.CharField(_("tahap"), max_length=8, choices=Stage.choices, default=Stage.LOADING)
    began_at = models.DateTimeField(_("mulai dibangun"))
    served_at = models.DateTimeField(_("mulai melayani"), null=True)
    seconds = models.FloatField(_("lama membangun (detik)"), null=True)
    documents = models.BigIntegerField(_("dokumen saat dibangun"), null=True)
    # What it was built for; another number in the code asks for a rebuild.
    versions = models.JSONField(_("versi"), default=dict)

    class Meta:
        verbose_name = _("generasi indeks")
        constraints = [
            models.UniqueConstraint(
                fields=["stage"], condition=~Q(stage="KEPT"), name="index_one_of_a_stage"
            ),
        ]

    def __str__(self) -> str:
        return self.index


class IndexChange(models.Model):
    """The version of a card that changed while there was an index, and whether the indexes know it.

    One row a listing, written by the database in the transaction of the change. The row stays when it is known: its
    version is what makes a late message powerless. A listing without a row has the version 0.
    """

    listing_id = models.BigIntegerField(primary_key=True)
    version = models.BigIntegerField()
    since = models.DateTimeField(_("menunggu sejak"), null=True, help_text=_("Kosong: indeks sudah tahu."))
    sent_at = models.DateTimeField(_("terakhir dikirim"), null=True)
    attempts = models.PositiveSmallIntegerField(_("percobaan"), db_default=0)
    not_before = models.DateTimeField(_("dicoba lagi"), null=True)
    error = models.CharField(_("alasan ditolak"), max_length=300, blank=True, db_default="")

    class Meta:
        verbose_name = _("perubahan untuk indeks")
        indexes = [
            models.Index(fields=["since"], condition=Q(since__isnull=False), name="index_change_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.listing_id} v{self.version}"


class IndexContact(models.Model):
    """How the last talk with the engine went; one row (id 1) at most."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    reached_at = models.DateTimeField(_("terakhir tersambung"), null=True)
    failed_at = models.DateTimeField(_("terakhir gagal"), null=True)
    failures = models.PositiveIntegerField(_("gagal berturut-turut"), default=0)
    error = models.CharField(_("kesalahan"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("hubungan dengan mesin pencari")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="index_contact_one_row")]

    def __str__(self) -> str:
        return self.error or "ok"


class IndexCheck(models.Model):
    """One comparison of all listings between cards and the serving index: what did not agree, at most some of it."""

    index = models.CharField(_("indeks"), max_length=120)
    began_at = models.DateTimeField(_("waktu"), db_default=Now())
    seconds = models.FloatField(_("lama (detik)"), null=True)
    compared = models.BigIntegerField(_("produk dibandingkan"), default=0)
    wrong = models.BigIntegerField(_("tidak cocok"), default=0)
    # [{"listing": id, "kind": "missing" | "ghost" | "behind" | "ahead", "ours": version, "theirs": version}]
    mismatches = models.JSONField(_("rincian"), default=list)
    repaired_at = models.DateTimeField(_("diperbaiki"), null=True)

    class Meta:
        verbose_name = _("pemeriksaan indeks")

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d %H:%M}: {self.wrong}"
