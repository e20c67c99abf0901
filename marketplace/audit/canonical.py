"""One byte sequence for one JSON value (RFC 8785, restricted to integers).

What the log hashes must come out the same in every program that reads it, for ever. RFC 8785 (JCS) gives
that: object keys sorted, no white space, UTF-8, one way to escape. We leave out fractions altogether, because
whole rupiah need none and number formatting is where implementations disagree. Keys are printable ASCII, so
that sorting by code point and sorting by UTF-16 unit are the same thing.
"""

from __future__ import annotations

import json
from typing import Any, Final

MAX_INTEGER: Final = 2**53 - 1
"""Largest integer every JSON reader keeps exact (RFC 8785 §3.2.2.3, RFC 7493 §2.2)."""

MAX_DEPTH: Final = 8
"""Facts are records, not documents; deeper nesting is a mistake."""


class NotCanonical(ValueError):
    """A value cannot be written into the log: the message names the place and the remedy."""


def encode(value: object) -> bytes:
    """Return the canonical UTF-8 bytes of a JSON value. Raises `NotCanonical` for anything else."""
    if not _is_plain(value, 0):
        _complain(value, "$", 0)
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonical(f"text holds half a surrogate pair at character {error.start}") from error


def decode(data: bytes) -> Any:
    """Read canonical bytes back, refusing bytes that `encode` would not have written.

    Raises `NotCanonical`.
    """
    try:
        value = json.loads(data)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise NotCanonical(f"not JSON: {error}") from error
    if encode(value) != data:
        raise NotCanonical("not in canonical form")
    return value


def _is_plain(value: object, depth: int) -> bool:
    """Whether a value can be written: the quick look, for nearly every value can."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        return -MAX_INTEGER <= value <= MAX_INTEGER  # type: ignore[operator]
    if depth >= MAX_DEPTH:
        return False
    if kind is dict:
        return all(
            type(key) is str and key.isascii() and key.isprintable() and _is_plain(member, depth + 1)
            for key, member in value.items()  # type: ignore[attr-defined]
        )
    if kind is list or kind is tuple:
        return all(_is_plain(member, depth + 1) for member in value)  # type: ignore[attr-defined]
    return False


def _complain(value: object, where: str, depth: int) -> None:
    """Raise `NotCanonical` with the place of what cannot be written; subclasses of plain types can."""
    if value is None or isinstance(value, (str, bool)):
        return
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise NotCanonical(f"{where}: {value} is beyond 2^53-1; write it as text")
        return
    if depth >= MAX_DEPTH:
        raise NotCanonical(f"{where}: nested deeper than {MAX_DEPTH}")
    if isinstance(value, dict):
        for key, member in value.items():
            if not (isinstance(key, str) and key.isascii() and key.isprintable()):
                raise NotCanonical(f"{where}: key {key!r} must be printable ASCII text")
            _complain(member, f"{where}.{key}", depth + 1)
        return
    if isinstance(value, (list, tuple)):
        for index, member in enumerate(value):
            _complain(member, f"{where}[{index}]", depth + 1)
        return
    raise NotCanonical(
        f"{where}: {type(value).__name__} is not plain JSON; "
        "write dates, UUIDs and decimals as text and money as whole rupiah"
    )
