"""The body of a checkpoint: origin, size and root of the tree (C2SP tlog-checkpoint)."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from marketplace.audit.merkle import HASH_BYTES, MAX_SIZE
from marketplace.audit.notes import Note, NoteError, VerifierKey


@dataclass(frozen=True, slots=True)
class TreeHead:
    """What a log signs: who it is, how many leaves it has, and the root over them."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        lines = (self.origin, *self.extensions)
        if any(not line or "\n" in line for line in lines):
            raise NoteError("a checkpoint has no empty lines")
        if not 0 <= self.size <= MAX_SIZE or len(self.root) != HASH_BYTES:
            raise NoteError("a checkpoint has a size and a root of 32 bytes")

    def text(self) -> str:
        """Return the text to sign."""
        root = base64.b64encode(self.root).decode()
        return "".join(f"{line}\n" for line in (self.origin, self.size, root, *self.extensions))

    @classmethod
    def parse(cls, text: str) -> TreeHead:
        """Read a checkpoint's text. Raises `NoteError`."""
        lines = text.split("\n")
        if len(lines) < 4 or lines.pop():
            raise NoteError("a checkpoint has three lines or more and ends in a newline")
        origin, size, root, *extensions = lines
        if not re.fullmatch(r"0|[1-9][0-9]{0,18}", size, re.ASCII):
            raise NoteError("the size of the tree is a decimal number without leading zeroes")
        return cls(origin, int(size), _hash(root), tuple(extensions))


def open_checkpoint(data: str | bytes, keys: list[VerifierKey], origin: str | None = None) -> TreeHead:
    """Return the tree head of a checkpoint that one of the keys signed.

    `origin` defaults to the name of the first key, as the log's key name matches its origin. Raises
    `NoteError`.
    """
    note = Note.parse(data)
    note.verified_by(keys)
    head = TreeHead.parse(note.text)
    expected = origin or keys[0].name
    if head.origin != expected:
        raise NoteError(f"the checkpoint is of {head.origin}, not of {expected}")
    return head


def _hash(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoteError("the root is not base64") from None
    if len(data) != HASH_BYTES or base64.b64encode(data).decode() != text:
        raise NoteError("the root is not the base64 of 32 bytes")
    return data
