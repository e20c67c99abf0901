"""Where uploaded spreadsheets and picture archives lie: by the SHA-256 of their bytes, outside everything served."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import IO, Final

from django.core.files.base import File
from django.core.files.storage import Storage, storages

from marketplace.core.transitions import Refused
from vendors.models import ListingUpload

Format = ListingUpload.Format

LARGEST_TABLE: Final = 20 * 1024 * 1024
LARGEST_ARCHIVE: Final = 100 * 1024 * 1024
_MEGABYTE: Final = 1024 * 1024
_ODS_MARK: Final = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in the store: its SHA-256, its size in bytes, and its first bytes."""

    sha256: str
    size: int
    head: bytes


def keep(incoming: File[bytes], *, largest: int) -> Kept:
    """Put a file into the store unless its bytes lie there already. Raises Refused `table_empty`, `file_too_large`."""
    if not incoming.size:
        raise Refused("table_empty", "Berkas kosong.", fix="Isi templat lalu unggah lagi.")
    if incoming.size > largest:
        raise Refused(
            "file_too_large",
            f"Berkas lebih besar dari {largest // _MEGABYTE} MB.",
            fix="Bagi menjadi beberapa berkas.",
        )
    digest, head = hashlib.sha256(), b""
    for piece in incoming.chunks():
        head = head or piece[:200]
        digest.update(piece)
    kept = Kept(digest.hexdigest(), incoming.size, head)
    incoming.seek(0)
    storage, name = _storage(), _name_of(kept.sha256)
    if not storage.exists(name):
        written = storage.save(name, incoming)
        if written != name:
            storage.delete(written)  # another request stored the same bytes meanwhile
    return kept


def opened(sha256: str) -> IO[bytes]:
    """A stored file, open for reading. Raises FileNotFoundError."""
    return _storage().open(_name_of(sha256))


def read(sha256: str) -> bytes:
    """The bytes of a stored file. Raises FileNotFoundError."""
    with opened(sha256) as file:
        return file.read()


def format_of(head: bytes) -> str:
    """What a table is by its first bytes; what is none of the others may still be text."""
    if head.startswith(b"PK\x03\x04"):
        return Format.ODS if _ODS_MARK in head else Format.XLSX
    return Format.XLS if head.startswith(b"\xd0\xcf\x11\xe0") else Format.CSV


def _storage() -> Storage:
    return storages["uploads"]


def _name_of(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"
