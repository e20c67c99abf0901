"""Signed notes with Ed25519 (C2SP signed-note) and witness cosignatures (C2SP tlog-cosignature v1).

A note is text plus signature lines. Whoever reads one ignores signatures of keys it does not know, rejects
the note when a known key's signature is wrong, and believes nothing that no known key has signed.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ED25519: Final = 0x01
COSIGNATURE_V1: Final = 0x04
MAX_NOTE_BYTES: Final = 1_000_000
MAX_SIGNATURES: Final = 100

_DASH: Final = "\N{EM DASH} "
_SIGNATURE_BYTES: Final = 64


class NoteError(ValueError):
    """A note, key or signature is malformed or not genuine."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: the key's name, its 4-byte id, and the bytes the key's algorithm made."""

    name: str
    key_id: bytes
    data: bytes

    def line(self) -> str:
        """Return the line as it stands in a note, without its newline."""
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.data).decode()}"


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with its name, written `name+hash+base64(type || key)`."""

    name: str
    algorithm: int
    public: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        if self.algorithm not in (ED25519, COSIGNATURE_V1):
            raise NoteError(f"signature type 0x{self.algorithm:02x} is not known here")
        if len(self.public) != 32:
            raise NoteError("an Ed25519 public key has 32 bytes")

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read a verifier key. Raises `NoteError`, also when the hash does not belong to the key."""
        parts = text.strip().split("+", 2)
        if len(parts) != 3 or not re.fullmatch(r"[0-9a-f]{8}", parts[1]):
            raise NoteError("a verifier key looks like name+hash+key")
        data = _from_base64(parts[2])
        if not data:
            raise NoteError("the verifier key is empty")
        key = cls(parts[0], data[0], data[1:])
        if key.key_id.hex() != parts[1]:
            raise NoteError("the hash in the verifier key does not belong to it")
        return key

    @property
    def key_id(self) -> bytes:
        """The first 4 bytes of SHA-256(name || newline || type || key)."""
        encoded = bytes([self.algorithm]) + self.public
        return sha256(self.name.encode() + b"\n" + encoded).digest()[:4]

    def __str__(self) -> str:
        data = base64.b64encode(bytes([self.algorithm]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{data}"

    def verify(self, text: str, signature: Signature) -> None:
        """Raise `NoteError` unless this key signed the text (type 1) or cosigned it (type 4)."""
        message, data = text.encode(), signature.data
        if self.algorithm == COSIGNATURE_V1:
            message, data = cosigned_message(text, cosignature_time(signature)), data[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(data, message)
        except InvalidSignature:
            raise NoteError(f"the signature of {self.name} is not genuine") from None


@dataclass(frozen=True, slots=True)
class Signer:
    """A private Ed25519 key with its name."""

    name: str
    private: Ed25519PrivateKey

    @property
    def verifier(self) -> VerifierKey:
        """The public side."""
        public = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return VerifierKey(self.name, ED25519, public)

    def sign(self, text: str) -> Signature:
        """Sign a note's text (which ends in a newline)."""
        return Signature(self.name, self.verifier.key_id, self.private.sign(text.encode()))


@dataclass(frozen=True, slots=True)
class Note:
    """A signed note: its text, final newline included, and its signatures."""

    text: str
    signatures: tuple[Signature, ...]

    def __post_init__(self) -> None:
        if not self.text.endswith("\n"):
            raise NoteError("the text of a note ends in a newline")
        _check_characters(self.text)

    @classmethod
    def parse(cls, data: str | bytes) -> Note:
        """Read a signed note; believes nothing yet. Raises `NoteError`."""
        if len(data) > MAX_NOTE_BYTES:
            raise NoteError("the note is too long")
        try:
            whole = data.decode() if isinstance(data, bytes) else data
        except UnicodeDecodeError:
            raise NoteError("the note is not UTF-8") from None
        _check_characters(whole)
        text, blank, tail = whole.rpartition("\n\n")
        if not blank or not tail.endswith("\n"):
            raise NoteError("a note is text, an empty line, and signature lines")
        lines = tail[:-1].split("\n")
        if len(lines) > MAX_SIGNATURES:
            raise NoteError("the note carries too many signatures")
        return cls(text + "\n", tuple(_parse_line(line) for line in lines))

    @classmethod
    def signed(cls, text: str, *signers: Signer) -> Note:
        """Sign a text."""
        return cls(text, tuple(signer.sign(text) for signer in signers))

    def __str__(self) -> str:
        return self.text + "\n" + "".join(signature.line() + "\n" for signature in self.signatures)

    def verified_by(self, keys: Sequence[VerifierKey]) -> tuple[VerifierKey, ...]:
        """Return the known keys that signed.

        Raises `NoteError` when none did, or when one's signature is wrong.
        """
        known = {(key.name, key.key_id): key for key in keys}
        found: dict[VerifierKey, None] = {}
        for signature in self.signatures:
            key = known.get((signature.name, signature.key_id))
            if key is None:
                continue
            if key in found:
                raise NoteError(f"{key.name} has signed twice")
            key.verify(self.text, signature)
            found[key] = None
        if not found:
            raise NoteError("no known key has signed this note")
        return tuple(found)

    def with_signature(self, signature: Signature) -> Note:
        """Return the note with one more signature line, a witness's for instance."""
        return Note(self.text, (*self.signatures, signature))


def cosigned_message(text: str, time: int) -> bytes:
    """Return what a witness signs: header, POSIX time in seconds, and the checkpoint's text."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def cosignature_time(signature: Signature) -> int:
    """Return the POSIX time, in seconds, at which a witness cosigned. Raises `NoteError`."""
    if len(signature.data) != 8 + _SIGNATURE_BYTES:
        raise NoteError("a cosignature has 72 bytes")
    time = int.from_bytes(signature.data[:8], "big")
    if time >= 2**63:
        raise NoteError("the time of the cosignature is impossible")
    return time


def cosign(text: str, name: str, private: Ed25519PrivateKey, time: int) -> Signature:
    """Return a witness's cosignature of a checkpoint's text at a POSIX time in seconds."""
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    key = VerifierKey(name, COSIGNATURE_V1, public)
    data = time.to_bytes(8, "big") + private.sign(cosigned_message(text, time))
    return Signature(name, key.key_id, data)


def _parse_line(line: str) -> Signature:
    match = re.fullmatch(f"{_DASH}([^ ]+) ([^ ]+)", line)
    if not match:
        raise NoteError("a signature line is a dash, a name and base64")
    name, encoded = match.groups()
    _check_name(name)
    data = _from_base64(encoded)
    if len(data) < 5:
        raise NoteError("the signature is too short")
    return Signature(name, data[:4], data[4:])


def _check_name(name: str) -> None:
    if not name or "+" in name or any(character.isspace() for character in name):
        raise NoteError(f"{name!r} cannot be the name of a key")


def _check_characters(text: str) -> None:
    if any(character < " " and character != "\n" for character in text):
        raise NoteError("a note holds no control characters")


def _from_base64(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoteError("not base64") from None
    if base64.b64encode(data).decode() != text:  # one spelling only
        raise NoteError("base64 with stray bits")
    return data
