"""Where evidence files of answers lie: checked, written anew, kept by the SHA-256 of their bytes, outside the web."""

from __future__ import annotations

from hashlib import sha256

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

from marketplace.core.uploads import Upload, checked_document


class Damaged(OSError):
    """Stored bytes are not what their name says; the store needs repair from a backup."""


def _storage() -> Storage:
    return storages["evidence"]


def _name_of(digest: str) -> str:
    return f"follow-up/{digest[:2]}/{digest}"


def keep(content: bytes) -> Upload:
    """Check an uploaded scan and keep its clean copy, before the transaction of its row.

    A file without a row is harmless, a row without a file is not. Raises Refused of `checked_document`.
    """
    upload = checked_document(content)
    storage, name = _storage(), _name_of(upload.sha256)
    if not storage.exists(name):
        written = storage.save(name, ContentFile(upload.content))
        if written != name:
            storage.delete(written)  # another process stored the same bytes meanwhile
    return upload


def read(digest: str) -> bytes:
    """The stored bytes. Raises FileNotFoundError, Damaged."""
    with _storage().open(_name_of(digest)) as file:
        content = bytes(file.read())
    if sha256(content).hexdigest() != digest:
        raise Damaged(f"{digest}: the bytes do not have the SHA-256 of their name")
    return content
