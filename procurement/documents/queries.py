"""Reads of papers and who may read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from marketplace.accounts.actors import Actor
from marketplace.audit.models import Entry
from marketplace.workflow.door import Subject, aggregate_of
from procurement.documents import storage
from procurement.documents.models import Paper, SignedCopy
from procurement.documents.parties import officer, signature_of
from procurement.documents.signing import Verdict, chosen_signer, verdicts_of

__all__ = [
    "LogPlace",
    "StoredFile",
    "current_papers_of",
    "file_of",
    "get_paper_for",
    "latest_version_of",
    "log_places_of",
    "may_read",
    "officer",
    "paper_by_token",
    "papers_of",
    "pdf_bytes_of",
    "signature_of",
    "signatures_of",
    "signed_bytes_of",
    "signed_copy_of",
]


def papers_of(subject: Subject) -> QuerySet[Paper]:
    """All versions of all papers about a thing, in the order they were issued."""
    subject_type, subject_id = aggregate_of(subject)
    return Paper.objects.filter(subject_type=subject_type, subject_id=subject_id).order_by("pk")


def current_papers_of(subject: Subject) -> list[Paper]:
    """The latest version of every number about a thing, in the order of their first issue."""
    latest: dict[str, Paper] = {}
    for paper in papers_of(subject):
        latest[paper.number] = paper
    return list(latest.values())


def paper_by_token(token: str) -> Paper:
    """The paper behind a QR code. Raises Paper.DoesNotExist."""
    return Paper.objects.select_related("region").get(token=token)


def latest_version_of(paper: Paper) -> Paper:
    """The version of this number that counts now; the paper itself when there is none later."""
    return Paper.objects.filter(region_id=paper.region_id, number=paper.number).order_by("-version")[0]


@dataclass(frozen=True, slots=True)
class LogPlace:
    """Where the log holds one act on a paper; `leaf_index` is None until the entry is in the tree."""

    act: str
    at: datetime
    leaf_index: int | None


def log_places_of(paper: Paper) -> list[LogPlace]:
    """The paper's entries in the log, oldest first."""
    entries = Entry.objects.filter(aggregate_type=Paper.aggregate, aggregate_id=str(paper.pk))
    rows = entries.order_by("event_no").values_list("act", "at", "leaf__leaf_index")
    return [LogPlace(*row) for row in rows]


def may_read(actor: Actor, paper: Paper) -> bool:
    """Whether the actor may have the PDF: the room of the paper's subject says so (`settings.DOCUMENT_ACCESS`).

    A subject whose room names no function is read by nobody.
    """
    rule = settings.DOCUMENT_ACCESS.get(paper.subject_type)
    return bool(rule and actor.signed_in and import_string(rule)(actor, paper.subject_id))


def get_paper_for(actor: Actor, token: str) -> Paper:
    """The paper behind a token, for one who may read it. Raises Paper.DoesNotExist for everybody else."""
    paper = paper_by_token(token)
    if not may_read(actor, paper):
        raise Paper.DoesNotExist
    return paper


def pdf_bytes_of(paper: Paper) -> bytes:
    """The stored PDF. Raises Paper.DoesNotExist while it is not rendered, storage.Damaged."""
    if not paper.is_rendered:
        raise Paper.DoesNotExist
    return storage.read(paper.pdf_sha256)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One stored PDF of a paper; `sha256` is empty while it is not rendered."""

    sha256: str

    def read(self) -> bytes:
        """Its bytes. Raises storage.Damaged, FileNotFoundError."""
        return storage.read(self.sha256)


def signed_copy_of(paper: Paper) -> SignedCopy | None:
    """The paper's PDF with electronic signatures, when it has one."""
    return SignedCopy.objects.filter(paper=paper).first()


def signed_bytes_of(signed: SignedCopy) -> bytes:
    """The stored signed PDF. Raises storage.Damaged."""
    return storage.read(signed.sha256)


def file_of(paper: Paper) -> list[tuple[str, StoredFile]]:
    """The stored PDFs of a paper with what their names end in: the rendering, and the signed one (`-ttd`)."""
    # without a signed copy the relation raises an AttributeError; `select_related("signed")` asks once for many
    signed: SignedCopy | None = getattr(paper, "signed", None)
    files = [("", StoredFile(paper.pdf_sha256))]
    return [*files, ("-ttd", StoredFile(signed.sha256))] if signed else files


def signatures_of(signed: SignedCopy | None) -> list[Verdict]:
    """The electronic signatures in the signed PDF, each judged against the authorities of this installation."""
    signer = chosen_signer()
    if signed is None or signer is None:
        return []
    return verdicts_of(storage.read(signed.sha256), signer.roots())
