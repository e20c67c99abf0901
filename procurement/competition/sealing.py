"""The box of a competition: whoever offers can put something in, nobody reads it before the key opens it.

An offer is encrypted for the competition's X25519 key (ephemeral key, HKDF-SHA256, AES-256-GCM), padded so that its
length tells nothing, and bound to its place. The private key lies under the field keys together with the closing
time (see docs/decisions/0052-sealed-offers.md for what that protects against and what it does not).
"""

from __future__ import annotations

import base64
import json
import os
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from marketplace.accounts.personal_data import keyed_hash

_MARK: Final = "x1."
_BLOCK: Final = 8_192
"""Sealed texts have a multiple of this length: a withdrawal looks like an offer, two lines like five."""
_KEY, _NONCE = 32, 12


class BrokenSeal(ValueError):
    """A sealed text does not open with this key, or is not what was put in."""


def new_pair() -> tuple[str, str]:
    """(public, private) of a new box, both in base64."""
    private = X25519PrivateKey.generate()
    return _text(private.public_key().public_bytes_raw()), _text(private.private_bytes_raw())


def box_of(number: str) -> str:
    """Under what name the sealed offers of a competition lie."""
    return keyed_hash("competition.box", number)


def sender_of(number: str, vendor_id: int) -> str:
    """Under what name a vendor's sealed offers to a competition lie."""
    return keyed_hash("competition.sender", f"{number}\x00{vendor_id}")


def public_mac(number: str, public: str) -> str:
    """Says that a public key is the one made for this competition: one put in its place is found out."""
    return keyed_hash("competition.public_key", f"{number}\x00{public}")


def is_own_key(number: str, public: str, mac: str) -> bool:
    """Whether a stored public key is the one made for this competition."""
    return compare_digest(public_mac(number, public), mac)


def commitment_of(content: bytes) -> str:
    """SHA-256 of a text that holds its own random nonce, in hex: binds, and tells nothing."""
    return sha256(content).hexdigest()


def sealed(content: bytes, *, public: str, place: str) -> str:
    """`content` encrypted for the key, bound to `place` (box, sender and version)."""
    ephemeral = X25519PrivateKey.generate()
    mine = ephemeral.public_key().public_bytes_raw()
    theirs = _bytes(public)
    secret = ephemeral.exchange(X25519PublicKey.from_public_bytes(theirs))
    nonce = os.urandom(_NONCE)
    padded = len(content).to_bytes(4, "big") + content
    padded += b"\0" * (-len(padded) % _BLOCK)
    return _MARK + _text(mine + nonce + _cipher(secret, mine, theirs).encrypt(nonce, padded, place.encode()))


def opened(token: str, *, private: str, place: str) -> bytes:
    """What `sealed` put in. Raises BrokenSeal for another key, another place or a changed byte."""
    try:
        packed = _bytes(token.removeprefix(_MARK))
        key = X25519PrivateKey.from_private_bytes(_bytes(private))
        mine, nonce, rest = packed[:_KEY], packed[_KEY : _KEY + _NONCE], packed[_KEY + _NONCE :]
        secret = key.exchange(X25519PublicKey.from_public_bytes(mine))
        cipher = _cipher(secret, mine, key.public_key().public_bytes_raw())
        padded = cipher.decrypt(nonce, rest, place.encode())
    except (InvalidTag, ValueError) as wrong:
        raise BrokenSeal from wrong
    length = int.from_bytes(padded[:4], "big")
    return padded[4 : 4 + length]


def locked(private: str, *, number: str, closes_at: datetime) -> str:
    """The private key with the competition and the hour it is for; the column encrypts it."""
    return json.dumps({"number": number, "closes_at": closes_at.isoformat(), "key": private})


def unlocked(text: str, *, number: str, at: datetime) -> str:
    """The private key, at or after the hour it was locked for. Raises BrokenSeal before, or for another competition."""
    held = json.loads(text) if text else {}
    if held.get("number") != number or datetime.fromisoformat(held["closes_at"]) > at:
        raise BrokenSeal
    return str(held["key"])


def relocked(text: str, *, number: str, closes_at: datetime) -> str:
    """The same key for a later hour: a competition without offers is extended."""
    return locked(str(json.loads(text)["key"]), number=number, closes_at=closes_at)


def _cipher(secret: bytes, mine: bytes, theirs: bytes) -> AESGCM:
    derived = HKDF(algorithm=SHA256(), length=32, salt=mine + theirs, info=b"e-order sealed offer v1")
    return AESGCM(derived.derive(secret))


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
