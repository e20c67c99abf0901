#!/usr/bin/env python3
"""Pemeriksa luring log audit: satu berkas, hanya butuh Python 3.10+ dan paket `cryptography`.

    python verify.py verify FOLDER --vkey KUNCI [--old TITIK_PERIKSA ...] [--witness KUNCI ...] [--tsa SERTIFIKAT ...]
    python verify.py verify-proof BERKAS --vkey KUNCI [--entry BERKAS] [--witness KUNCI ...]
    python verify.py verify-pack PAKET.zip --vkey KUNCI [--old TITIK_PERIKSA ...] [--witness KUNCI ...]
                                 [--tsa SERTIFIKAT ...] [--log FOLDER]

FOLDER adalah log yang diterbitkan (C2SP tlog-tiles): `checkpoint`, `tile/…`, `tile/entries/…`. BERKAS adalah bukti
(C2SP tlog-proof). PAKET.zip adalah paket bukti satu pesanan. KUNCI adalah kunci publik log (`nama+sidik+kunci`) dan
SERTIFIKAT berkas PEM otoritas waktu (RFC 3161); keduanya Anda terima dari jalur lain, bukan dari folder atau paket
ini. Saksi menandatangani dengan Ed25519 atau ML-DSA-44.
Tanda: ✓ diperiksa dan benar, · tidak dapat diperiksa di sini, ✗ salah. Kode keluar: 0 sah, 1 tidak sah, 2 salah pakai.

This program shares no code with the site: it reads the published formats from their specifications.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import json
import re
import stat
import struct
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from math import ceil
from pathlib import Path
from time import gmtime, strftime
from typing import Any

try:
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509.oid import ExtendedKeyUsageOID
except ImportError:
    sys.exit("Paket `cryptography` belum ada: pip install cryptography")

PROOF_HEADER = "c2sp.org/tlog-proof@v1"
PACK_FORMAT = "e-order.evidence/v1"
LOG_KEY, WITNESS_KEY, WITNESS_KEY_ML_DSA_44 = 1, 4, 6
KEY_BYTES = {LOG_KEY: 32, WITNESS_KEY: 32, WITNESS_KEY_ML_DSA_44: 1312}
SIGNATURE_BYTES = {WITNESS_KEY: 64, WITNESS_KEY_ML_DSA_44: 2420}
TILE = 256

UTC = timezone.utc  # noqa: UP017 – Python 3.10 has no `datetime.UTC`
CLOCKS_MAY_DIFFER = timedelta(hours=1)
"""So much later than a stamp over it an entry may say it was written."""

MEGABYTE = 1 << 20
MOST_NOTE = MEGABYTE
MOST_BUNDLE = TILE * (2 + 65_535)
MOST_FILES, MOST_IN_A_FILE, MOST_IN_ALL = 20_000, 64 * MEGABYTE, 512 * MEGABYTE
"""A pack that claims to hold more is refused before it is unpacked."""


class Invalid(Exception):
    """Something that was to be proven is not so; the message is the sentence for people."""


def say(text: str) -> None:
    """Write a line for people. What came from outside cannot steer the terminal."""
    sys.stdout.write(
        "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text) + "\n"
    )


# ── the tree (RFC 6962) ─────────────────────────────────────────────────────────────────────────────────


def leaf(entry: bytes) -> bytes:
    """Hash an entry."""
    return sha256(b"\0" + entry).digest()


def pair(left: bytes, right: bytes) -> bytes:
    """Hash two nodes into their parent."""
    return sha256(b"\1" + left + right).digest()


class Tree:
    """Grows leaf by leaf: a stack of (height, hash) of perfect subtrees."""

    def __init__(self) -> None:
        self.size = 0
        self.stack: list[tuple[int, bytes]] = []

    def add(self, node: bytes) -> None:
        """Append a leaf hash."""
        height = 0
        while self.stack and self.stack[-1][0] == height:
            node = pair(self.stack.pop()[1], node)
            height += 1
        self.stack.append((height, node))
        self.size += 1

    def root(self) -> bytes:
        """Return the present root."""
        if not self.stack:
            return sha256(b"").digest()
        root = self.stack[-1][1]
        for _height, node in reversed(self.stack[:-1]):
            root = pair(node, root)
        return root


def root_from_path(index: int, size: int, node: bytes, path: list[bytes]) -> bytes:
    """Return the root that an inclusion path leads to (RFC 6962 §2.1.1)."""
    if not 0 <= index < size:
        raise Invalid(f"Pohon dengan {size} daun tidak punya daun nomor {index}.")
    steps = []  # from the root down: is our half the right one?
    start, end = 0, size
    while end - start > 1:
        half = largest_power_below(end - start)
        right = index >= start + half
        steps.append(right)
        start, end = (start + half, end) if right else (start, start + half)
    if len(steps) != len(path):
        raise Invalid(f"Jalur bukti punya {len(path)} langkah, seharusnya {len(steps)}.")
    check_hashes([node, *path])
    for right, sibling in zip(reversed(steps), path, strict=True):
        node = pair(sibling, node) if right else pair(node, sibling)
    return node


def check_consistency(old: int, new: int, path: list[bytes], old_root: bytes, new_root: bytes) -> None:
    """Raise Invalid unless the tree of `old` leaves is the beginning of that of `new` (RFC 6962 §2.1.2)."""
    if not 0 < old <= new:
        raise Invalid(f"Tidak ada bukti bahwa {old} daun adalah awal dari {new} daun.")
    if old == new:  # compared, not hashed: that a root has 32 bytes is the checkpoint's rule
        if path or old_root != new_root:
            raise Invalid("Dua titik periksa dengan jumlah daun yang sama menyebut akar yang berbeda.")
        return
    check_hashes([old_root, new_root, *path])
    steps = []  # from the root down: (does the old tree reach into the right half?, is it complete here?)
    size, wanted = new, old
    while wanted != size:
        half = largest_power_below(size)
        right = wanted > half
        steps.append(right)
        size, wanted = (size - half, wanted - half) if right else (half, wanted)
    rest = list(path)
    if (
        True in steps
    ):  # the subtree where the old tree ends is a part of it, so the proof begins with its hash
        if not rest:
            raise Invalid("Bukti konsistensi terpotong.")
        seed = rest.pop(0)
    else:  # the old tree is itself a perfect subtree of the new one
        seed = old_root
    if len(rest) != len(steps):
        raise Invalid(f"Bukti konsistensi punya {len(rest)} langkah, seharusnya {len(steps)}.")
    before = after = seed
    for right, sibling in zip(reversed(steps), rest, strict=True):
        before, after = (
            (pair(sibling, before), pair(sibling, after)) if right else (before, pair(after, sibling))
        )
    if before != old_root or after != new_root:
        raise Invalid("Bukti konsistensi tidak sampai ke kedua akar: riwayat telah diubah.")


def largest_power_below(size: int) -> int:
    """Return the largest power of two that is smaller than `size` (2 or more)."""
    return 1 << (size - 1).bit_length() - 1


def check_hashes(nodes: Iterable[bytes]) -> None:
    """Raise Invalid unless each is 32 bytes long."""
    if any(len(node) != 32 for node in nodes):
        raise Invalid("Sidik dalam bukti harus 32 byte.")


# ── signed notes and checkpoints ────────────────────────────────────────────────────────────────────────


def unbase64(text: str, what: str) -> bytes:
    """Decode base64 that has exactly one spelling."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid(f"{what} bukan base64.") from None
    if base64.b64encode(data).decode() != text:
        raise Invalid(f"{what} bukan base64 yang baku.")
    return data


class Key:
    """A verifier key `name+hash+base64(type || key)`."""

    def __init__(self, text: str) -> None:
        name, _, rest = text.strip().partition("+")
        fingerprint, _, encoded = rest.partition("+")
        data = unbase64(encoded, "Kunci publik")
        if not name or not data or len(data) - 1 != KEY_BYTES.get(data[0]):
            raise Invalid(
                "Kunci publik harus berbentuk nama+sidik+kunci (Ed25519, atau ML-DSA-44 untuk saksi)."
            )
        self.name, self.type, self.public = name, data[0], data[1:]
        self.id = sha256(name.encode() + b"\n" + data).digest()[:4]
        if self.id.hex() != fingerprint:
            raise Invalid("Sidik pada kunci publik tidak cocok dengan kuncinya.")

    def check(self, text: str, signature: bytes) -> int | None:
        """Raise Invalid unless the signature is genuine; return the POSIX time that a witness states."""
        if self.type == LOG_KEY:
            self._verify(text.encode(), signature)
            return None
        if len(signature) != 8 + SIGNATURE_BYTES[self.type]:
            raise Invalid(f"Tanda tangan saksi {self.name} rusak.")
        (time,) = struct.unpack(">Q", signature[:8])
        if time >= 1 << 63:
            raise Invalid(f"Waktu pada tanda tangan saksi {self.name} mustahil.")
        self._verify(self._cosigned(text, time), signature[8:])
        return int(time)

    def _cosigned(self, text: str, time: int) -> bytes:
        """What a witness signs (C2SP tlog-cosignature)."""
        if self.type == WITNESS_KEY:
            return f"cosignature/v1\ntime {time}\n{text}".encode()
        origin, size, root = text.split("\n")[:3]
        name, log = self.name.encode(), origin.encode()
        if not (0 < len(name) < 256 and 0 < len(log) < 256):
            raise Invalid("Nama saksi atau log terlalu panjang untuk tanda tangan ML-DSA-44.")
        head = b"subtree/v1\n\0" + bytes([len(name)]) + name + struct.pack(">Q", time)
        return head + bytes([len(log)]) + log + struct.pack(">QQ", 0, int(size)) + unbase64(root, "Akar")

    def _verify(self, message: bytes, signature: bytes) -> None:
        try:
            if self.type == WITNESS_KEY_ML_DSA_44:
                ml_dsa_44(self.public).verify(signature, message)
            else:
                Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            raise Invalid(f"Tanda tangan {self.name} tidak sah.") from None


def ml_dsa_44(public: bytes) -> Any:
    """Return the public key; raise Invalid where the installed `cryptography` is too old for it."""
    try:
        from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey  # noqa: PLC0415

        return MLDSA44PublicKey.from_public_bytes(public)
    except (ImportError, UnsupportedAlgorithm):
        raise Invalid("Paket `cryptography` ini belum mengenal ML-DSA-44: perbarui lebih dahulu.") from None


class Checkpoint:
    """A tree head that every required key has signed.

    One that a `stamped` file holds may be signed by a former key of the log instead: the tree vouches for it then.
    """

    def __init__(self, note: str, keys: list[Key], *, stamped: bool = False) -> None:
        text, blank, tail = note.rpartition("\n\n")
        text += "\n"
        if not blank or not tail.endswith("\n"):
            raise Invalid("Titik periksa bukan naskah bertanda tangan.")
        lines = text.split("\n")
        if len(lines) < 4 or lines[0] != keys[0].name:
            raise Invalid(f"Titik periksa bukan dari log {keys[0].name}.")
        self.note, self.origin, self.size = (
            note,
            lines[0],
            whole_number(lines[1], "Jumlah daun pada titik periksa"),
        )
        self.root = unbase64(lines[2], "Akar")
        if len(self.root) != 32:
            raise Invalid("Akar pada titik periksa tidak 32 byte.")
        signatures = []
        for line in tail[:-1].split("\n"):
            parts = line.split(" ")
            if len(parts) != 3 or parts[0] != "\u2014":
                raise Invalid("Baris tanda tangan rusak.")
            signatures.append((parts[1], unbase64(parts[2], "Tanda tangan")))
        self.witnessed: list[tuple[str, int]] = []
        for key in keys:
            ours = [data[4:] for name, data in signatures if (name, data[:4]) == (key.name, key.id)]
            if not ours and not stamped:
                raise Invalid(f"Titik periksa tidak ditandatangani oleh {key.name}.")
            for signature in ours:
                time = key.check(text, signature)
                if time is not None:
                    self.witnessed.append((key.name, time))
        known = {(key.name, key.id) for key in keys}
        self.unknown = sorted({name for name, data in signatures if (name, data[:4]) not in known})

    def tell(self) -> None:
        """Say what was found about the signatures."""
        say(f"✓ Titik periksa {self.origin}: {self.size} catatan, tanda tangan log sah.")
        for name, time in self.witnessed:
            say(f"✓ Saksi {name} ikut menandatangani pada {moment(time)}.")
        for name in self.unknown:
            say(f"· Tanda tangan {name} tidak diperiksa: kuncinya tidak Anda berikan (--witness).")


def whole_number(text: str, what: str) -> int:
    """Read a decimal number that has exactly one spelling and fits into 63 bits."""
    if (
        not (text.isascii() and text.isdigit() and len(text) < 20)
        or str(int(text)) != text
        or int(text) >= 1 << 63
    ):
        raise Invalid(f"{what} rusak.")
    return int(text)


def moment(time: int) -> str:
    """Return a POSIX time as people read it."""
    try:
        return strftime("%Y-%m-%d %H:%M:%S UTC", gmtime(time))
    except (OverflowError, ValueError, OSError):
        return f"detik ke-{time}"


# ── time stamps (RFC 3161) ──────────────────────────────────────────────────────────────────────────────

INTEGER, OCTETS, OID, SEQUENCE, SET, TIME, BOOLEAN, BITS = 0x02, 0x04, 0x06, 0x30, 0x31, 0x18, 0x01, 0x03
PART_0, PART_1, DIRECTORY_NAME = 0xA0, 0xA1, 0xA4
SIGNED_DATA, TST_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
SHA256 = "2.16.840.1.101.3.4.2.1"
DIGESTS: dict[str, hashes.HashAlgorithm] = {
    SHA256: hashes.SHA256(),
    "2.16.840.1.101.3.4.2.2": hashes.SHA384(),
    "2.16.840.1.101.3.4.2.3": hashes.SHA512(),
}
RSA = "1.2.840.113549.1.1.1"
RSA_WITH = {
    "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
}
ECDSA_WITH = {
    "1.2.840.10045.4.3.2": "sha256",
    "1.2.840.10045.4.3.3": "sha384",
    "1.2.840.10045.4.3.4": "sha512",
}
MOST_STAMP, MOST_CERTIFICATES, MOST_STEPS, LEAST_RSA_BITS = 64 * 1024, 20, 6, 2048
UNDERSTOOD = (
    x509.BasicConstraints,
    x509.KeyUsage,
    x509.ExtendedKeyUsage,
    x509.SubjectKeyIdentifier,
    x509.AuthorityKeyIdentifier,
    x509.SubjectAlternativeName,
)
"""Critical extensions of a certificate that are checked here; any other critical one makes it unfit."""
BROKEN = (
    *(ValueError, TypeError, OverflowError, UnsupportedAlgorithm),
    *(x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType),
)
"""What `cryptography` raises for a certificate or key that is not as it should be."""


class Der:
    """Reads the elements of a DER value one after another: definite, shortest lengths, nothing left over."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def whole(self, tag: int) -> bytes:
        """Return the next element with its head. Raises Invalid unless it has that tag."""
        start = self.at
        _body, self.at = self._bounds(tag)
        return self.data[start : self.at]

    def take(self, tag: int) -> bytes:
        """Return what the next element holds. Raises Invalid unless it has that tag."""
        body, self.at = self._bounds(tag)
        return self.data[body : self.at]

    def optional(self, tag: int) -> bytes | None:
        """Return what the next element holds if it has that tag."""
        return self.take(tag) if self.next_tag() == tag else None

    def inside(self, tag: int) -> Der:
        """Return a reader of what the next element holds."""
        return Der(self.take(tag))

    def next_tag(self) -> int | None:
        """Return the tag of the next element, None at the end."""
        return self.data[self.at] if self.at < len(self.data) else None

    def end(self) -> None:
        """Raise Invalid when something is left."""
        if self.at != len(self.data):
            raise Invalid("cap waktu memuat byte yang tidak dikenal.")

    def integer(self) -> int:
        """Read a whole number."""
        data = self.take(INTEGER)
        if not data or (len(data) > 1 and (data[0], data[1] >> 7) in {(0, 0), (0xFF, 1)}):
            raise Invalid("cap waktu memuat bilangan yang rusak.")
        return int.from_bytes(data, "big", signed=True)

    def oid(self) -> str:
        """Read the name of an algorithm, an attribute or a kind of content."""
        numbers, number, fresh = [], 0, True
        data = self.take(OID)
        for byte in data:
            if fresh and byte == 0x80:
                raise Invalid("cap waktu memuat nama yang rusak.")
            number, fresh = number << 7 | byte & 0x7F, byte < 0x80
            if fresh:
                numbers.append(number)
                number = 0
        if not numbers or not fresh:
            raise Invalid("cap waktu memuat nama yang rusak.")
        first = min(numbers[0] // 40, 2)
        return ".".join(map(str, [first, numbers[0] - 40 * first, *numbers[1:]]))

    def algorithm(self) -> str:
        """Read an AlgorithmIdentifier that has no parameters."""
        inner = self.inside(SEQUENCE)
        name = inner.oid()
        if inner.data[inner.at :] not in (b"", b"\x05\x00"):
            raise Invalid(f"cap waktu memakai algoritma {name} dengan cara yang tidak dikenal pemeriksa ini.")
        return name

    def digest(self) -> hashes.HashAlgorithm:
        """Read the AlgorithmIdentifier of a hash."""
        name = self.algorithm()
        if name not in DIGESTS:
            raise Invalid(f"cap waktu memakai sidik {name}, bukan SHA-2.")
        return DIGESTS[name]

    def _bounds(self, tag: int) -> tuple[int, int]:
        """Return where the next element's content begins and ends."""
        data, at = self.data, self.at
        if at + 2 > len(data):
            raise Invalid("cap waktu terpotong.")
        if data[at] != tag:
            raise Invalid("cap waktu tidak berbentuk seperti yang ditentukan RFC 3161.")
        length, body = data[at + 1], at + 2
        if length > 127:
            count = length & 127
            length = int.from_bytes(data[body : body + count], "big")
            body += count
            if not 1 <= count <= 4 or length < 128 or length >> 8 * (count - 1) == 0:
                raise Invalid("cap waktu tidak ditulis dalam DER.")
        if body + length > len(data):
            raise Invalid("cap waktu terpotong.")
        return body, body + length


def only(data: bytes, tag: int) -> Der:
    """Return a reader of the one element that the data is. Raises Invalid when anything follows it."""
    outer = Der(data)
    inner = outer.inside(tag)
    outer.end()
    return inner


class Stamp:
    """The answer of a time-stamping authority (TimeStampResp) taken apart; nothing of it is believed yet."""

    def __init__(self, response: bytes) -> None:
        answer = only(response, SEQUENCE)
        status = answer.inside(SEQUENCE)
        if status.integer() not in (0, 1):
            raise Invalid("otoritas waktu menolak memberi cap.")
        status.optional(SEQUENCE)
        status.optional(BITS)
        status.end()
        content = answer.inside(SEQUENCE)
        answer.end()
        if content.oid() != SIGNED_DATA:
            raise Invalid("cap waktu bukan data bertanda tangan (CMS).")
        signed = only(content.take(PART_0), SEQUENCE)
        content.end()
        if signed.integer() != 3:
            raise Invalid("cap waktu memakai versi CMS yang tidak dikenal.")
        signed.take(SET)
        told = signed.inside(SEQUENCE)
        if told.oid() != TST_INFO:
            raise Invalid("yang ditandatangani otoritas bukan cap waktu.")
        wrapped = told.inside(PART_0)
        told.end()
        self.info = wrapped.take(OCTETS)
        wrapped.end()
        self.certificates = certificates_in(signed.optional(PART_0) or b"")
        signed.optional(PART_1)
        signers = signed.inside(SET)
        signed.end()
        self._read_signer(signers.inside(SEQUENCE))
        signers.end()
        self._read_info()

    def _read_signer(self, signer: Der) -> None:
        if signer.integer() != 1:
            raise Invalid("cap waktu memakai versi CMS yang tidak dikenal.")
        self.signer_name = signer.take(SEQUENCE)
        self.digest = signer.digest()
        attributes = signer.whole(PART_0)
        self.signed = bytes([SET]) + attributes[1:]
        self.attributes: dict[str, bytes] = {}
        listed = only(attributes, PART_0)
        while listed.next_tag() is not None:
            attribute = listed.inside(SEQUENCE)
            name = attribute.oid()
            if name in self.attributes:
                raise Invalid("cap waktu menyebut satu atribut dua kali.")
            self.attributes[name] = attribute.take(SET)
            attribute.end()
        self.signature_algorithm = signer.algorithm()
        self.signature = signer.take(OCTETS)
        signer.optional(PART_1)
        signer.end()

    def _read_info(self) -> None:
        info = only(self.info, SEQUENCE)
        if info.integer() != 1:
            raise Invalid("cap waktu memakai versi yang tidak dikenal.")
        info.oid()
        imprint = info.inside(SEQUENCE)
        if imprint.algorithm() != SHA256:
            raise Invalid("cap waktu tidak memakai SHA-256.")
        self.imprint = imprint.take(OCTETS)
        imprint.end()
        info.integer()
        self.time = time_of(info.take(TIME))
        self.latest = self.time + timedelta(seconds=accuracy_of(info.optional(SEQUENCE)))
        info.optional(BOOLEAN)
        info.optional(INTEGER)
        self.authority = info.optional(PART_0)
        extensions = Der(info.optional(PART_1) or b"")
        while extensions.next_tag() is not None:
            extension = extensions.inside(SEQUENCE)
            extension.oid()
            if extension.optional(BOOLEAN) not in (None, b"\0"):
                raise Invalid("cap waktu memuat syarat yang tidak dikenal pemeriksa ini.")
            extension.take(OCTETS)
            extension.end()
        info.end()

    def check(self, data: bytes, anchors: Sequence[x509.Certificate]) -> None:
        """Raise Invalid unless an authority that the anchors vouch for has stamped these bytes."""
        if self.imprint != sha256(data).digest():
            raise Invalid("cap waktu itu atas naskah lain.")
        if self._value(CONTENT_TYPE).oid() != TST_INFO:
            raise Invalid("atribut jenis isi pada cap waktu salah.")
        if self._value(MESSAGE_DIGEST).take(OCTETS) != digest_of(self.digest, self.info):
            raise Invalid("isi cap waktu bukan yang ditandatangani otoritas.")
        signer = self._signer([*self.certificates, *anchors])
        check_may_stamp(signer)
        self._check_signature(signer)
        if not valid_at(signer, self.time):
            raise Invalid("sertifikat otoritas waktu tidak berlaku pada saat cap dibuat.")
        if not leads_to(signer, self.certificates, anchors, self.time):
            raise Invalid(
                "sertifikat otoritas waktu tidak bersambung ke sertifikat yang Anda berikan (--tsa)."
            )

    def _value(self, name: str) -> Der:
        if name not in self.attributes:
            raise Invalid(f"cap waktu tidak memuat atribut {name}.")
        value = Der(self.attributes[name])
        tag = value.next_tag()
        content = value.whole(tag if tag is not None else SEQUENCE)
        value.end()
        return Der(content)

    def _signer(self, candidates: Sequence[x509.Certificate]) -> x509.Certificate:
        """Return the certificate that the signed attributes bind the signature to (ESSCertIDv2)."""
        bound = self._value(SIGNING_CERTIFICATE_V2).inside(SEQUENCE)
        first = bound.inside(SEQUENCE).inside(SEQUENCE)
        digest = first.digest() if first.next_tag() == SEQUENCE else DIGESTS[SHA256]
        wanted = first.take(OCTETS)
        issuer = first.optional(SEQUENCE)
        first.end()
        for each in candidates:
            encoded = each.public_bytes(Encoding.DER)
            if digest_of(digest, encoded) == wanted and self._names(each) and names_issuer(issuer, each):
                return each
        raise Invalid("sertifikat yang menandatangani cap waktu bukan yang disebut di dalamnya.")

    def _names(self, certificate: x509.Certificate) -> bool:
        if self.authority is not None:
            subject = certificate.subject.public_bytes()
            if only(self.authority, DIRECTORY_NAME).data != subject:
                return False
        named = Der(self.signer_name)
        issuer = named.whole(SEQUENCE)
        serial = named.integer()
        named.end()
        return (issuer, serial) == (certificate.issuer.public_bytes(), certificate.serial_number)

    def _check_signature(self, signer: x509.Certificate) -> None:
        key, digest, algorithm = signer.public_key(), self.digest, self.signature_algorithm
        try:
            if isinstance(key, RSAPublicKey) and key.key_size >= LEAST_RSA_BITS:
                if algorithm == RSA or RSA_WITH.get(algorithm) == digest.name:
                    key.verify(self.signature, self.signed, PKCS1v15(), digest)
                    return
            elif isinstance(key, EllipticCurvePublicKey) and ECDSA_WITH.get(algorithm) == digest.name:
                key.verify(self.signature, self.signed, ECDSA(digest))
                return
        except InvalidSignature:
            raise Invalid("tanda tangan otoritas pada cap waktu tidak sah.") from None
        raise Invalid("cap waktu memakai kunci atau algoritma yang tidak dikenal pemeriksa ini.")


def time_of(data: bytes) -> datetime:
    """Read a GeneralizedTime as DER writes it: whole seconds in UTC, a fraction without trailing zeroes."""
    found = re.fullmatch(rb"(\d{14})(?:\.(\d*[1-9]))?Z", data)
    try:
        if found is None:
            raise ValueError
        time = datetime.strptime(found[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        raise Invalid("waktu pada cap waktu rusak.") from None
    return time + timedelta(microseconds=int((found[2] or b"0").ljust(6, b"0")[:6]))


def accuracy_of(data: bytes | None) -> int:
    """Return by how many seconds at most the time may be wrong, rounded up."""
    accuracy = Der(data or b"")
    seconds = accuracy.integer() if accuracy.next_tag() == INTEGER else 0
    parts = [accuracy.optional(tag) for tag in (0x80, 0x81)]
    accuracy.end()
    return max(0, seconds) + sum(part is not None for part in parts)


def certificates_in(data: bytes) -> list[x509.Certificate]:
    """Return the certificates that a stamp carries."""
    found, listed = [], Der(data)
    while listed.next_tag() is not None:
        try:
            found.append(x509.load_der_x509_certificate(listed.whole(SEQUENCE)))
        except BROKEN:
            raise Invalid("cap waktu memuat sertifikat yang rusak.") from None
        if len(found) > MOST_CERTIFICATES:
            raise Invalid("cap waktu memuat terlalu banyak sertifikat.")
    return found


def digest_of(algorithm: hashes.HashAlgorithm, data: bytes) -> bytes:
    """Hash with one of the SHA-2 family."""
    digest = hashes.Hash(algorithm)
    digest.update(data)
    return digest.finalize()


def extension_of(certificate: x509.Certificate, kind: Any) -> Any:
    """Return an extension of a certificate; None when it has none."""
    try:
        return certificate.extensions.get_extension_for_class(kind)
    except x509.ExtensionNotFound:
        return None


def names_issuer(named: bytes | None, certificate: x509.Certificate) -> bool:
    """Whether an IssuerSerial, where there is one, is that certificate's."""
    if named is None:
        return True
    issuer = Der(named)
    names = issuer.inside(SEQUENCE)
    serial = issuer.integer()
    issuer.end()
    name = names.take(DIRECTORY_NAME)
    names.end()
    return (name, serial) == (certificate.issuer.public_bytes(), certificate.serial_number)


def check_may_stamp(certificate: x509.Certificate) -> None:
    """Raise Invalid unless stamping the time, and nothing else, is what the certificate is for (RFC 3161 §2.3)."""
    purposes = extension_of(certificate, x509.ExtendedKeyUsage)
    usage = extension_of(certificate, x509.KeyUsage)
    for_time = (
        purposes is not None
        and purposes.critical
        and list(purposes.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
    )
    if usage is not None:
        may = usage.value
        for_time = for_time and (may.digital_signature or may.content_commitment)
        for_time = for_time and not (
            may.key_encipherment
            or may.data_encipherment
            or may.key_agreement
            or may.key_cert_sign
            or may.crl_sign
        )
    if not for_time or not understood(certificate):
        raise Invalid("sertifikat yang menandatangani cap waktu bukan sertifikat otoritas waktu.")


def understood(certificate: x509.Certificate) -> bool:
    """Whether everything that the certificate calls critical is checked here."""
    return all(isinstance(each.value, UNDERSTOOD) or not each.critical for each in certificate.extensions)


def valid_at(certificate: x509.Certificate, time: datetime) -> bool:
    """Whether a certificate is valid at that moment."""
    return certificate.not_valid_before_utc <= time <= certificate.not_valid_after_utc


def leads_to(
    certificate: x509.Certificate,
    pool: Sequence[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    time: datetime,
) -> bool:
    """Whether certificates valid at that moment lead to an anchor; each is looked at once, however they are knotted."""
    reached, seen = [certificate], {certificate}
    for below in range(MOST_STEPS):
        fit = [each for each in reached if valid_at(each, time) and understood(each)]
        if any(each in anchors for each in fit):
            return True
        others = [each for each in dict.fromkeys([*anchors, *pool]) if each not in seen]
        reached = [issuer for issuer in others if any(issued(each, issuer, below) for each in fit)]
        seen |= set(reached)
    return False


def issued(certificate: x509.Certificate, issuer: x509.Certificate, below: int) -> bool:
    """Whether `issuer` may and did issue the certificate, with so many authorities between it and the signer."""
    if certificate.issuer != issuer.subject:
        return False
    basic, usage = extension_of(issuer, x509.BasicConstraints), extension_of(issuer, x509.KeyUsage)
    purposes = extension_of(issuer, x509.ExtendedKeyUsage)
    if basic is None or not basic.value.ca or (usage is not None and not usage.value.key_cert_sign):
        return False
    if basic.value.path_length is not None and basic.value.path_length < below:
        return False
    fit = {ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}
    if purposes is not None and not fit & set(purposes.value):
        return False
    hashed = certificate.signature_hash_algorithm
    if hashed is not None and hashed.digest_size < 32:
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, *BROKEN):
        return False
    return True


def read_anchors(paths: Sequence[Path]) -> list[x509.Certificate]:
    """Read the certificates from which trust in an authority comes."""
    found = []
    for path in paths:
        try:
            found += x509.load_pem_x509_certificates(read_limited(path, MEGABYTE))
        except (OSError, ValueError):
            raise Invalid(f"{path} bukan berkas PEM berisi sertifikat otoritas waktu.") from None
    return found


def stamp_over(response: bytes, note: bytes, anchors: Sequence[x509.Certificate]) -> Stamp:
    """Return the genuine stamp over a note. Raises Invalid."""
    try:
        if len(response) > MOST_STAMP:
            raise Invalid("cap waktu terlalu panjang.")
        stamp = Stamp(response)
        stamp.check(note, anchors)
    except BROKEN as error:
        raise Invalid(f"cap waktu memuat sertifikat yang rusak: {error}") from None
    return stamp


# ── the published folder (C2SP tlog-tiles) ──────────────────────────────────────────────────────────────


def tile_name(level: str, index: int) -> str:
    """Return the path of a full tile."""
    digits = f"{index:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return "/".join(["tile", level, *("x" + group for group in groups[:-1]), groups[-1]])


def read_limited(path: Path, most: int) -> bytes:
    """Read a file that may not be longer than `most` bytes."""
    with path.open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise Invalid(f"Berkas {path.name} lebih panjang dari {most} byte yang diizinkan formatnya.")
    return data


def read_tile(folder: Path, level: str, index: int, width: int) -> bytes:
    """Read a tile or bundle; the full one serves where the partial one is gone."""
    name = tile_name(level, index)
    partial = folder / f"{name}.p/{width}"
    path = partial if width < TILE and partial.is_file() else folder / name
    try:
        return read_limited(path, MOST_BUNDLE if level == "entries" else TILE * 32)
    except OSError:
        raise Invalid(f"Berkas {name} tidak ada atau tidak terbaca.") from None


def read_entries(folder: Path, index: int, width: int) -> list[bytes]:
    """Read the first `width` entries of a bundle."""
    data, at = read_tile(folder, "entries", index, width), 0
    entries: list[bytes] = []
    while at < len(data) and len(entries) < width:
        length = int.from_bytes(data[at : at + 2], "big")
        entry = data[at + 2 : at + 2 + length]
        if len(entry) != length or at + 2 > len(data):
            break
        entries.append(entry)
        at += 2 + length
    if len(entries) != width:
        raise Invalid(f"Bundel {index} memuat {len(entries)} catatan utuh, seharusnya {width}.")
    return entries


Thing = tuple[str, str]


def thing_of(content: Any) -> Thing:
    """Return the thing an entry is about; KeyError, TypeError or ValueError when it is not an entry of ours."""
    return text_of(content["aggregate"]["type"]), text_of(content["aggregate"]["id"])


def text_of(value: Any) -> str:
    """Return a text; ValueError for anything else."""
    if not isinstance(value, str):
        raise ValueError("not a text")
    return value


def next_state(told: str | None, facts: Mapping[str, Any], where: str) -> str | None:
    """Return the state after an entry of these facts, `told` before it. Raises Invalid for a broken chain."""
    state, before = facts.get("state"), facts.get("before")
    if not isinstance(state, str):
        return told
    if isinstance(before, str) and told is not None and before != told:
        raise Invalid(f"{where} berangkat dari {before}, padahal sebelumnya {told}.")
    return state


class Events:
    """Follows each thing from entry to entry, when the entries are ours: numbers without a gap, states in a chain."""

    def __init__(self) -> None:
        self.last: dict[Thing, int] = {}
        self.state: dict[Thing, str | None] = {}
        self.foreign = False

    def see(self, index: int, entry: bytes) -> Thing | None:
        """Check that an entry is the next event of its thing; return the thing, None in a foreign log."""
        if self.foreign:
            return None
        try:
            content = json.loads(entry)
            thing, number, facts = thing_of(content), content["event"], dict(content["facts"])
        except (ValueError, KeyError, TypeError, RecursionError):
            self.foreign = index == 0
            if not self.foreign:
                raise Invalid(f"Daun {index} bukan catatan e-Order.") from None
            return None
        expected = self.last.get(thing, 0) + 1
        if number != expected:
            raise Invalid(f"Daun {index}: {'/'.join(thing)} bernomor {number}, seharusnya {expected}.")
        self.last[thing] = number
        where = f"Daun {index}: {'/'.join(thing)}"
        self.state[thing] = next_state(self.state.get(thing), facts, where)
        return thing


def check_level(folder: Path, level: int, hashes: list[bytes]) -> list[bytes]:
    """Compare the tiles of one level with the hashes they must hold; return the hashes of the level above."""
    above = []
    for start in range(0, len(hashes), TILE):
        part = hashes[start : start + TILE]
        stored = read_tile(folder, str(level), start // TILE, len(part))
        if stored[: 32 * len(part)] != b"".join(part):
            raise Invalid(f"Ubin {level}/{start // TILE} tidak cocok dengan catatannya.")
        if len(part) == TILE:
            nodes = part
            while len(nodes) > 1:
                nodes = [pair(nodes[at], nodes[at + 1]) for at in range(0, len(nodes), 2)]
            above.append(nodes[0])
    return above


Seen = Callable[[int, bytes, "Thing | None"], None]


def verify_folder(
    folder: Path,
    keys: list[Key],
    old: Sequence[Checkpoint],
    anchors: Sequence[x509.Certificate] = (),
    seen: Seen | None = None,
) -> Checkpoint:
    """Check a whole published log; `seen` is called with each leaf number, entry and thing. Raises Invalid."""
    head = Checkpoint(read_text(folder / "checkpoint"), keys)
    head.tell()
    stamped = stamped_in(folder, keys[0])
    earlier: dict[int, list[Checkpoint]] = {}
    for checkpoint in [*old, *(each for each, _response in stamped)]:
        if checkpoint.size > head.size:
            raise Invalid(
                f"Titik periksa lama ({checkpoint.size} daun) lebih besar dari log ini: catatan hilang."
            )
        earlier.setdefault(checkpoint.size, []).append(checkpoint)
    tree, events = Tree(), Events()
    hashes = grown(folder, head.size, tree, events, earlier, seen)
    if tree.root() != head.root:
        raise Invalid("Akar yang dihitung ulang berbeda dari yang ditandatangani: catatan telah diubah.")
    say(f"✓ {tree.size} catatan dihitung ulang; akarnya sama dengan yang ditandatangani.")
    if old:
        say(f"✓ {len(old)} titik periksa lama masih cocok: tidak ada riwayat yang diubah sejak itu.")
    level, tiles = 0, 0
    while hashes:
        tiles += -(-len(hashes) // TILE)
        hashes, level = check_level(folder, level, hashes), level + 1
    say(f"✓ {tiles} ubin pada {level} tingkat cocok, termasuk tepi kanannya.")
    if events.foreign:
        say("· Isi catatan bukan dari e-Order; hanya pohonnya yang diperiksa.")
    elif events.last:
        say(f"✓ Urutan peristiwa {len(events.last)} berkas lengkap tanpa lompatan.")
    tell_stamps(stamped, anchors)
    return head


def stamped_in(folder: Path, log: Key) -> list[tuple[Checkpoint, bytes]]:
    """Return the stamped checkpoints of a published log, the smallest first, each with the authority's answer."""
    found = []
    for path in sorted((folder / "stamp").glob("*.tsr")):
        checkpoint = Checkpoint(read_text(path.with_suffix(".checkpoint")), [log], stamped=True)
        if path.stem != str(checkpoint.size):
            raise Invalid(f"Cap waktu {path.name} ada pada titik periksa lain ({checkpoint.size} daun).")
        found.append((checkpoint, read_limited(path, MOST_STAMP)))
    return sorted(found, key=lambda each: each[0].size)


def tell_stamps(stamped: Sequence[tuple[Checkpoint, bytes]], anchors: Sequence[x509.Certificate]) -> None:
    """Check the stamps of a published log, whose tree was compared already, and say since when it exists."""
    if stamped and not anchors:
        say(f"· {len(stamped)} cap waktu tidak diperiksa: sertifikat otoritasnya tidak Anda berikan (--tsa).")
        return
    times = []
    for checkpoint, response in stamped:
        try:
            times.append((checkpoint.size, stamp_over(response, checkpoint.note.encode(), anchors).latest))
        except Invalid as error:
            raise Invalid(f"Cap waktu {checkpoint.size}.tsr: {error}") from None
    if times:
        say(f"✓ {len(times)} cap waktu RFC 3161 sah.")
    for size, time in [*times[:1], *times[1:][-1:]]:
        say(f"✓ {size} catatan pertama pasti sudah ada pada {moment(ceil(time.timestamp()))}.")


def grown(
    folder: Path,
    size: int,
    tree: Tree,
    events: Events,
    earlier: dict[int, list[Checkpoint]],
    seen: Seen | None,
) -> list[bytes]:
    """Read and hash every entry, growing the tree past earlier checkpoints; return the leaf hashes."""
    hashes: list[bytes] = []
    compare(earlier, tree)
    for index in range(-(-size // TILE)):
        for entry in read_entries(folder, index, min(TILE, size - index * TILE)):
            thing = events.see(tree.size, entry)
            if seen is not None:
                seen(tree.size, entry, thing)
            hashes.append(leaf(entry))
            tree.add(hashes[-1])
            compare(earlier, tree)
    return hashes


def compare(earlier: dict[int, list[Checkpoint]], tree: Tree) -> None:
    """Compare the tree as it has grown so far with earlier checkpoints of that size."""
    for checkpoint in earlier.get(tree.size, ()):
        if checkpoint.root != tree.root():
            raise Invalid(f"Titik periksa lama ({tree.size} daun) tidak cocok: riwayat telah diubah.")


# ── proof files (C2SP tlog-proof) ───────────────────────────────────────────────────────────────────────


def split_proofs(text: str) -> list[str]:
    """Return the proofs of a file."""
    found: list[list[str]] = []
    for line in text.splitlines(keepends=True):
        if line.rstrip("\n") == PROOF_HEADER:
            found.append([])
        if not found:
            raise Invalid(f"Berkas bukti harus dimulai dengan {PROOF_HEADER}.")
        found[-1].append(line)
    if not found:
        raise Invalid("Berkas bukti kosong.")
    return ["".join(lines) for lines in found]


def read_proof(text: str) -> tuple[bytes | None, int, list[bytes], str]:
    """Take one proof apart: the entry it carries, its index, the path, and the checkpoint's note. Raises Invalid."""
    header, blank, note = text.partition("\n\n")
    first, *lines = header.split("\n")
    if first != PROOF_HEADER:
        raise Invalid(f"Bukti harus dimulai dengan {PROOF_HEADER}.")
    carried = None
    if lines and lines[0].startswith("extra "):
        carried = unbase64(lines.pop(0)[6:], "Catatan di dalam bukti")
    if not blank or not lines or not lines[0].startswith("index "):
        raise Invalid("Bukti rusak: nomor daun atau titik periksa tidak ada.")
    number = whole_number(lines.pop(0)[6:], "Nomor daun pada bukti")
    if len(lines) > 63:
        raise Invalid("Jalur bukti terlalu panjang.")
    return carried, number, [unbase64(line, "Jalur bukti") for line in lines], note


def verify_proof(text: str, keys: list[Key], given: bytes | None) -> tuple[bytes, int, Checkpoint]:
    """Check one proof; return the entry it proves, its index and its checkpoint. Raises Invalid."""
    carried, number, path, note = read_proof(text)
    entry = carried if given is None else given
    if entry is None:
        raise Invalid("Bukti tidak memuat catatannya: berikan dengan --entry.")
    head = Checkpoint(note, keys)
    if root_from_path(number, head.size, leaf(entry), path) != head.root:
        raise Invalid(f"Daun {number}: jalur bukti tidak sampai ke akar yang ditandatangani.")
    return entry, number, head


def verify_proofs(path: Path, keys: list[Key], given: bytes | None) -> None:
    """Check every proof of a file and tell its story. Raises Invalid."""
    seen: dict[Thing, list[int]] = {}
    for text in split_proofs(read_text(path, MOST_IN_A_FILE)):
        entry, index, head = verify_proof(text, keys, given)
        try:
            content = json.loads(entry)
            thing = thing_of(content)
            seen.setdefault(thing, []).append(content["event"])
            told = f"{'/'.join(thing)} peristiwa {content['event']}: {content['act']} pada {content['at']}"
        except (ValueError, KeyError, TypeError, RecursionError):
            told = f"{len(entry)} byte"
        say(f"✓ Daun {index} dari {head.size} di {head.origin}: {told}")
    for thing, numbers in seen.items():
        if numbers == list(range(1, len(numbers) + 1)):
            say(f"✓ {'/'.join(thing)}: {len(numbers)} peristiwa pertama lengkap dan berurutan.")
        else:
            say(f"· {'/'.join(thing)}: berkas ini hanya memuat peristiwa {', '.join(map(str, numbers))}.")


# ── evidence packs ──────────────────────────────────────────────────────────────────────────────────────

TOLD: dict[str, dict[str, tuple[str, ...]]] = {
    "paper": {
        "number": (
            "paper.issue:number",
            "paper.void:number",
        ),
        "version": (
            "paper.issue:version",
            "paper.void:version",
        ),
        "facts_sha256": (
            "paper.issue:facts_sha256",
            "paper.void:facts_sha256",
        ),
        "pdf_sha256": ("paper.render:pdf_sha256",),
        "pdf_bytes": ("paper.render:pdf_bytes",),
    },
    "purchase": {
        "number": ("purchase.submit:number",),
        "total": (
            "purchase.submit:total_rupiah",
            "purchase.agree:total_rupiah",
            "purchase.amend:total_rupiah",
        ),
        "vendor_id": ("purchase.submit:vendor_id",),
        "mechanism": ("purchase.submit:mechanism",),
        "sp_number": ("purchase.confirm:sp_number",),
        "bast_number": (
            "purchase.accept:bast_number",
            "purchase.deem_accepted:bast_number",
        ),
        "accepted_total": ("purchase.verify:accepted_rupiah",),
        "owed_gross": ("purchase.approve_payment:total_rupiah",),
        "owed_net": ("purchase.approve_payment:net_rupiah",),
        "owed_penalty": ("purchase.approve_payment:penalty_rupiah",),
        "taxes": ("purchase.approve_payment:withheld_rupiah",),
        "rating": ("purchase.close:rating",),
    },
    "addendum": {
        "number": ("addendum.propose:addendum",),
        "total": ("addendum.propose:total_rupiah",),
        "version": ("addendum.propose:version",),
    },
    "competition": {
        "number": ("competition.draft:number",),
    },
    "evidence": {
        "number": ("evidence.record:evidence_number",),
        "amount": ("evidence.record:amount_rupiah",),
        "file_sha256": ("evidence.record:sha256",),
    },
    "journal": {
        "purchase_number": ("ledger.posted:purchase",),
        "kind": ("ledger.posted:kind",),
        "provider_event_id": ("ledger.posted:provider_event",),
        "evidence_id": ("ledger.posted:evidence",),
        "statement_line": ("ledger.posted:statement_line",),
        "reverses_id": ("ledger.posted:reverses",),
        "legs": ("ledger.posted:legs",),
    },
    "attempt": {
        "reference": ("payment.start:reference",),
        "amount": ("payment.start:amount_rupiah",),
    },
    "tax_line": {
        "code": ("tax.deposit:code",),
        "amount": ("tax.deposit:amount_rupiah",),
        "receipt": ("tax.deposit:ntpn",),
        "billed": ("tax.deposit:billing_code",),
        "deposited": ("tax.deposit:deposited_on",),
    },
    "outside_payment": {
        "number": ("outside.propose:evidence_number",),
        "amount": ("outside.propose:amount_rupiah",),
        "file_sha256": ("outside.propose:sha256",),
    },
    "payout_batch": {
        "reference": ("payout_batch.make:reference",),
        "control_sum": ("payout_batch.approve:amount_rupiah",),
        "count": ("payout_batch.approve:count",),
    },
    "payout": {
        "reference": ("payout.draw_up:reference",),
        "amount": ("payout.draw_up:amount_rupiah",),
        "proof": ("payout.settle:proof",),
    },
    "unmatched": {
        "kind": ("money.unmatched:kind",),
        "amount": ("money.unmatched:sen",),
        "provider_event_id": ("money.unmatched:provider_event",),
    },
    "refund": {
        "reference": (
            "refund.request:reference",
            "refund.outside:reference",
        ),
        "amount": (
            "refund.request:sen",
            "refund.outside:sen",
        ),
        "purchase_number": (
            "refund.request:purchase",
            "refund.outside:purchase",
        ),
        "source": (
            "refund.request:source",
            "refund.outside:source",
        ),
    },
    "payment_request": {
        "gross": (
            "payment_request.npd:gross_rupiah",
            "payment_request.spp:gross_rupiah",
        ),
        "net": (
            "payment_request.npd:net_rupiah",
            "payment_request.spp:net_rupiah",
        ),
        "sp2d_number": ("payment_request.record_sp2d:sp2d",),
        "sp2d_sha256": ("payment_request.record_sp2d:sha256",),
    },
}
"""By kind of thing: which facts of which acts tell what stands in the tables; the newest counts."""

BELONGING = {
    **dict.fromkeys(("addendum", "payout", "tax_line", "evidence", "outside_payment", "attempt"), "number"),
    **dict.fromkeys(("refund", "journal"), "purchase"),
    "budget_line": "reference",
    "paper": "subject",
    "payment_request": "orders",
    "package": "kd_rup",
}
"""By kind of thing: the fact that says to which order it belongs."""

LOOSE = ("purchase", "competition", "payout_batch", "tax_deposit", "unmatched")
"""Kinds that a pack may hold besides; their entries do not say to which order they belong."""

PARTIAL = ("budget_line",)
"""Kinds that serve many orders: the pack holds of them what concerns this one."""

KNOWN_NAMES = re.compile(
    r"entries/\d{12}\.json|proofs/\d{12}\.tlog-proof|papers/\d+-[a-z0-9_]+-v\d+(-ttd)?\.pdf"
    r"|choices/[0-9a-f]{64}\.json|agreements/\d{3,}\.json|consistency/\d+\.txt|stamp/\d+\.(tsr|checkpoint)"
    r"|checkpoint|state\.json|ledger\.json|manifest\.json|README\.txt|verify\.py",
    re.ASCII,
)
"""What a pack consists of. Anything else in it would be proven by nothing and look as if it were."""

DOCUMENT_FACTS = ("pdf_sha256", "signed_sha256", "agreement_sha256", "kak_sha256", "sha256")
"""Facts that are hashes of documents, which a pack may hold or not."""

DEPOSITED = {"code": "kode", "amount_rupiah": "nilai", "ntpn": "NTPN", "deposited_on": "hari setor"}
"""Facts of a tax's deposit that stand in the books under the same name."""


class Verdict:
    """Collects what holds, what could not be checked and what is wrong, and says it line by line."""

    def __init__(self) -> None:
        self.wrong = 0
        self.unchecked = 0

    def holds(self, text: str) -> None:
        """Say what was checked and is right."""
        say(f"✓ {text}")

    def skipped(self, text: str) -> None:
        """Say what cannot be checked here."""
        self.unchecked += 1
        say(f"· {text}")

    def fails(self, text: str) -> None:
        """Say what is wrong."""
        self.wrong += 1
        say(f"✗ {text}")

    def all_of(self, wrong: Sequence[str], holds: str) -> None:
        """Say every fault, or that there is none."""
        for text in wrong[:20]:
            self.fails(text)
        if len(wrong) > 20:
            self.fails(f"… dan {len(wrong) - 20} kesalahan lain yang sejenis.")
        if not wrong:
            self.holds(holds)


class Pack:
    """A ZIP read into memory after its list of contents was found harmless. Nothing is ever unpacked to disk."""

    def __init__(self, path: Path) -> None:
        try:
            with zipfile.ZipFile(path) as archive:
                self.files = dict(self._read(archive))
        except (
            zipfile.BadZipFile,
            zipfile.LargeZipFile,
            NotImplementedError,
            RuntimeError,
            EOFError,
        ) as error:
            raise Invalid(f"{path.name} bukan ZIP yang utuh: {error}") from None
        except OSError:
            raise Invalid(f"Berkas {path} tidak ada atau tidak terbaca.") from None
        except (ValueError, struct.error, ArithmeticError, zipfile.zlib.error) as error:  # type: ignore[attr-defined]
            raise Invalid(f"{path.name} rusak: {error}") from None

    def _read(self, archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
        listed = archive.infolist()
        if len(listed) > MOST_FILES:
            raise Invalid(f"Paket memuat {len(listed)} berkas, paling banyak {MOST_FILES}.")
        names: set[str] = set()
        for each in listed:
            check_name(each)
            if each.filename.casefold() in names:
                raise Invalid(f"Nama berkas {each.filename} muncul dua kali dalam paket.")
            names.add(each.filename.casefold())
        if sum(each.file_size for each in listed) > MOST_IN_ALL:
            raise Invalid(f"Paket mengembang menjadi lebih dari {MOST_IN_ALL // MEGABYTE} MB: ditolak.")
        check_layout(archive, listed)
        for each in listed:
            with archive.open(each) as file:
                data = file.read(MOST_IN_A_FILE + 1)
            if len(data) > MOST_IN_A_FILE or len(data) != each.file_size:
                raise Invalid(f"Ukuran {each.filename} tidak seperti yang tertulis, atau terlalu besar.")
            yield each.filename, data

    def __getitem__(self, name: str) -> bytes:
        """Return a file that must be there."""
        if name not in self.files:
            raise Invalid(f"Paket tidak memuat {name}.")
        return self.files[name]

    def below(self, folder: str, ending: str) -> list[str]:
        """Return the names of a folder's files, sorted."""
        return sorted(name for name in self.files if name.startswith(folder) and name.endswith(ending))


def check_name(entry: zipfile.ZipInfo) -> None:
    """Raise Invalid for a file that a pack of ours never holds: outside the folder, a link, enciphered, too large."""
    name = entry.filename
    steps = name.split("/")
    if (
        len(name) > 200
        or not name.isascii()
        or not name.isprintable()
        or any(step in {"", ".", ".."} for step in steps)
        or any(character in name for character in '\\:*?"<>|')
    ):
        raise Invalid(f"Nama berkas {name[:200]!r} tidak diizinkan dalam paket.")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if entry.flag_bits & 1 or kind not in (0, stat.S_IFREG):
        raise Invalid(f"Berkas {name} bukan berkas biasa.")
    if entry.file_size > MOST_IN_A_FILE:
        raise Invalid(f"Berkas {name} terlalu besar: {entry.file_size} byte.")


def check_layout(archive: zipfile.ZipFile, listed: Sequence[zipfile.ZipInfo]) -> None:
    """Raise Invalid unless the archive is its files one after another, then their list, and nothing else.

    Programs that read an archive from its front, or that know other fields, would show something else than was checked.
    """
    file = archive.fp
    assert file is not None
    at = 0
    for each in sorted(listed, key=lambda one: one.header_offset):
        file.seek(at)
        head = file.read(30)
        if each.header_offset != at or len(head) != 30:
            raise Invalid("Paket memuat byte di antara berkas-berkasnya.")
        _signature, _version, flags, method, _time, _day, crc, packed, size, name, extra = struct.unpack(
            "<4s5H3L2H", head
        )
        stated = (each.flag_bits, each.compress_type, each.CRC, each.compress_size, each.file_size)
        if (flags, method, crc, packed, size) != stated or file.read(name) != each.filename.encode():
            raise Invalid(f"{each.filename} ditulis berbeda di dua tempat dalam paket.")
        if (
            flags
            or extra
            or each.extra
            or each.comment
            or method not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
        ):
            raise Invalid(f"{each.filename} membawa keterangan yang tidak dikenal.")
        at += 30 + name + packed
    end = file.seek(0, 2)
    if archive.comment or at + sum(46 + len(each.filename) for each in listed) + 22 != end:
        raise Invalid("Paket memuat byte di luar berkas-berkasnya.")


def strict_json(data: bytes, what: str) -> Any:
    """Read JSON in which no key appears twice and every number is whole. Raises Invalid."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise Invalid(f"{what}: satu nama muncul dua kali.")
        return found

    def refused(text: str) -> Any:
        raise Invalid(f"{what}: {text[:40]} bukan bilangan bulat.")

    try:
        return json.loads(
            data.decode("utf-8"), object_pairs_hook=once, parse_float=refused, parse_constant=refused
        )
    except (ValueError, RecursionError):
        raise Invalid(f"{what} bukan JSON.") from None


class Line:
    """One entry of a pack: its leaf number, its thing, event, act, time and facts."""

    def __init__(self, index: int, entry: bytes) -> None:
        content = strict_json(entry, f"Catatan daun {index}")
        try:
            self.index = index
            self.thing = thing_of(content)
            self.event, self.act, self.at = (
                int(content["event"]),
                text_of(content["act"]),
                text_of(content["at"]),
            )
            self.facts: dict[str, Any] = dict(content["facts"])
            self.time = datetime.strptime(self.at, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
        except (KeyError, TypeError, ValueError):
            raise Invalid(f"Catatan daun {index} bukan catatan e-Order.") from None


class PackCheck:
    """All checks of one evidence pack, each with its line."""

    def __init__(self, pack: Pack, keys: list[Key]) -> None:
        self.pack = pack
        self.keys = keys
        self.verdict = Verdict()
        self.lines: list[Line] = []
        self.by_thing: dict[Thing, list[Line]] = {}
        self.stated: dict[Thing, dict[str, Any]] = {}

    def run(
        self,
        old: Sequence[tuple[str, Checkpoint]],
        log: Path | None,
        anchors: Sequence[x509.Certificate] = (),
    ) -> None:
        """Check everything. Raises Invalid where nothing further would make sense."""
        self.check_manifest()
        self.head = Checkpoint(decoded(self.pack["checkpoint"], MOST_NOTE), self.keys)
        self.head.tell()
        self.check_inclusion()
        self.read_state()
        self.check_order()
        self.check_belonging()
        self.check_events()
        self.check_states()
        self.check_figures()
        self.check_documents()
        self.check_books()
        self.check_old(old)
        self.check_stamps(anchors)
        self.check_log(log, [checkpoint for _name, checkpoint in old], anchors)

    # ── the pack as such ────────────────────────────────────────────────────────────────────────────────

    def check_manifest(self) -> None:
        manifest = strict_json(self.pack["manifest.json"], "manifest.json")
        if not isinstance(manifest, dict) or manifest.get("format") != PACK_FORMAT:
            raise Invalid(f"Ini bukan paket bukti {PACK_FORMAT}.")
        listed = manifest.get("files")
        if not isinstance(listed, dict):
            raise Invalid("manifest.json tidak memuat daftar berkas.")
        here = {name for name in self.pack.files if name != "manifest.json"}
        wrong = [
            f"{name} ada dalam paket tetapi tidak dalam daftar isinya." for name in sorted(here - set(listed))
        ]
        wrong += [
            f"{name} ada dalam daftar isi tetapi tidak dalam paket." for name in sorted(set(listed) - here)
        ]
        for name in sorted(here & set(listed)):
            stated = listed[name].get("sha256") if isinstance(listed[name], dict) else None
            if stated != sha256(self.pack[name]).hexdigest():
                wrong.append(f"{name}: isinya tidak cocok dengan SHA-256 dalam daftar isi.")
        wrong += [
            f"{name} tidak dikenal: bukan bagian dari paket bukti, dan tidak ada yang membuktikannya."
            for name in sorted(here)
            if not KNOWN_NAMES.fullmatch(name)
        ]
        self.manifest = manifest
        self.verdict.all_of(wrong, f"{len(here)} berkas sama dengan daftar isinya.")
        if "verify.py" in self.pack.files and self.pack["verify.py"] != Path(__file__).read_bytes():
            self.verdict.skipped("verify.py dalam paket berbeda dari pemeriksa ini; jangan memakainya.")

    # ── entries ─────────────────────────────────────────────────────────────────────────────────────────

    def check_inclusion(self) -> None:
        names = {name[8:-5] for name in self.pack.below("entries/", ".json")}
        proven = {name[7:-11] for name in self.pack.below("proofs/", ".tlog-proof")}
        wrong = [f"Catatan {name} tidak punya bukti." for name in sorted(names - proven)]
        wrong += [f"Bukti {name} tidak punya catatan." for name in sorted(proven - names)]
        for name in sorted(names & proven):
            try:
                self._include(name)
            except Invalid as error:
                wrong.append(f"Catatan {name}: {error}")
        if not names:
            wrong.append("Paket tidak memuat satu pun catatan.")
        self.lines.sort(key=lambda line: line.index)
        for line in self.lines:
            self.by_thing.setdefault(line.thing, []).append(line)
        told = f"{len(self.lines)} catatan dihitung ulang; semuanya ada dalam log yang ditandatangani."
        self.verdict.all_of(wrong, told)

    def _include(self, name: str) -> None:
        entry = self.pack[f"entries/{name}.json"]
        text = decoded(self.pack[f"proofs/{name}.tlog-proof"], MOST_NOTE)
        _carried, index, path, note = read_proof(text)
        if f"{index:012d}" != name:
            raise Invalid("nomor daunnya tidak seperti nama berkasnya.")
        if note != self.head.note:
            raise Invalid("buktinya memakai titik periksa lain.")
        if root_from_path(index, self.head.size, leaf(entry), path) != self.head.root:
            raise Invalid("jalur bukti tidak sampai ke akar yang ditandatangani: isinya telah diubah.")
        self.lines.append(Line(index, entry))

    # ── whose order it is ───────────────────────────────────────────────────────────────────────────────

    def check_order(self) -> None:
        """Whether all that names the order means the one that the log knows by that number."""
        pk, number = self.order
        told = [line.facts.get("number") for line in self.by_thing.get(("purchase", pk), [])]
        wrong = []
        if set(told) != {number}:
            wrong.append(f"Menurut log, pesanan {pk} bukan {number}.")
        if self.manifest.get("order") != {"id": pk, "number": number}:
            wrong.append("Daftar isi menyebut pesanan lain.")
        wrong += [
            f"{'/'.join(thing)} adalah pesanan lain."
            for thing in sorted(set(self.by_thing) | set(self.stated))
            if thing[0] == "purchase" and thing[1] != pk
        ]
        log, listed = self.manifest.get("log"), self.manifest.get("entries")
        if not isinstance(log, dict) or (log.get("origin"), log.get("size")) != (
            self.head.origin,
            self.head.size,
        ):
            wrong.append("Daftar isi menyebut log atau jumlah catatan lain.")
        ours = [
            {
                "leaf": line.index,
                "type": line.thing[0],
                "id": line.thing[1],
                "event": line.event,
                "act": line.act,
            }
            for line in self.lines
        ]
        if not isinstance(listed, list) or sorted(map(repr_of, listed)) != sorted(map(repr_of, ours)):
            wrong.append("Daftar isi menyebut catatan yang lain dari yang ada dalam paket.")
        self.verdict.all_of(wrong, f"Semuanya tentang pesanan {number}, yang dikenal log dengan nomor itu.")

    def check_belonging(self) -> None:
        """Whether every thing in the pack is one that the log ties to this order."""
        wrong, loose = [], set()
        packages = {line.facts.get("kd_rup") for line in self.lines if line.act == "purchase.submit"}
        for thing, lines in sorted(self.by_thing.items()):
            kind, name = thing[0], "/".join(thing)
            if kind in LOOSE:
                loose.add(kind)
                continue
            if kind not in BELONGING:
                wrong.append(f"{name} bukan hal yang termuat dalam paket bukti pesanan.")
                continue
            told = [line.facts[BELONGING[kind]] for line in lines if line.facts.get(BELONGING[kind])]
            fits = [self._is_ours(kind, each, packages) for each in told]
            if not all(fits) or not fits or (kind in PARTIAL and len(fits) != len(lines)):
                wrong.append(f"{name}: menurut log bukan milik pesanan {self.order[1]}.")
        self.verdict.all_of(wrong, "Berkas-berkas itu menurut log milik pesanan ini.")
        if loose - {"purchase"}:
            kinds = ", ".join(sorted(loose - {"purchase"}))
            self.verdict.skipped(f"Log tidak menyebut pesanan mana yang memiliki {kinds}.")

    def _is_ours(self, kind: str, told: Any, packages: set[Any]) -> bool:
        pk, number = self.order
        if kind == "paper":
            return bool(told == f"purchase/{pk}")
        if kind == "payment_request":
            return isinstance(told, list) and number in told
        return told in packages if kind == "package" else bool(told == number)

    def _tells_of_us(self, entry: bytes, thing: Thing) -> bool:
        """Whether an entry of the log says that its thing belongs to this order."""
        pk, number = self.order
        fact = BELONGING.get(thing[0])
        if fact is None or thing[0] == "package":
            return False
        if number.encode() not in entry and f"purchase/{pk}".encode() not in entry:
            return False
        told = json.loads(entry)["facts"].get(fact)
        return bool(told) and self._is_ours(thing[0], told, set())

    def check_events(self) -> None:
        wrong, partial = [], []
        for thing, lines in sorted(self.by_thing.items()):
            numbers = [line.event for line in lines]
            name = "/".join(thing)
            whole = thing[0] not in PARTIAL
            if self.stated.get(thing, {}).get("whole", whole) is not whole:
                wrong.append(f"{name}: paket salah menyebut apakah seluruh peristiwanya disertakan.")
            if whole and numbers != list(range(1, len(numbers) + 1)):
                wrong.append(f"{name}: nomor peristiwa {brief(numbers)}, seharusnya 1 sampai {len(numbers)}.")
            if not whole:
                partial.append(name)
                if numbers != sorted(set(numbers)):
                    wrong.append(f"{name}: nomor peristiwa {brief(numbers)} tidak menaik.")
        whole_ones = len(self.by_thing) - len(partial)
        self.verdict.all_of(wrong, f"Peristiwa {whole_ones} berkas bernomor urut dari 1 tanpa lompatan.")
        for name in partial:
            told = "hanya peristiwa yang menyangkut pesanan ini yang disertakan; urutannya menaik."
            self.verdict.skipped(f"{name}: {told}")

    # ── what the tables say ─────────────────────────────────────────────────────────────────────────────

    def read_state(self) -> None:
        stated = strict_json(self.pack["state.json"], "state.json")
        try:
            self.order = (str(stated["order"]["id"]), str(stated["order"]["number"]))
            for each in stated["things"]:
                thing = (text_of(each["type"]), text_of(each["id"]))
                if thing in self.stated or not isinstance(each["figures"], dict):
                    raise ValueError("stated twice")
                self.stated[thing] = each
        except (KeyError, TypeError, ValueError):
            raise Invalid("state.json tidak berbentuk seperti yang seharusnya.") from None

    def check_states(self) -> None:
        wrong, unknown, checked = [], [], 0
        for thing in sorted(set(self.by_thing) - set(self.stated)):
            wrong.append(f"{'/'.join(thing)}: log mengenalnya, keadaan basis data tidak menyebutnya.")
        for thing, stated in sorted(self.stated.items()):
            name, lines = "/".join(thing), self.by_thing.get(thing, [])
            if stated.get("events") != len(lines):
                wrong.append(
                    f"{name}: basis data menyebut {stated.get('events')} peristiwa, paket {len(lines)}."
                )
            try:
                reached = chained(lines)
            except Invalid as error:
                wrong.append(f"{name}: {error}")
                continue
            if not lines and thing[0] not in PARTIAL:
                wrong.append(f"{name}: basis data mengenalnya, log tidak.")
            elif reached is None and stated.get("state") is not None:
                unknown.append(f"{name} ({stated['state']})")
            elif reached != stated.get("state"):
                wrong.append(f"{name}: menurut log {reached}, menurut basis data {stated.get('state')}.")
            else:
                checked += reached is not None
        order = ("purchase", self.order[0])
        if order not in self.by_thing:
            wrong.append(f"Paket tidak memuat satu pun catatan tentang pesanan {self.order[1]}.")
        self.verdict.all_of(
            wrong, f"Keadaan {checked} berkas yang dibangun ulang dari log sama dengan basis data."
        )
        if unknown:
            self.verdict.skipped(
                f"Log tidak menyebut keadaan {', '.join(unknown)}; tidak dapat dibandingkan."
            )

    def check_figures(self) -> None:
        wrong, checked, unknown = [], 0, set()
        for thing, stated in sorted(self.stated.items()):
            told = last_told(thing, self.by_thing.get(thing, []))
            for column in sorted(set(told) - set(stated["figures"])):
                wrong.append(f"{'/'.join(thing)}: {column} dicatat log, basis data tidak menyebutnya.")
            for column, value in sorted(stated["figures"].items()):
                if column not in TOLD.get(thing[0], {}):
                    unknown.add(f"{thing[0]}.{column}")
                elif column in told:
                    checked += 1
                    if told[column] != value:
                        wrong.append(
                            f"{'/'.join(thing)}: {column} menurut log {told[column]}, di basis data {value}."
                        )
        self.verdict.all_of(
            wrong, f"{checked} nomor, nilai dan sidik di basis data sama dengan yang dicatat log."
        )
        if unknown:
            self.verdict.skipped(f"Pemeriksa ini tidak mengenal kolom {', '.join(sorted(unknown))}.")

    # ── documents ───────────────────────────────────────────────────────────────────────────────────────

    def check_documents(self) -> None:
        told = {digest for line in self.lines for digest in digests_in(line.facts)}
        here = {sha256(data).hexdigest() for data in self.pack.files.values()}
        wrong, proven = self._papers()
        agreed = {
            f"agreements/{line.facts['agreement']:03d}.json": line.facts.get("agreement_sha256")
            for line in self.by_thing.get(("purchase", self.order[0]), [])
            if isinstance(line.facts.get("agreement"), int)
        }
        chosen = {digest for line in self.lines for digest in choices_in(line.facts)}
        free = []
        for name in self.pack.below("choices/", ".json") + self.pack.below("agreements/", ".json"):
            digest = sha256(self.pack[name]).hexdigest()
            if (name == f"choices/{digest}.json" and digest in chosen) or agreed.get(name) == digest:
                proven += 1
            elif (
                name.startswith("agreements/")
                and name not in agreed
                and name < min(agreed, default=name + "~")
            ):
                free.append(name)
            else:
                wrong.append(f"{name}: sidiknya tidak ada dalam log; dokumen ini bukan yang dicatat.")
        wrong += [
            f"{name} dicatat log, tetapi tidak ada dalam paket."
            for name in sorted(set(agreed) - set(self.pack.files))
        ]
        self.verdict.all_of(wrong, f"{proven} dokumen mempunyai sidik yang sama dengan yang dicatat log.")
        if free:
            self.verdict.skipped(f"Log tidak memuat sidik {', '.join(free)}; isinya tidak dapat dibuktikan.")
        outside = len(told - here)
        if outside:
            self.verdict.skipped(
                f"{outside} sidik dalam log menunjuk hal yang tidak disertakan (pindaian, foto, berkas)."
            )

    def _papers(self) -> tuple[list[str], int]:
        """Compare every PDF with what the log tells of the paper whose number, kind and version its name says."""
        expected: dict[str, str] = {}
        for (kind, pk), lines in self.by_thing.items():
            if kind == "paper":
                told: dict[str, Any] = {}
                for line in lines:
                    told |= line.facts
                stem = f"papers/{pk}-{text_or_nothing(told.get('kind')).lower()}-v{told.get('version')}"
                for fact, ending in (("pdf_sha256", ".pdf"), ("signed_sha256", "-ttd.pdf")):
                    if told.get(fact) is not None:
                        expected[stem + ending] = told[fact]
        wrong, papers = [], self.pack.below("papers/", "")
        for name in papers:
            if expected.get(name) != sha256(self.pack[name]).hexdigest():
                wrong.append(f"{name}: sidiknya tidak ada dalam log; dokumen ini bukan yang dicatat.")
        for name in sorted(set(expected) - set(papers)):
            wrong.append(f"{name}: PDF yang dicatat log tidak ada dalam paket.")
        return wrong, len(set(papers) & set(expected))

    # ── the books ───────────────────────────────────────────────────────────────────────────────────────

    def check_books(self) -> None:
        books = strict_json(self.pack["ledger.json"], "ledger.json")
        try:
            wrong, told = self._books(books)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise Invalid("ledger.json tidak berbentuk seperti yang seharusnya.") from None
        self.verdict.all_of(wrong, told)

    def _books(self, books: Mapping[str, Any]) -> tuple[list[str], str]:
        wrong = [] if books["order"] == self.order[1] else ["Buku itu milik pesanan lain."]
        entries = {line.thing[1]: line for line in self.lines if line.act == "ledger.posted"}
        posted = {pk: line.facts for pk, line in entries.items()}
        journals = by_id(books["journals"])
        for number in sorted(set(posted) ^ set(journals)):
            where = "log" if number in posted else "buku"
            wrong.append(f"Jurnal {number} hanya ada di {where}.")
        for number, journal in sorted(journals.items()):
            legs = {text_of(code): whole(amount) for code, amount in journal["legs"].items()}
            if sum(legs.values()) or not legs:
                wrong.append(f"Jurnal {number} tidak seimbang: selisih {sum(legs.values())} sen.")
            told = posted.get(number)
            if told is None:
                continue
            if told["legs"] != legs:
                wrong.append(f"Jurnal {number}: ayatnya berbeda dari yang dicatat log.")
            reverses = None if told.get("reverses") is None else str(told["reverses"])
            if (journal["kind"], journal["reverses"]) != (told["kind"], reverses):
                wrong.append(f"Jurnal {number}: jenis atau pembalikannya berbeda dari yang dicatat log.")
            if datetime.fromisoformat(journal["posted_at"]) != entries[number].time:
                wrong.append(f"Jurnal {number}: waktunya berbeda dari yang dicatat log.")
        taxes = by_id(books["taxes"])
        wrong += self._obligation(books["obligation"], taxes) + self._deposits(taxes)
        return (
            wrong,
            f"{len(journals)} jurnal pesanan seimbang dan sama dengan log; pajak cocok dengan kewajiban.",
        )

    def _obligation(self, owed: Any, taxes: Mapping[str, Any]) -> list[str]:
        wrong = []
        approved = [line.facts for line in self.lines if line.act == "purchase.approve_payment"]
        if owed is not None and not approved:
            wrong.append("Kewajiban bayar dalam buku tidak pernah disetujui menurut log.")
        if owed is None:
            if taxes:
                wrong.append("Ada pajak tanpa kewajiban bayar.")
            if approved:
                wrong.append("Kewajiban bayar yang disetujui menurut log tidak ada dalam buku.")
            return wrong
        if whole(owed["gross_rupiah"]) != sum(
            whole(owed[f"{part}_rupiah"]) for part in ("net", "withheld", "penalty")
        ):
            wrong.append("Kewajiban bayar tidak sama dengan bersih + pajak + denda.")
        if sum(whole(tax["amount_rupiah"]) for tax in taxes.values()) != owed["withheld_rupiah"]:
            wrong.append("Jumlah pajak tidak sama dengan pajak yang dipungut.")
        if approved and (
            approved[-1].get("total_rupiah"), approved[-1].get("net_rupiah"), approved[-1].get("penalty_rupiah")
        ) != (owed["gross_rupiah"], owed["net_rupiah"], owed["penalty_rupiah"]):  # fmt: skip
            wrong.append("Kewajiban bayar berbeda dari yang disetujui menurut log.")
        planned = approved[-1].get("tax_plan") if approved else None
        kept = (
            [each for each in planned["lines"] if each["remitter"] != "VENDOR" and each["amount"]]
            if planned
            else []
        )
        if planned and sorted(map(tax_of, kept)) != sorted(map(tax_of, taxes.values())):
            wrong.append("Pajak dalam buku berbeda dari yang disetujui menurut log.")
        return wrong

    def _deposits(self, taxes: Mapping[str, Any]) -> list[str]:
        deposited = {line.thing[1] for line in self.lines if line.act == "tax.deposit"}
        return [
            f"Pajak {pk} disebut sudah disetor, log tidak mencatatnya."
            for pk, tax in sorted(taxes.items())
            if pk not in deposited and (tax["ntpn"] or tax["deposited_on"])
        ] + [
            f"Pajak {line.thing[1]}: {name} berbeda dari yang dicatat log."
            for line in self.lines
            if line.act == "tax.deposit"
            for fact, name in DEPOSITED.items()
            if taxes.get(line.thing[1], {}).get(fact) != line.facts.get(fact)
        ]

    # ── time ────────────────────────────────────────────────────────────────────────────────────────────

    def check_old(self, old: Sequence[tuple[str, Checkpoint]]) -> None:
        for name, checkpoint in old:
            steps = self._steps_from(checkpoint)
            if checkpoint.size > self.head.size:
                told = "paket ini lebih tua daripadanya; minta paket yang baru, atau periksa dengan --log."
                self.verdict.skipped(f"Titik periksa lama {name} ({checkpoint.size} daun): {told}")
                continue
            if steps is None:
                told = "paket tidak memuat bukti konsistensinya; buat paket dengan --old, atau periksa dengan --log."
                self.verdict.skipped(f"Titik periksa lama {name} ({checkpoint.size} daun): {told}")
                continue
            try:
                check_consistency(checkpoint.size, self.head.size, steps, checkpoint.root, self.head.root)
            except Invalid as error:
                self.verdict.fails(f"Titik periksa lama {name}: {error}")
            else:
                self.verdict.holds(
                    f"Titik periksa lama {name} ({checkpoint.size} daun) adalah awal dari log ini."
                )

    def check_stamps(self, anchors: Sequence[x509.Certificate]) -> None:
        stamps = self.pack.below("stamp/", ".tsr")
        if not stamps:
            self.verdict.skipped("Paket tidak memuat cap waktu RFC 3161.")
        for name in self.pack.below("stamp/", ".checkpoint"):
            if name.removesuffix("checkpoint") + "tsr" not in stamps:
                self.verdict.fails(f"{name}: cap waktunya tidak ada dalam paket.")
        for name in stamps:
            try:
                self._stamp(name, anchors)
            except Invalid as error:
                self.verdict.fails(f"{name}: {error}")

    def _stamp(self, name: str, anchors: Sequence[x509.Certificate]) -> None:
        note = self.pack[name.removesuffix("tsr") + "checkpoint"]
        stamped = Checkpoint(decoded(note, MOST_NOTE), self.keys[:1], stamped=True)
        if name != f"stamp/{stamped.size}.tsr":
            raise Invalid(f"cap waktu itu ada pada titik periksa lain ({stamped.size} daun).")
        steps = self._steps_from(stamped)
        if steps is None:
            raise Invalid("bukti bahwa titik periksa bercap itu awal dari log ini tidak ada dalam paket.")
        check_consistency(stamped.size, self.head.size, steps, stamped.root, self.head.root)
        if not anchors:
            told = "cap waktu tidak diperiksa: sertifikat otoritasnya tidak Anda berikan (--tsa)."
            self.verdict.skipped(f"{name}: {told}")
            return
        stamp = stamp_over(self.pack[name], note, anchors)
        covered = [line for line in self.lines if line.index < stamped.size]
        late = [line.index for line in covered if line.time > stamp.latest + CLOCKS_MAY_DIFFER]
        if late:
            raise Invalid(f"catatan daun {brief(late)} menyebut waktu sesudah cap waktu yang memuatnya.")
        first, after = f"{stamped.size} catatan pertama log", len(self.lines) - len(covered)
        held = (
            "semua catatan pesanan ini di dalamnya"
            if not after
            else f"{len(covered)} di antaranya pesanan ini"
        )
        self.verdict.holds(f"{first}, {held}, pasti sudah ada pada {moment(ceil(stamp.latest.timestamp()))}.")
        if after:
            told = f"{after} catatan pesanan ini ditulis sesudah cap waktu itu dan tidak tercakup olehnya."
            self.verdict.skipped(told)

    def _steps_from(self, earlier: Checkpoint) -> list[bytes] | None:
        """Return the proof that an earlier tree is the beginning of the pack's; None when the pack has none."""
        if earlier.size == self.head.size:
            return []
        path = f"consistency/{earlier.size}.txt"
        if path not in self.pack.files:
            return None
        return read_consistency(decoded(self.pack[path], MOST_NOTE), earlier.size)

    def check_log(
        self, log: Path | None, old: Sequence[Checkpoint], anchors: Sequence[x509.Certificate]
    ) -> None:
        if log is None:
            told = "hanya terbukti dengan seluruh log (--log FOLDER)."
            self.verdict.skipped(f"Bahwa tidak ada catatan lain tentang pesanan ini {told}")
            return
        ours = {line.index for line in self.lines}
        whole_ones = {thing for thing in self.by_thing if thing[0] not in PARTIAL}
        missing: list[str] = []

        def look(index: int, entry: bytes, thing: Thing | None) -> None:
            if index not in ours and thing and (thing in whole_ones or self._tells_of_us(entry, thing)):
                missing.append(f"Daun {index} tentang {'/'.join(thing)} tidak disertakan dalam paket.")
            if index in ours and entry != self.pack.files.get(f"entries/{index:012d}.json"):
                missing.append(f"Daun {index} berbeda antara paket dan log.")

        head = verify_folder(log, self.keys, [*old, self.head], anchors, look)
        self.verdict.all_of(
            missing, f"Log dengan {head.size} catatan tidak memuat hal lain tentang pesanan ini."
        )


def chained(lines: Sequence[Line]) -> str | None:
    """Return the state that a thing's entries lead to, None when they tell none. Raises Invalid for a broken chain."""
    state: str | None = None
    for line in lines:
        state = next_state(state, line.facts, f"peristiwa {line.event}")
    return state


def last_told(thing: Thing, lines: Sequence[Line]) -> dict[str, Any]:
    """Return what the entries of a thing tell of its columns, the newest counting."""
    found: dict[str, Any] = {}
    for line in lines:
        for column, tellers in TOLD.get(thing[0], {}).items():
            for teller in tellers:
                act, _colon, fact = teller.partition(":")
                if act == line.act and fact in line.facts:
                    found[column] = line.facts[fact]
    return found


def digests_in(facts: Mapping[str, Any]) -> Iterator[str]:
    """Yield the hashes of documents that an entry's facts name."""
    for fact in DOCUMENT_FACTS:
        if isinstance(facts.get(fact), str):
            yield facts[fact]
    yield from choices_in(facts)


def choices_in(facts: Mapping[str, Any]) -> Iterator[str]:
    """Yield the hashes of the answers of the search that an order's lines were chosen from."""
    lines = facts.get("lines")
    for each in lines if isinstance(lines, list) else ():
        if isinstance(each, dict) and isinstance(each.get("choice"), str):
            yield each["choice"]


def read_consistency(text: str, size: int) -> list[bytes]:
    """Read a consistency proof: `old <size>`, then the hashes in base64, one a line (C2SP tlog-witness)."""
    first, *lines = text.partition("\n\n")[0].split("\n")
    if first != f"old {size}" or len(lines) > 63:
        raise Invalid("Bukti konsistensi rusak.")
    return [unbase64(line, "Bukti konsistensi") for line in lines]


def tax_of(line: Mapping[str, Any]) -> str:
    """Return what a line of a tax plan and a tax in the books have in common."""
    amount = line["amount_rupiah"] if "amount_rupiah" in line else line["amount"]
    rule = line["rule"] if "rule" in line else f"{line['rule_id']}/{line['rule_version']}"
    return repr_of([line["code"], line["base"], line["rate"], whole(amount), rule, line["legal_basis"]])


def repr_of(value: Any) -> str:
    """Return JSON that is the same for equal values."""
    return json.dumps(value, sort_keys=True)


def text_or_nothing(value: Any) -> str:
    """Return a text; the empty one for anything else."""
    return value if isinstance(value, str) else ""


def by_id(rows: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Return the rows by their id; ValueError when one is told twice."""
    found = {text_of(each["id"]): each for each in rows}
    if len(found) != len(rows):
        raise ValueError("told twice")
    return found


def whole(value: Any) -> int:
    """Return a whole number; ValueError for anything else, True and False included."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("not a whole number")
    return value


def brief(numbers: Sequence[int]) -> str:
    """Return some numbers, the first twelve of them."""
    return ", ".join(map(str, numbers[:12])) + (", …" if len(numbers) > 12 else "")


def decoded(data: bytes, most: int) -> str:
    """Return UTF-8 text of at most so many bytes."""
    if len(data) > most:
        raise Invalid(f"Naskah terlalu panjang: {len(data)} byte.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Invalid("Naskah bukan UTF-8.") from None


def verify_pack(
    path: Path,
    keys: list[Key],
    old: Sequence[tuple[str, Checkpoint]],
    log: Path | None,
    anchors: Sequence[x509.Certificate],
) -> None:
    """Check an evidence pack and say what holds and what does not. Raises Invalid."""
    check = PackCheck(Pack(path), keys)
    check.run(old, log, anchors)
    verdict = check.verdict
    if verdict.unchecked:
        say(f"  {verdict.unchecked} hal bertanda · tidak dapat diperiksa dari paket ini.")
    if verdict.wrong:
        raise Invalid(f"{verdict.wrong} kesalahan ditemukan.")


# ── the command ─────────────────────────────────────────────────────────────────────────────────────────


def read_text(path: Path, most: int = MOST_NOTE) -> str:
    """Read a text file as it is, newlines included."""
    try:
        return read_limited(path, most).decode("utf-8")
    except (OSError, UnicodeDecodeError):
        raise Invalid(f"Berkas {path} tidak ada atau tidak terbaca.") from None


def read_old(paths: Sequence[Path], log: Key) -> list[tuple[str, Checkpoint]]:
    """Read checkpoints kept from before; the log alone must have signed them."""
    return [(path.name, Checkpoint(read_text(path), [log])) for path in paths]


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(description="Memeriksa log audit dan paket bukti, tanpa jaringan.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    folder = verbs.add_parser("verify", help="periksa seluruh log yang diterbitkan")
    folder.add_argument("folder", type=Path)
    proof = verbs.add_parser("verify-proof", help="periksa berkas bukti")
    proof.add_argument("file", type=Path)
    proof.add_argument("--entry", type=Path, help="catatan yang dibuktikan, bila tidak termuat")
    pack = verbs.add_parser("verify-pack", help="periksa paket bukti satu pesanan")
    pack.add_argument("pack", type=Path)
    pack.add_argument("--log", type=Path, help="folder seluruh log: buktikan bahwa tidak ada catatan lain")
    for verb in (folder, pack):
        old = "titik periksa lama yang harus masih cocok"
        verb.add_argument("--old", type=Path, nargs="*", default=[], help=old)
        tsa = "sertifikat otoritas waktu (PEM): periksa juga cap waktunya"
        verb.add_argument("--tsa", type=Path, nargs="*", default=[], help=tsa)
    for verb in (folder, proof, pack):
        verb.add_argument("--vkey", required=True, help="kunci publik log")
        verb.add_argument(
            "--witness", action="append", default=[], help="kunci saksi yang wajib ikut menandatangani"
        )
    given = parser.parse_args(arguments)
    try:
        keys = [Key(given.vkey), *map(Key, given.witness)]
        if keys[0].type != LOG_KEY:
            raise Invalid("Kunci log harus Ed25519 biasa, bukan kunci saksi.")
        if given.verb == "verify":
            old_heads = [each for _name, each in read_old(given.old, keys[0])]
            verify_folder(given.folder, keys, old_heads, read_anchors(given.tsa))
        elif given.verb == "verify-pack":
            verify_pack(given.pack, keys, read_old(given.old, keys[0]), given.log, read_anchors(given.tsa))
        else:
            entry = read_limited(given.entry, MOST_BUNDLE) if given.entry else None
            verify_proofs(given.file, keys, entry)
    except (Invalid, OSError) as error:
        say(f"✗ {error}")
        say("TIDAK SAH.")
        return 1
    say("SAH.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
