"""A ZIP whose bytes depend on its files alone: same files, same archive, on any day."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

MANIFEST: Final = "manifest.json"
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)
_READABLE: Final = 0o100644 << 16
_UNIX: Final = 3


def listing(files: Mapping[str, bytes]) -> dict[str, Any]:
    """Path → SHA-256 and size of each file, for the manifest."""
    return {
        name: {"sha256": sha256(data).hexdigest(), "bytes": len(data)} for name, data in sorted(files.items())
    }


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The archive, its files in the order of their names."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = _UNIX, _READABLE
            archive.writestr(entry, data)
    return buffer.getvalue()
