"""The log's own key: an Ed25519 key that signs checkpoints under the log's origin.

Outside production the key is made on first use and kept in `STATE_DIR/keys`, readable by the owner alone. In
production give it by `AUDIT_SIGNING_KEY` (base64 of its 32 bytes), or put the file there. A key is never
replaced in silence: a log that has checkpoints and has lost its key stops.
"""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from marketplace.audit import keyfiles
from marketplace.audit.keyfiles import BadKeyFile
from marketplace.audit.models import Checkpoint
from marketplace.audit.notes import Signer, VerifierKey

KEY_FILE: Final = "audit-log.pem"
NEXT_KEY_FILE: Final = "audit-log-next.pem"
RETIRED_FILE: Final = "audit-log-retired.vkeys"


def signer() -> Signer:
    """Return the log's signer. Raises `ImproperlyConfigured` when its key is malformed or lost."""
    return Signer(settings.AUDIT_ORIGIN, _given_key() or _kept_key())


def verifier_keys() -> list[VerifierKey]:
    """Return the keys whose signatures we believe: the present one first, then the retired ones."""
    retired = (*getattr(settings, "AUDIT_RETIRED_VERIFIER_KEYS", ()), *_kept_as_retired())
    return list(dict.fromkeys([signer().verifier, *map(VerifierKey.parse, retired)]))


def next_signer() -> Signer:
    """Return the signer that takes over at the next change of keys, made on first use.

    Raises `ImproperlyConfigured` when the present key comes from the environment, which no program can change.
    """
    if settings.AUDIT_SIGNING_KEY:
        raise ImproperlyConfigured(
            "Kunci log berasal dari AUDIT_SIGNING_KEY, yang tidak dapat diganti program: simpan dahulu sebagai "
            f"{key_path()} dan kosongkan AUDIT_SIGNING_KEY."
        )
    path = _next_path()
    if not path.exists():
        keyfiles.keep(path, Ed25519PrivateKey.generate())
    return Signer(settings.AUDIT_ORIGIN, _read(path))


def take_over(old: VerifierKey) -> None:
    """Put the next key in the place of the present one, whose public side is kept as retired. Safe to repeat."""
    path = _retired_path()
    known = _kept_as_retired()
    if str(old) not in known:
        keyfiles.replace_text(path, "".join(f"{each}\n" for each in [*known, str(old)]))
    _next_path().replace(key_path())


def _next_path() -> Path:
    return key_path().with_name(NEXT_KEY_FILE)


def _retired_path() -> Path:
    return key_path().with_name(RETIRED_FILE)


def _kept_as_retired() -> list[str]:
    path = _retired_path()
    return path.read_text().split() if path.exists() else []


def key_path() -> Path:
    """Return where the log's key is kept when `AUDIT_SIGNING_KEY` does not give it."""
    return Path(settings.STATE_DIR) / "keys" / KEY_FILE


def _given_key() -> Ed25519PrivateKey | None:
    given = getattr(settings, "AUDIT_SIGNING_KEY", "")
    if not given:
        return None
    try:
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(given, validate=True))
    except (binascii.Error, ValueError):
        raise ImproperlyConfigured("AUDIT_SIGNING_KEY harus base64 dari 32 byte kunci Ed25519.") from None


def _kept_key() -> Ed25519PrivateKey:
    path = key_path()
    if not path.exists():
        _make_key(path)
    return _read(path)


def _read(path: Path) -> Ed25519PrivateKey:
    try:
        key = keyfiles.read(path)
    except BadKeyFile as error:
        raise ImproperlyConfigured(str(error)) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ImproperlyConfigured(f"{path} bukan kunci Ed25519.")
    return key


def _make_key(path: Path) -> None:
    if Checkpoint.objects.exists():
        raise ImproperlyConfigured(
            f"Kunci penanda tangan log audit ({path}) hilang, padahal log sudah berisi. "
            "Pulihkan berkas itu dari cadangan, atau isi AUDIT_SIGNING_KEY. Kunci baru tidak dibuat diam-diam."
        )
    keyfiles.keep(path, Ed25519PrivateKey.generate())  # the first process to get here wins
