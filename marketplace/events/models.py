"""Durable jobs, cursors of log readers, and notices to people."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import LABELS, Role
from marketplace.audit.models import Entry

AT_ONCE: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""`run_at` of a job that may run as soon as it is committed, whatever the clock says."""


class Job(models.Model):
    """Work to be done once, later, whatever happens to the process that does it.

    `run_at` is business time (`core.clock`); leases and backoff are the database's time, the one clock that all
    workers share. A job is waiting, held (`locked_by`), done, or parked (`failed_at`).
    """

    kind = models.CharField(_("jenis"), max_length=60)
    key = models.CharField(_("kunci"), max_length=120, help_text=_("Satu pekerjaan per jenis dan kunci."))
    payload = models.JSONField(_("isi"), default=dict)
    created_at = models.DateTimeField(_("dibuat"), db_default=Now())
    run_at = models.DateTimeField(_("dijadwalkan"), default=AT_ONCE)
    attempts = models.PositiveSmallIntegerField(_("percobaan"), default=0)
    locked_by = models.CharField(_("dikerjakan oleh"), max_length=32, blank=True)
    locked_until = models.DateTimeField(_("sampai"), null=True, blank=True)
    done_at = models.DateTimeField(_("selesai"), null=True, blank=True)
    failed_at = models.DateTimeField(_("terparkir"), null=True, blank=True)
    last_error = models.CharField(_("kesalahan terakhir"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("pekerjaan")
        verbose_name_plural = _("pekerjaan")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "key"], name="job_once_by_key"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(failed_at__isnull=True), name="job_done_or_parked"
            ),
            models.CheckConstraint(
                condition=Q(locked_by="") | Q(locked_until__isnull=False), name="job_held_until_a_moment"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["run_at", "id"],
                condition=Q(done_at__isnull=True, failed_at__isnull=True),
                name="job_waiting",
            ),
            models.Index(fields=["locked_until"], condition=~Q(locked_by=""), name="job_held"),
            models.Index(fields=["failed_at"], condition=Q(failed_at__isnull=False), name="job_parked"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class ReaderCursor(models.Model):
    """How far a reader of the log has come: the next leaf it has not seen."""

    name = models.CharField(_("pembaca"), max_length=60, primary_key=True)
    next_leaf = models.BigIntegerField(_("daun berikut"), default=0)
    updated_at = models.DateTimeField(_("diperbarui"), db_default=Now())

    class Meta:
        verbose_name = _("penanda pembaca log")
        verbose_name_plural = _("penanda pembaca log")

    def __str__(self) -> str:
        return f"{self.name} → {self.next_leaf}"


class ParkedEntry(models.Model):
    """An entry a reader could not handle: set aside so that the cursor goes on, and shown to operators."""

    reader = models.CharField(_("pembaca"), max_length=60)
    leaf_index = models.BigIntegerField(_("nomor daun"))
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+", verbose_name=_("catatan"))
    attempts = models.PositiveSmallIntegerField(_("percobaan"), default=1)
    last_error = models.CharField(_("kesalahan terakhir"), max_length=300)
    parked_at = models.DateTimeField(_("terparkir"), db_default=Now())
    resolved_at = models.DateTimeField(_("teratasi"), null=True, blank=True)

    class Meta:
        verbose_name = _("catatan terparkir")
        verbose_name_plural = _("catatan terparkir")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["reader", "leaf_index"], name="parked_entry_once"),
        ]

    def __str__(self) -> str:
        return f"{self.reader} #{self.leaf_index}"


class Notice(models.Model):
    """A sentence in somebody's in-tray: a person's, or an office's (a role in an organisation).

    An office's notice is one row that its holders share, like a letter in the office's tray: who holds the office
    tomorrow finds it there, and once read it is read.
    """

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+", verbose_name=_("catatan"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="notices"
    )
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="notices"
    )
    role = models.CharField(
        _("peran"), max_length=10, blank=True, choices=[(role.value, LABELS[role]) for role in Role]
    )
    sentence = models.TextField(_("kalimat"))
    url = models.CharField(_("alamat"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("waktu"))
    read_at = models.DateTimeField(_("dibaca"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("dikirim lewat surel"), null=True, blank=True)

    class Meta:
        verbose_name = _("kabar")
        verbose_name_plural = _("kabar")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, organisation__isnull=True, role="")
                | (Q(user__isnull=True, organisation__isnull=False) & ~Q(role="")),
                name="notice_to_person_or_office",
            ),
            models.UniqueConstraint(
                fields=["entry", "user", "organisation", "role"],
                name="notice_once_to_each",
                nulls_distinct=False,
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "-id"], condition=Q(user__isnull=False), name="notice_to_person"),
            models.Index(
                fields=["organisation", "role", "-id"],
                condition=Q(user__isnull=True),
                name="notice_to_office",
            ),
        ]

    def __str__(self) -> str:
        return self.sentence
