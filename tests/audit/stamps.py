"""Time stamps (RFC 3161) made in Python, so that a test can forge any part of one: a DER writer and an authority."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256, sha384
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
NOW = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
SHA256, SHA384 = "2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.2"
TST_INFO, SIGNED_DATA, DATA = "1.2.840.113549.1.9.16.1.4", "1.2.840.113549.1.7.2", "1.2.840.113549.1.7.1"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
RSA, ECDSA_SHA256 = "1.2.840.113549.1.1.1", "1.2.840.10045.4.3.2"
BASIC, EKU = x509.BasicConstraints, x509.ExtendedKeyUsage


# ── DER ─────────────────────────────────────────────────────────────────────────────────────────────────


def tlv(tag: int, *parts: bytes) -> bytes:
    """One element."""
    body = b"".join(parts)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def seq(*parts: bytes) -> bytes:
    return tlv(0x30, *parts)


def num(value: int) -> bytes:
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    data = b""
    for number in (first * 40 + second, *rest):
        groups = [number & 0x7F]
        while number := number >> 7:
            groups.append(number & 0x7F | 0x80)
        data += bytes(reversed(groups))
    return tlv(0x06, data)


def algorithm(name: str, *, null: bool = False) -> bytes:
    return seq(oid(name), *([b"\x05\x00"] if null else []))


def attribute(name: str, *values: bytes) -> bytes:
    return seq(oid(name), tlv(0x31, *values))


# ── certificates ────────────────────────────────────────────────────────────────────────────────────────


def name_of(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


ONLY_SIGNS = dict.fromkeys(
    (
        *("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
        *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    ),
    False,
)


@dataclass
class Holder:
    """A certificate with its key."""

    key: Key
    certificate: x509.Certificate

    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)


def certified(
    name: str,
    by: Holder | None = None,
    *,
    authority: bool = False,
    purposes: Sequence[x509.ObjectIdentifier] = (ExtendedKeyUsageOID.TIME_STAMPING,),
    critical: bool = True,
    start: datetime = NOW - timedelta(days=300),
    end: datetime = NOW + timedelta(days=300),
    key: Key | None = None,
    path_length: int | None = None,
    extensions: Sequence[tuple[x509.ExtensionType, bool]] = (),
    serial: int | None = None,
) -> Holder:
    """A certificate of `by`, or of its own: an authority's, or one of somebody who stamps."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    made = (
        x509.CertificateBuilder()
        .subject_name(name_of(name))
        .issuer_name(by.certificate.subject if by else name_of(name))
        .public_key(key.public_key())
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(BASIC(ca=authority, path_length=path_length), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    usage = {**ONLY_SIGNS, "digital_signature": not authority, "key_cert_sign": authority}
    made = made.add_extension(x509.KeyUsage(**usage), critical=True)
    if not authority and purposes:
        made = made.add_extension(EKU(purposes), critical=critical)
    for extension, is_critical in extensions:
        made = made.add_extension(extension, critical=is_critical)
    return Holder(key, made.sign(by.key if by else key, hashes.SHA256()))


# ── a stamp ─────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Making:
    """How a stamp is made. What is left as it is makes a genuine one; every field may be told otherwise."""

    data: bytes
    signer: Holder
    chain: Sequence[Holder] = ()
    status: int = 0
    time: bytes = b""
    imprint: bytes | None = None
    imprint_algorithm: str = SHA256
    extra_info: bytes = b""
    content_type: str = TST_INFO
    told_type: str = TST_INFO
    message_digest: bytes | None = None
    certificate_hash: bytes | None = None
    named: x509.Certificate | None = None
    key: Key | None = None
    digest: str = SHA256
    signature_algorithm: str = ""
    drop: Sequence[str] = ()
    double: Sequence[str] = ()
    signature: Callable[[bytes], bytes] = lambda signature: signature
    info: Callable[[bytes], bytes] = lambda info: info
    signers: int = 1
    certificates: list[Holder] = field(default_factory=list)

    def made(self) -> bytes:
        """The TimeStampResp."""
        signed_info = self._info()
        attributes = self._attributes(signed_info)
        signature = self.signature(self._sign(tlv(0x31, attributes)))
        named = self.named or self.signer.certificate
        sid = seq(named.issuer.public_bytes(), num(named.serial_number))
        signer = seq(
            num(1),
            sid,
            algorithm(self.digest),
            tlv(0xA0, attributes),
            algorithm(self._signature_algorithm(), null=isinstance(self.signer.key, rsa.RSAPrivateKey)),
            tlv(0x04, signature),
        )
        carried = [each.der() for each in self.certificates or [self.signer, *self.chain]]
        signed = seq(
            num(3),
            tlv(0x31, algorithm(self.digest)),
            seq(oid(self.content_type), tlv(0xA0, tlv(0x04, self.info(signed_info)))),
            tlv(0xA0, *sorted(carried)),
            tlv(0x31, *[signer] * self.signers),
        )
        return seq(seq(num(self.status)), seq(oid(SIGNED_DATA), tlv(0xA0, signed)))

    def _info(self) -> bytes:
        imprint = sha256(self.data).digest() if self.imprint is None else self.imprint
        time = self.time or NOW.strftime("%Y%m%d%H%M%SZ").encode()
        return seq(
            num(1),
            oid("1.2.3.4.1"),
            seq(algorithm(self.imprint_algorithm), tlv(0x04, imprint)),
            num(7),
            tlv(0x18, time),
            self.extra_info,
        )

    def _attributes(self, info: bytes) -> bytes:
        hashed = sha384 if self.digest == SHA384 else sha256
        digest = hashed(info).digest() if self.message_digest is None else self.message_digest
        bound = self.certificate_hash or sha256(self.signer.der()).digest()
        told = {
            CONTENT_TYPE: attribute(CONTENT_TYPE, oid(self.told_type)),
            MESSAGE_DIGEST: attribute(MESSAGE_DIGEST, tlv(0x04, digest)),
            SIGNING_CERTIFICATE_V2: attribute(SIGNING_CERTIFICATE_V2, seq(seq(seq(tlv(0x04, bound))))),
        }
        return b"".join(
            sorted(
                [
                    *(told[each] for each in told if each not in self.drop),
                    *(told[each] for each in self.double),
                ]
            )
        )

    def _signature_algorithm(self) -> str:
        if self.signature_algorithm:
            return self.signature_algorithm
        return RSA if isinstance(self.signer.key, rsa.RSAPrivateKey) else ECDSA_SHA256

    def _sign(self, message: bytes) -> bytes:
        key: Any = self.key or self.signer.key
        hashed = hashes.SHA384() if self.digest == SHA384 else hashes.SHA256()
        if isinstance(key, rsa.RSAPrivateKey):
            return key.sign(message, padding.PKCS1v15(), hashed)
        return key.sign(message, ec.ECDSA(hashed))
