"""The bank's own hand: minifying, signing and QR checksums, written apart from the product's."""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa


@cache
def keypair(name: str) -> tuple[str, str]:
    """(private, public) PEM of one party, made once a run."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()


def small(raw: bytes) -> bytes:
    """JSON bytes without white space between its tokens."""
    kept, inside, escaped = bytearray(), False, False
    for byte in raw:
        letter = bytes([byte])
        if inside:
            kept.append(byte)
            inside = escaped or letter != b'"'
            escaped = not escaped and letter == b"\\"
        elif letter not in b" \t\r\n":
            kept.append(byte)
            inside = letter == b'"'
    return bytes(kept)


def digest(raw: bytes) -> str:
    return hashlib.sha256(small(raw)).hexdigest().lower()


def mac(secret: str, text: str) -> str:
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha512).digest()).decode()


def signature(private_pem: str, text: str) -> str:
    return base64.b64encode(
        _key(private_pem).sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    ).decode()


@cache
def _key(private_pem: str) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(private_pem.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def verified(public_pem: str, text: str, given: str) -> bool:
    key = serialization.load_pem_public_key(public_pem.encode())
    assert isinstance(key, rsa.RSAPublicKey)
    try:
        key.verify(base64.b64decode(given), text.encode(), padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def crc(text: str) -> str:
    """CRC-16/CCITT-FALSE, by table."""
    value = 0xFFFF
    for byte in text.encode():
        value = ((value << 8) & 0xFF00) ^ _TABLE[(value >> 8) ^ byte]
    return format(value, "04X")


def _entry(index: int) -> int:
    value = index << 8
    for _ in range(8):
        value = ((value << 1) ^ 0x1021 if value & 0x8000 else value << 1) & 0xFFFF
    return value


_TABLE = [_entry(index) for index in range(256)]


def qr(amount: str, reference: str, merchant: str, *, kind: str = "12") -> str:
    """A QRIS code of one merchant; `kind` 11 is a static one."""
    tags = [
        ("00", "01"),
        ("01", kind),
        ("26", "0014ID.CO.BANK.WWW0118936000000000000001"),
        ("51", f"0014ID.CO.QRIS.WWW0215{merchant:>015}0303UME"),
        ("52", "9399"),
        ("53", "360"),
        *([("54", amount)] if amount else []),
        ("58", "ID"),
        ("59", "PEMERINTAH CONTOH"),
        ("60", "JAKARTA"),
        ("62", f"05{len(reference):02d}{reference}"),
    ]
    body = "".join(f"{tag}{len(value):02d}{value}" for tag, value in tags) + "6304"
    return body + crc(body)
