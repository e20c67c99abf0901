"""Personal data at rest (UU PDP 27/2022): encrypted columns, keyed hashes for equality, masks for display."""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest())) for key in keys]
    )


def encrypted(text: str) -> str:
    """`text` under the first field key, as an ASCII token."""
    return _cipher(tuple(settings.FIELD_KEYS)).encrypt(text.encode()).decode()


def decrypted(token: str) -> str:
    """The text behind a token, under any of the field keys. Raises cryptography.fernet.InvalidToken."""
    return _cipher(tuple(settings.FIELD_KEYS)).decrypt(token.encode()).decode()


def keyed_hash(purpose: str, text: str) -> str:
    """HMAC-SHA256 of `text` in hex: equal for equal data within one `purpose`, useless without the key.

    Serves look-ups (is this NIK known?) and log entries, where the data itself must not stand.
    """
    return hmac.new(settings.INDEX_KEY.encode(), f"{purpose}\x00{text}".encode(), hashlib.sha256).hexdigest()


def masked(text: str, keep: int = 4) -> str:
    """`"3171234567890001"` → `"••••••••••••0001"`: what a screen shows without a logged reveal."""
    return "•" * max(len(text) - keep, 0) + text[-keep:] if len(text) > keep else "•" * len(text)


class EncryptedTextField(models.TextField):
    """Text that stands encrypted in the database. It can be read and written, never searched or sorted."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return value if value in (None, "") else encrypted(value)

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:
        return value if value in (None, "") else decrypted(value)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name not in {"isnull"}:
            raise TypeError(f"{self.name} is encrypted and cannot be searched; keep a keyed_hash beside it")
        return super().get_lookup(lookup_name)
