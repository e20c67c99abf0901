"""Private keys in files that only their owner may read. Pure Python."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)


class PrivateKey(Protocol):
    """What every private key of `cryptography` can do."""

    def private_bytes(
        self, encoding: Encoding, format: PrivateFormat, encryption_algorithm: KeySerializationEncryption
    ) -> bytes:
        """Return the key in a form for files."""


class BadKeyFile(ValueError):
    """A key file cannot be used; the message says which and why, in Indonesian."""


def keep(path: Path, private: PrivateKey) -> bool:
    """Write a new key, durably and whole, readable by its owner alone; False when there is one already.

    A key that is there is never overwritten; of several processes the first wins. Raises `OSError`.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    data = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        return False
    finally:
        fresh.unlink()
    return True


def read(path: Path) -> object:
    """Return the private key in a file. Raises `OSError`, `BadKeyFile`."""
    try:
        return load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError):
        raise BadKeyFile(f"{path} bukan berkas kunci yang utuh.") from None


def replace_text(path: Path, text: str) -> None:
    """Write a small file durably and whole, in the place of the one before. Raises `OSError`."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with fresh.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def others_may_read(path: Path) -> bool:
    """Whether anyone but the owner has a right to the file."""
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)
