"""What log and witness say to each other (C2SP tlog-witness `add-checkpoint`). Pure Python."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from marketplace.audit.merkle import HASH_BYTES

ADD_CHECKPOINT: Final = "/add-checkpoint"
SIZE_TYPE: Final = "text/x.tlog.size"
MAX_PROOF: Final = 63
MAX_BODY_BYTES: Final = 64 * 1024
"""The longest proof takes 2,900 bytes; a checkpoint with a hundred signatures takes the rest."""

_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


class ProtocolError(ValueError):
    """A request or answer is not what the protocol says."""


@dataclass(frozen=True, slots=True)
class Submission:
    """A checkpoint handed to a witness: the size it saw last, the proof from there, the signed note."""

    old_size: int
    proof: tuple[bytes, ...]
    checkpoint: str

    def text(self) -> str:
        """Return the body of the request."""
        lines = [f"old {self.old_size}", *(base64.b64encode(each).decode() for each in self.proof)]
        return "\n".join(lines) + "\n\n" + self.checkpoint

    @classmethod
    def parse(cls, data: bytes) -> Submission:
        """Read the body of a request; believes nothing yet. Raises `ProtocolError`."""
        try:
            head, blank, checkpoint = data.decode().partition("\n\n")
        except UnicodeDecodeError:
            raise ProtocolError("the request is not UTF-8") from None
        first, *lines = head.split("\n")
        if not blank or not first.startswith("old "):
            raise ProtocolError("a request begins with the old size and has a checkpoint after an empty line")
        if len(lines) > MAX_PROOF:
            raise ProtocolError(f"a proof has at most {MAX_PROOF} lines")
        return cls(parse_size(first[4:]), tuple(map(_hash, lines)), checkpoint)


def parse_size(text: str) -> int:
    """Return the size of a tree, written in decimal without leading zeroes. Raises `ProtocolError`."""
    if not _SIZE.fullmatch(text) or int(text) >= 2**63:
        raise ProtocolError("the size of a tree is a decimal number without leading zeroes")
    return int(text)


def checkpoint_path(origin: str) -> str:
    """Return where a witness shows the last checkpoint it has cosigned of a log."""
    return f"/{sha256(origin.encode()).hexdigest()}/checkpoint"


def _hash(line: str) -> bytes:
    try:
        data = base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError):
        raise ProtocolError("a line of the proof is not base64") from None
    if len(data) != HASH_BYTES or base64.b64encode(data).decode() != line:
        raise ProtocolError("a line of the proof is not the base64 of 32 bytes")
    return data
