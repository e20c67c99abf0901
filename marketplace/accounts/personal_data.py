"""Personal data at rest (UU PDP 27/2022): encrypted columns, keyed hashes for equality, masks for display.

A token says under which key it stands and opens only in the column it was made for:
`v2.<key id>.<base64url of nonce, ciphertext and tag>` (AES-256-GCM, the column as associated data). Tokens without that
beginning are of the former kind (Fernet) and are still read; `manage.py rotate_field_keys` writes all anew.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models

_MARK = "v2."
_NONCE_BYTES = 12


def field_keys() -> dict[str, str]:
    """Key id → secret of `settings.FIELD_KEYS`, the one that encrypts first. An entry without an id has the id 1."""
    pairs = (entry.rpartition(":")[::2] for entry in settings.FIELD_KEYS)
    return {key_id or "1": secret for key_id, secret in pairs}


def current_key_id() -> str:
    """The id of the key that encrypts now."""
    return next(iter(field_keys()))


def key_id_of(token: str) -> str:
    """Under which key a token stands; empty for one of the former kind."""
    return token.split(".", 2)[1] if token.startswith(_MARK) else ""


@lru_cache(maxsize=16)
def _cipher(secret: str) -> AESGCM:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"e-order field key").derive(
        secret.encode()
    )
    return AESGCM(derived)


@lru_cache(maxsize=4)
def _former(secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest())) for key in secrets]
    )


def encrypted_bytes(content: bytes, *, column: str) -> bytes:
    """`content` under the current key, bound to `column`: nonce, ciphertext and tag, led by the key's id."""
    key_id = current_key_id()
    nonce = os.urandom(_NONCE_BYTES)
    sealed = _cipher(field_keys()[key_id]).encrypt(nonce, content, _bound(key_id, column))
    return key_id.encode() + b"." + nonce + sealed


def decrypted_bytes(sealed: bytes, *, column: str) -> bytes:
    """The content behind `encrypted_bytes`. Raises InvalidToken for a foreign key, another column or a changed byte."""
    key_id, _dot, rest = sealed.partition(b".")
    secret = field_keys().get(key_id.decode(errors="replace"))
    if secret is None:
        raise InvalidToken
    try:
        return _cipher(secret).decrypt(
            rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], _bound(key_id.decode(), column)
        )
    except (InvalidTag, ValueError) as wrong:
        raise InvalidToken from wrong


def _bound(key_id: str, column: str) -> bytes:
    return f"{key_id}\x00{column}".encode()


def encrypted(text: str, *, column: str = "") -> str:
    """`text` under the current key as an ASCII token that opens only for `column` (`table.column`)."""
    key_id, _dot, sealed = encrypted_bytes(text.encode(), column=column).partition(b".")
    return f"{_MARK}{key_id.decode()}.{base64.urlsafe_b64encode(sealed).decode()}"


def decrypted(token: str, *, column: str = "") -> str:
    """The text behind a token, under any of the field keys. Raises cryptography.fernet.InvalidToken."""
    if not token.startswith(_MARK):
        return _former(tuple(field_keys().values())).decrypt(token.encode()).decode()
    key_id, _dot, packed = token.removeprefix(_MARK).partition(".")
    try:
        sealed = base64.urlsafe_b64decode(packed)
    except ValueError as wrong:
        raise InvalidToken from wrong
    return decrypted_bytes(key_id.encode() + b"." + sealed, column=column).decode()


def keyed_hash(purpose: str, text: str) -> str:
    """HMAC-SHA256 of `text` in hex: equal for equal data within one `purpose`, useless without the key.

    Serves look-ups (is this NIK known?) and log entries, where the data itself must not stand.
    """
    return hmac.new(settings.INDEX_KEY.encode(), f"{purpose}\x00{text}".encode(), hashlib.sha256).hexdigest()


def masked(text: str, keep: int = 4) -> str:
    """`"3171234567890001"` → `"••••••••••••0001"`: what a screen shows without a logged reveal."""
    hidden = len(text) - keep if len(text) > keep else len(text)
    return "•" * hidden + text[hidden:]


class EncryptedTextField(models.TextField):
    """Text that stands encrypted in the database. It can be read and written, never searched or sorted."""

    @property
    def bound_to(self) -> str:
        """The column a token is bound to, `table.column`."""
        return f"{self.model._meta.db_table}.{self.column}"

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return value if value in (None, "") else encrypted(value, column=self.bound_to)

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:
        return value if value in (None, "") else decrypted(value, column=self.bound_to)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name not in {"isnull"}:
            raise TypeError(f"{self.name} is encrypted and cannot be searched; keep a keyed_hash beside it")
        return super().get_lookup(lookup_name)
