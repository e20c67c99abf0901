"""Signed notes with Ed25519 (C2SP signed-note) and witness cosignatures (C2SP tlog-cosignature).

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
from typing import Final, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ED25519: Final = 0x01
COSIGNATURE_V1: Final = 0x04
COSIGNATURE_ML_DSA_44: Final = 0x06
"""Type bytes of C2SP signed-note: a plain signature, and the two kinds of timestamped cosignature."""
MAX_NOTE_BYTES: Final = 1_000_000
MAX_SIGNATURES: Final = 100

_DASH: Final = "\N{EM DASH} "
_KEY_BYTES: Final = {ED25519: 32, COSIGNATURE_V1: 32, COSIGNATURE_ML_DSA_44: 1312}
_TIMESTAMPED_BYTES: Final = {8 + 64, 8 + 2420}
_SUBTREE_LABEL: Final = b"subtree/v1\n\0"


CosigningKey: TypeAlias = Ed25519PrivateKey | MLDSA44PrivateKey


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
        if self.algorithm not in _KEY_BYTES:
            raise NoteError(f"signature type 0x{self.algorithm:02x} is not known here")
        if len(self.public) != _KEY_BYTES[self.algorithm]:
            raise NoteError(f"a public key of this type has {_KEY_BYTES[self.algorithm]} bytes")

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
        """Raise `NoteError` unless this key signed the text (type 1) or cosigned it (types 4 and 6)."""
        data = signature.data
        try:
            if self.algorithm == ED25519:
                Ed25519PublicKey.from_public_bytes(self.public).verify(data, text.encode())
            elif self.algorithm == COSIGNATURE_V1:
                message = cosigned_message(text, cosignature_time(signature))
                Ed25519PublicKey.from_public_bytes(self.public).verify(data[8:], message)
            else:
                message = cosigned_tree(text, self.name, cosignature_time(signature))
                MLDSA44PublicKey.from_public_bytes(self.public).verify(data[8:], message)
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
    """Return what an Ed25519 witness signs: header, POSIX time in seconds, and the checkpoint's text."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def cosigned_tree(text: str, witness: str, time: int) -> bytes:
    """Return what an ML-DSA-44 witness signs: names of witness and log, POSIX time, size and root of the tree.

    Raises `NoteError` when the text is not a checkpoint's.
    """
    try:
        origin, size, root = text.split("\n")[:3]
        end, names = int(size), (witness.encode(), origin.encode())
    except ValueError:
        raise NoteError("only a checkpoint can be cosigned") from None
    digest = _from_base64(root)
    if len(digest) != 32 or not 0 <= end < 2**63 or not all(0 < len(name) < 256 for name in names):
        raise NoteError("only a checkpoint can be cosigned")
    witness_name, log_name = (bytes([len(name)]) + name for name in names)
    start = (0).to_bytes(8, "big")
    return b"".join(
        (
            _SUBTREE_LABEL,
            witness_name,
            time.to_bytes(8, "big"),
            log_name,
            start,
            end.to_bytes(8, "big"),
            digest,
        )
    )


def cosignature_time(signature: Signature) -> int:
    """Return the POSIX time, in seconds, at which a witness cosigned. Raises `NoteError`."""
    if len(signature.data) not in _TIMESTAMPED_BYTES:
        raise NoteError("a cosignature has 72 bytes, or 2,428 with ML-DSA-44")
    time = int.from_bytes(signature.data[:8], "big")
    if not 0 < time < 2**63:
        raise NoteError("the time of the cosignature is impossible")
    return time


def cosign(text: str, name: str, private: CosigningKey, time: int) -> Signature:
    """Return a witness's cosignature of a checkpoint's text at a POSIX time in seconds."""
    key = cosigner(name, private)
    if isinstance(private, MLDSA44PrivateKey):
        made = private.sign(cosigned_tree(text, name, time))
    else:
        made = private.sign(cosigned_message(text, time))
    return Signature(name, key.key_id, time.to_bytes(8, "big") + made)


def cosigner(name: str, private: CosigningKey) -> VerifierKey:
    """Return the public side of a witness's key."""
    algorithm = COSIGNATURE_ML_DSA_44 if isinstance(private, MLDSA44PrivateKey) else COSIGNATURE_V1
    return VerifierKey(name, algorithm, private.public_key().public_bytes_raw())


def read_signatures(lines: str) -> tuple[Signature, ...]:
    """Read signature lines that come without their note, as a witness answers them. Raises `NoteError`."""
    if not lines.endswith("\n") or lines.count("\n") > MAX_SIGNATURES:
        raise NoteError("signature lines end in a newline each, and are few")
    return tuple(_parse_line(line) for line in lines[:-1].split("\n"))


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
