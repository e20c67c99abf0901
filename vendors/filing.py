"""Where the scans of vendors' papers are kept: by their SHA-256, encrypted, and handed out as attachments only."""

from __future__ import annotations

from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.http import HttpResponse

from marketplace.accounts.personal_data import decrypted_bytes, encrypted_bytes
from marketplace.core.uploads import Upload

STORE: Final = "vendor_documents"
_EXTENSIONS: Final = {"application/pdf": ".pdf", "image/webp": ".webp"}


def path_of(sha256: str) -> str:
    """`ab/<sha256>`: where the file with that content is kept."""
    return f"{sha256[:2]}/{sha256}"


def keep(upload: Upload) -> str:
    """Keep a checked file and return its path; the same content is kept once. Outside a transaction."""
    store, path = storages[STORE], path_of(upload.sha256)
    if not store.exists(path):
        store.save(path, ContentFile(encrypted_bytes(upload.content, column=STORE)))
    return path


def opened(sha256: str) -> bytes:
    """The content of a kept file. Raises FileNotFoundError."""
    with storages[STORE].open(path_of(sha256)) as kept:
        return decrypted_bytes(kept.read(), column=STORE)


def attachment(sha256: str, media_type: str, name: str) -> HttpResponse:
    """A kept file for a person who may have it: to be saved, never shown inside the site.

    Args:
        media_type: one of those kept; anything else is a KeyError.
        name: a name of our own making, without extension, letters and dashes only.
    """
    response = HttpResponse(opened(sha256), content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}{_EXTENSIONS[media_type]}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
