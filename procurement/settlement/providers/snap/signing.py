"""Signatures of SNAP BI. Pure: bytes and keys go in, a signature or a verdict comes out.

Rule: the standard's security chapter (PADG 23/15/PADG/2021). A token is asked for with SHA256withRSA over
`client|timestamp`; a transaction carries HMAC-SHA512 over `METHOD:path:token:hash:timestamp`, or SHA256withRSA over
the same without the token. The hash is that of the *minified raw body*: bytes are never parsed and written anew,
because that changes how names outside ASCII are written.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

# A string, even one that never ends, or white space outside of strings. Possessive: no input makes it slow.
_STRING_OR_SPACE = re.compile(rb'("(?:[^"\\]++|\\.)*+(?:"|\\?\Z))|[ \t\r\n]++', re.DOTALL)


def minify(raw: bytes) -> bytes:
    """`raw` JSON without its insignificant white space; every other byte stays as it came."""
    return _STRING_OR_SPACE.sub(lambda found: found[1] or b"", raw)


def body_hash(raw: bytes, *, minified: bool = True) -> str:
    """Lower-case hex SHA-256 of a body; that of the empty string when there is none."""
    return hashlib.sha256(minify(raw) if minified else raw).hexdigest()


def words_to_sign(method: str, path: str, *, token: str | None, digest: str, timestamp: str) -> bytes:
    """What a transaction's signature stands under. `path` includes the query; without `token` the asymmetric form."""
    parts = [method.upper(), path, *([] if token is None else [token]), digest, timestamp]
    return ":".join(parts).encode()


def signed_by_key(private_key_pem: str, words: bytes) -> str:
    """SHA256withRSA in base64. ValueError when the key is none."""
    return base64.b64encode(
        _private_key(private_key_pem).sign(words, padding.PKCS1v15(), hashes.SHA256())
    ).decode()


def signed_by_secret(secret: str, words: bytes) -> str:
    """HMAC-SHA512 in base64."""
    return base64.b64encode(hmac.digest(secret.encode(), words, "sha512")).decode()


def token_words(client_id: str, timestamp: str) -> bytes:
    """What the request for a token is signed over."""
    return f"{client_id}|{timestamp}".encode()


def stands_under_secret(secrets: Iterable[str], words: bytes, signature: str) -> bool:
    """Whether one of the `secrets` in force made the signature; compared in constant time, all of them tried."""
    given = signature.encode(errors="replace")
    matches = [hmac.compare_digest(signed_by_secret(secret, words).encode(), given) for secret in secrets]
    return any(matches)


def stands_under_key(public_keys_pem: Iterable[str], words: bytes, signature: str) -> bool:
    """Whether one of the public keys in force verifies the signature, written in the one way base64 has for it."""
    try:
        given = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return False
    if base64.b64encode(given).decode() != signature:  # bits after the last byte would be anybody's to change
        return False
    return any(_verifies(_public_key(pem), words, given) for pem in public_keys_pem)


def _verifies(key: RSAPublicKey, words: bytes, signature: bytes) -> bool:
    try:
        key.verify(signature, words, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=4)  # reading one takes fifty times as long as signing with it
def _private_key(pem: str) -> RSAPrivateKey:
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("SNAP signs with RSA keys; this is another kind")
    return key


@lru_cache(maxsize=16)
def _public_key(pem: str) -> RSAPublicKey:
    key = load_pem_public_key(pem.encode())
    if not isinstance(key, RSAPublicKey):
        raise ValueError("SNAP signs with RSA keys; this is another kind")
    return key
