"""Where PDFs lie: by the SHA-256 of their bytes, written once, never below an address the web serves."""

from __future__ import annotations

from hashlib import sha256

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages


class Damaged(OSError):
    """Stored bytes are not what their name says; the storage needs repair from a backup."""


def _storage() -> Storage:
    return storages["papers"]


def name_of(digest: str) -> str:
    """The place of the file with that SHA-256: two letters of it make the folder."""
    return f"{digest[:2]}/{digest}.pdf"


def keep(pdf: bytes) -> str:
    """Store bytes unless they are there; return their SHA-256 in hex."""
    digest = sha256(pdf).hexdigest()
    storage, name = _storage(), name_of(digest)
    if not storage.exists(name):
        written = storage.save(name, ContentFile(pdf))
        if written != name:
            # another worker stored the same bytes meanwhile, and the storage made a second name
            storage.delete(written)
    return digest


def read(digest: str) -> bytes:
    """Return the stored bytes. Raises FileNotFoundError, Damaged."""
    with _storage().open(name_of(digest)) as file:
        pdf = bytes(file.read())
    if sha256(pdf).hexdigest() != digest:
        raise Damaged(f"{name_of(digest)}: the bytes do not have the SHA-256 of their name")
    return pdf
