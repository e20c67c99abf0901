"""Keeping scans of papers: the file before the transaction, its row within it."""

from __future__ import annotations

from datetime import datetime

from marketplace.accounts.actors import Actor
from marketplace.core.uploads import Upload, checked_document
from vendors import filing
from vendors.models import Vendor, VendorDocument


def keep_paper(content: bytes) -> Upload:
    """Check an uploaded scan and keep its file. Raises Refused of `checked_document`. Outside a transaction.

    Kept before its row: a file without a row is harmless, a row without a file is not.
    """
    upload = checked_document(content)
    filing.keep(upload)
    return upload


def record_paper(*, actor: Actor, vendor: Vendor, kind: str, upload: Upload, at: datetime) -> VendorDocument:
    """The row of a kept scan, in the transaction of the act that brings it."""
    return VendorDocument.objects.create(
        vendor=vendor,
        kind=kind,
        sha256=upload.sha256,
        media_type=upload.media_type,
        size=len(upload.content),
        uploaded_at=at,
        uploaded_by_id=actor.user_id,
    )
