"""What a signer is to the rest of the house: a provider such as BSrE or Privy, or the local authority."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Block:
    """One signature to set: the account of the person who did the act, and in which office."""

    user: int
    name: str
    position: str
    organisation: str
    caption: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A PDF with its signatures. `level` is PAdES `B-B`, or `B-T` with a time stamp; serials are in hex."""

    pdf: bytes
    serials: tuple[str, ...]
    level: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """One signature as found in a PDF.

    `intact`: what it covers is unchanged and later parts only add signatures; `trusted`: its certificate leads to
    an authority this house knows. `name` is a person's and not for public pages.
    """

    name: str
    position: str
    organisation: str
    issuer: str
    serial: str
    signed_at: datetime | None
    intact: bool
    trusted: bool

    @property
    def holds(self) -> bool:
        """Whether the signature counts."""
        return self.intact and self.trusted


class Signer(Protocol):
    """Sets signatures of persons. May call the network: never call it inside a transaction."""

    def sign(self, pdf: bytes, blocks: Sequence[Block], *, at: datetime) -> Signed:
        """Return `pdf` with one PAdES signature for each block, in their order."""

    def roots(self) -> list[bytes]:
        """The DER certificates its signatures lead to."""
