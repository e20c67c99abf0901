"""Papers: numbered, frozen facts whose PDF is rendered once."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.accounts.personal_data import EncryptedTextField
from marketplace.core.transitions import MoveTable
from marketplace.regulation.models import Region
from marketplace.workflow.models import Aggregate, Figures, StateField, state_check
from procurement.documents.kinds import KINDS, Kind
from procurement.documents.workflow import PAPER, RENDERED


class PaperCounter(models.Model):
    """The last number given to a kind of paper in a region and year; its row lock makes numbers gap-free."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    kind = models.CharField(_("jenis"), max_length=24)
    year = models.PositiveSmallIntegerField(_("tahun"))
    last = models.PositiveIntegerField(_("nomor terakhir"))

    class Meta:
        verbose_name = _("penghitung nomor")
        verbose_name_plural = _("penghitung nomor")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["region", "kind", "year"], name="paper_counter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}: {self.last}"


class Paper(Aggregate):
    """One version of one numbered paper about a subject (a purchase, mostly).

    `facts_text` holds everything printed, as JSON, encrypted because names, tax numbers and accounts stand in it;
    `facts_sha256` binds it, with kind, number, version and token, to the log and to the footer of the print.
    """

    aggregate: ClassVar[str] = "paper"
    moves: ClassVar[MoveTable] = PAPER
    figures: ClassVar[Figures] = {
        "number": ("paper.issue:number", "paper.void:number"),
        "version": ("paper.issue:version", "paper.void:version"),
        "facts_sha256": ("paper.issue:facts_sha256", "paper.void:facts_sha256"),
        "pdf_sha256": ("paper.render:pdf_sha256",),
        "pdf_bytes": ("paper.render:pdf_bytes",),
    }

    state = StateField(PAPER)
    kind = models.CharField(_("jenis"), max_length=24, choices=[(kind.code, kind.title) for kind in KINDS])
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("tahun"))
    sequence = models.PositiveIntegerField(_("urutan"))
    number = models.CharField(_("nomor"), max_length=120)
    version = models.PositiveSmallIntegerField(_("versi"), default=1)
    is_void = models.BooleanField(_("batal"), default=False)
    subject_type = models.CharField(_("jenis berkas"), max_length=40)
    subject_id = models.CharField(_("nomor berkas"), max_length=40)
    facts_text = EncryptedTextField(_("fakta"))
    facts_sha256 = models.CharField(_("sidik fakta"), max_length=64)
    token = models.CharField(_("kunci verifikasi"), max_length=43, unique=True)
    issued_at = models.DateTimeField(_("diterbitkan"))
    pdf_sha256 = models.CharField(_("sidik naskah"), max_length=64, blank=True)
    pdf_bytes = models.PositiveIntegerField(_("ukuran"), default=0)

    class Meta:
        verbose_name = _("dokumen")
        verbose_name_plural = _("dokumen")
        constraints: ClassVar[list[Any]] = [
            state_check(PAPER, "paper_state"),
            models.UniqueConstraint(fields=["region", "number", "version"], name="paper_number_once"),
            models.UniqueConstraint(
                fields=["region", "kind", "year", "sequence", "version"], name="paper_sequence_once"
            ),
            models.CheckConstraint(
                condition=~Q(state=RENDERED) | Q(pdf_sha256__regex=r"^[0-9a-f]{64}$"),
                name="paper_rendered_has_pdf",
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="paper_version_from_one"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["subject_type", "subject_id"], name="paper_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind_of.title} {self.number}"

    @property
    def facts(self) -> dict[str, Any]:
        """Everything the paper says, as it was frozen when it was issued."""
        facts: dict[str, Any] = json.loads(self.facts_text)
        return facts

    @property
    def kind_of(self) -> Kind:
        """What kind of paper this is."""
        return Kind.of(self.kind)

    @property
    def is_rendered(self) -> bool:
        """Whether its PDF is stored."""
        return self.state == RENDERED

    @property
    def verify_url(self) -> str:
        """Address of the public page that proves the paper, without the site."""
        return reverse("paper_verify", args=[self.token])

    @property
    def download_url(self) -> str:
        """Address of the PDF, for those who may read it."""
        return reverse("paper_download", args=[self.token])


class SignedCopy(models.Model):
    """The PDF of a paper with its electronic signatures; the unsigned rendering stays beside it. Append-only."""

    paper = models.OneToOneField(Paper, models.PROTECT, related_name="signed")
    sha256 = models.CharField(_("sidik naskah bertanda tangan"), max_length=64)
    size = models.PositiveIntegerField(_("ukuran (bita)"))
    level = models.CharField(_("tingkat PAdES"), max_length=4)
    serials = models.JSONField(_("nomor seri sertifikat"))
    signed_at = models.DateTimeField(_("ditandatangani"))

    class Meta:
        verbose_name = _("naskah bertanda tangan")
        verbose_name_plural = _("naskah bertanda tangan")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="signed_copy_sha256"),
            models.CheckConstraint(condition=Q(level__in=["B-B", "B-T"]), name="signed_copy_level"),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id}: {self.sha256[:12]}"


class Certificate(models.Model):
    """A certificate of the local authority with its private key; without a holder it is the authority's own."""

    holder = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, verbose_name=_("pemegang"))
    office = models.CharField(_("nama dan jabatan"), max_length=250)
    serial = models.CharField(_("nomor seri"), max_length=40, unique=True)
    pem = models.TextField(_("sertifikat"))
    key_text = EncryptedTextField(_("kunci"))
    valid_from = models.DateTimeField(_("berlaku sejak"))
    valid_until = models.DateTimeField(_("berlaku sampai"))

    class Meta:
        verbose_name = _("sertifikat elektronik")
        verbose_name_plural = _("sertifikat elektronik")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["holder", "office"], name="certificate_holder_office"),
        ]

    def __str__(self) -> str:
        return self.serial
