"""Tables of the transparency log. What the database guarantees beyond this is in `sql.py`.

An `Entry` is written inside the business transaction. A `Leaf` gives it its place in the Merkle tree
afterwards, in a row of its own, so that an entry is never touched again. A `Checkpoint` is the signed head of
the tree after one pass of the sequencer. A `Tile` holds hashes of the tree in the published form (C2SP
tlog-tiles). A `Cosignature` is a witness's word on a checkpoint, a `Stamp` a time-stamping authority's; an
`Alarm` is what the guards of the log have noticed.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.audit import canonical
from marketplace.audit.columns import CurrentTransactionId, TransactionIdField

MAX_PAYLOAD_BYTES: Final = 65_535
"""Longest entry an entry bundle can carry (C2SP tlog-tiles: big-endian uint16 length)."""


class Entry(models.Model):
    """One act of one actor on one thing, for ever. Append-only; written by `entries.record` alone.

    `payload` is the leaf of the tree: canonical JSON of everything that matters, exactly as hashed. The
    columns repeat it for searching, and add names for reading; names are persons' and therefore stay out of
    the public payload.
    """

    id = models.BigAutoField(primary_key=True)
    xid = TransactionIdField(
        _("nomor transaksi"), db_default=CurrentTransactionId(), editable=False, db_index=True
    )
    at = models.DateTimeField(_("waktu"))
    # The database's own clock, written by a trigger: `at` is what the application says. Null before this was kept.
    recorded_at = models.DateTimeField(_("waktu dicatat"), null=True, editable=False)
    user = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    appointment = models.ForeignKey(
        "accounts.Appointment", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    region = models.ForeignKey(
        "regulation.Region", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    actor_name = models.TextField(_("pelaku"))
    actor_role = models.TextField(_("peran"))
    organisation_name = models.TextField(_("organisasi"), blank=True)
    act = models.TextField(_("perbuatan"))
    aggregate_type = models.TextField(_("jenis berkas"))
    aggregate_id = models.TextField(_("nomor berkas"))
    event_no = models.PositiveIntegerField(_("urutan"))
    deed = models.UUIDField(_("satu perbuatan"))
    payload = models.BinaryField(_("isi"))
    leaf_hash = models.BinaryField(_("sidik daun"))
    mac = models.BinaryField(_("segel"))
    key_id = models.TextField(_("kunci segel"))

    class Meta:
        verbose_name = _("catatan audit")
        verbose_name_plural = _("catatan audit")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["aggregate_type", "aggregate_id", "event_no"], name="audit_entry_event_once"
            ),
            models.CheckConstraint(condition=models.Q(event_no__gte=1), name="audit_entry_event_from_one"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # Equal keys share one index row, and come in the order they were written: a third of the bytes of
            # pairs with the id, by which no page could be read in order anyway (a region's come with those of none).
            models.Index(fields=["region"], name="audit_entry_region"),
            models.Index(fields=["act"], name="audit_entry_act"),
            # what one person did; what the system does, most of the log, costs nothing here
            models.Index(fields=["user"], name="audit_entry_user", condition=models.Q(user__isnull=False)),
            BrinIndex(fields=["at"], name="audit_entry_at"),
        ]

    def __str__(self) -> str:
        return f"{self.aggregate_type}/{self.aggregate_id}#{self.event_no} {self.act}"

    @property
    def content(self) -> dict[str, Any]:
        """The whole entry as it was hashed.

        Raises `canonical.NotCanonical` when the bytes were tampered with.
        """
        content = canonical.decode(bytes(self.payload))
        if not isinstance(content, dict):
            raise canonical.NotCanonical("an entry is a JSON object")
        return content

    @property
    def facts(self) -> dict[str, Any]:
        """The facts of the act."""
        facts: dict[str, Any] = self.content["facts"]
        return facts


class Leaf(models.Model):
    """The place of one entry in the tree. `leaf_index` counts from 0 without a gap."""

    leaf_index = models.BigIntegerField(_("nomor daun"), primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="leaf", verbose_name=_("catatan"))
    leaf_hash = models.BinaryField(_("sidik daun"))

    class Meta:
        verbose_name = _("daun")
        verbose_name_plural = _("daun")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=models.Q(leaf_index__gte=0), name="audit_leaf_from_zero"),
        ]

    def __str__(self) -> str:
        return str(self.leaf_index)


class Checkpoint(models.Model):
    """A signed head of the tree, and what the sequencer needs to go on from it without rereading the log."""

    id = models.BigAutoField(primary_key=True)
    size = models.BigIntegerField(_("jumlah daun"), unique=True)
    root = models.BinaryField(_("sidik akar"))
    note = models.TextField(_("naskah bertanda tangan"))
    compact_range = models.BinaryField(_("tepi kanan pohon"))
    at = models.DateTimeField(_("waktu"))
    # Where the next scan may begin; void when the database was restored into another cluster or timeline.
    scan_from_xid = TransactionIdField()
    scan_running = ArrayField(models.BigIntegerField(), default=list)
    scan_after_id = models.BigIntegerField(default=0)
    system_identifier = models.TextField()
    timeline = models.IntegerField()

    class Meta:
        verbose_name = _("titik periksa")
        verbose_name_plural = _("titik periksa")
        get_latest_by = "size"
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=models.Q(size__gte=1), name="audit_checkpoint_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.size}"


class Tile(models.Model):
    """Up to 256 consecutive hashes of one level of the tree.

    Full tiles are final; the right edge only grows.
    """

    pk = models.CompositePrimaryKey("level", "index")
    level = models.SmallIntegerField(_("tingkat"))
    index = models.BigIntegerField(_("nomor"))
    width = models.SmallIntegerField(_("lebar"))
    data = models.BinaryField(_("sidik-sidik"))

    class Meta:
        verbose_name = _("ubin")
        verbose_name_plural = _("ubin")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(level__gte=0, level__lte=7, index__gte=0, width__gte=1, width__lte=256),
                name="audit_tile_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level}/{self.index}.p/{self.width}"


class Cosignature(models.Model):
    """One witness's signature of one checkpoint (C2SP tlog-cosignature), as a line of the published note."""

    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="cosignatures")
    witness = models.TextField(_("saksi"))
    key_hash = models.TextField(_("sidik kunci"))
    at = models.DateTimeField(_("waktu disaksikan"))
    line = models.TextField(_("baris tanda tangan"))

    class Meta:
        verbose_name = _("tanda tangan saksi")
        verbose_name_plural = _("tanda tangan saksi")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["checkpoint", "witness", "key_hash"], name="audit_cosignature_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.witness}: {self.checkpoint_id}"


class Stamp(models.Model):
    """A time-stamping authority's word (RFC 3161) that a checkpoint existed at a moment; one a day is fetched."""

    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="stamps")
    day = models.DateField(_("hari"), unique=True)
    at = models.DateTimeField(_("waktu pada stempel"))
    authority = models.TextField(_("otoritas"))
    response = models.BinaryField(_("jawaban otoritas"))

    class Meta:
        verbose_name = _("stempel waktu")
        verbose_name_plural = _("stempel waktu")

    def __str__(self) -> str:
        return f"{self.day}"


class Alarm(models.Model):
    """Something the guards of the log have noticed: a witness that refuses or is silent. Append-only."""

    class Code(models.TextChoices):
        """What was noticed."""

        WITNESS_REFUSED = "witness_refused", _("saksi menolak")
        WITNESS_AHEAD = "witness_ahead", _("saksi sudah melihat log yang lebih panjang")
        WITNESS_UNKNOWN = "witness_unknown", _("jawaban saksi tidak sah")
        WITNESS_SILENT = "witness_silent", _("saksi tidak menjawab")
        STAMP_FAILED = "stamp_failed", _("stempel waktu gagal")

    at = models.DateTimeField(_("waktu"))
    code = models.TextField(_("jenis"), choices=Code.choices)
    place = models.TextField(_("tempat"))
    told = models.TextField(_("keterangan"))

    class Meta:
        verbose_name = _("alarm log")
        verbose_name_plural = _("alarm log")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["code", "place", "-at"], name="audit_alarm_last"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.place}"
