"""Proofs that fit into a file: entry, place, path to the root, signed checkpoint (C2SP tlog-proof).

One proof convinces anyone who holds the log's public key, without asking us. Several proofs follow one
another in a file; each begins with the same first line. Our proofs carry the entry itself as the `extra`
data, so that a file is complete: the extra data is not believed, it is hashed and must lead to the root.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from marketplace.audit.checkpoints import TreeHead, open_checkpoint
from marketplace.audit.merkle import HASH_BYTES, hash_leaf, verify_inclusion
from marketplace.audit.notes import Note, NoteError, VerifierKey

HEADER: Final = "c2sp.org/tlog-proof@v1"
SUFFIX: Final = ".tlog-proof"
MAX_PATH: Final = 63

_BEGINNING: Final = re.compile(f"^(?={re.escape(HEADER)}$)", re.MULTILINE)


class ProofFileError(ValueError):
    """A proof file is malformed."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Inclusion of one entry in one checkpointed tree."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    entry: bytes | None = None

    def text(self) -> str:
        """Return the proof in its file format."""
        lines = [HEADER]
        if self.entry is not None:
            lines.append(f"extra {_base64(self.entry)}")
        lines.append(f"index {self.index}")
        lines += [_base64(each) for each in self.path]
        return "\n".join(lines) + "\n\n" + self.checkpoint

    @classmethod
    def parse(cls, text: str) -> Proof:
        """Read one proof; believes nothing yet. Raises `ProofFileError`."""
        head, blank, checkpoint = text.partition("\n\n")
        lines = head.split("\n")
        if not blank or lines.pop(0) != HEADER:
            raise ProofFileError(f"a proof begins with {HEADER} and has a checkpoint after an empty line")
        entry = _from_base64(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else None
        match = re.fullmatch(r"index (0|[1-9][0-9]{0,18})", lines.pop(0), re.ASCII) if lines else None
        if not match:
            raise ProofFileError("the index of the entry is missing")
        path = tuple(_from_base64(line) for line in lines)
        if len(path) > MAX_PATH or any(len(each) != HASH_BYTES for each in path):
            raise ProofFileError("the path is a list of at most 63 hashes of 32 bytes")
        try:
            Note.parse(checkpoint)
        except NoteError as error:
            raise ProofFileError(f"the checkpoint cannot be read: {error}") from error
        return cls(int(match[1]), path, checkpoint, entry)

    def head(self) -> TreeHead:
        """Return the tree head this proof is about, without believing it."""
        return TreeHead.parse(Note.parse(self.checkpoint).text)

    def verify(
        self, keys: list[VerifierKey], entry: bytes | None = None, origin: str | None = None
    ) -> TreeHead:
        """Return the tree head in which the entry is included.

        `entry` defaults to the one the proof carries. Raises `NoteError` when the checkpoint is not genuine,
        `ProofError` when the path does not lead to its root, `ProofFileError` when there is no entry to
        check.
        """
        data = self.entry if entry is None else entry
        if data is None:
            raise ProofFileError("the proof does not carry its entry; give it separately")
        head = open_checkpoint(self.checkpoint, keys, origin)
        verify_inclusion(self.index, head.size, hash_leaf(data), self.path, head.root)
        return head


def write(proofs: Iterable[Proof]) -> str:
    """Return the text of a file with these proofs."""
    return "".join(proof.text() for proof in proofs)


def read(text: str) -> list[Proof]:
    """Read a file of one or more proofs. Raises `ProofFileError`."""
    if not text.startswith(HEADER + "\n"):
        raise ProofFileError(f"a proof file begins with {HEADER}")
    return [Proof.parse(each) for each in _BEGINNING.split(text)[1:]]


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _from_base64(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ProofFileError("a line is not base64") from None
    if _base64(data) != text:
        raise ProofFileError("a line is not plain base64")
    return data
