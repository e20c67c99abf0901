"""Time stamps by two programs: what the single-file verifier believes and refuses, `openssl ts` does, too."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.audit.single_file import VERIFY
from tests.audit.stamps import (
    CONTENT_TYPE,
    DATA,
    ECDSA_SHA256,
    MESSAGE_DIGEST,
    NOW,
    SHA384,
    SIGNING_CERTIFICATE_V2,
    Holder,
    Making,
    certified,
    num,
    seq,
    tlv,
)
from tests.peers.programs import missing

pytestmark = pytest.mark.peer
NOTE = b"e-order.example/log\n812\nZm9v\n\n\xe2\x80\x94 e-order.example/log Zm9v\n"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class People:
    """Who stamps, who vouches for them, and who should not."""

    root: Holder
    middle: Holder
    signer: Holder
    stranger_root: Holder
    stranger: Holder

    def genuine(self, **told: Any) -> Making:
        """A stamp over the note by the authority, unless told otherwise."""
        return Making(**{"data": NOTE, "signer": self.signer, "chain": [self.middle], **told})

    def by(self, signer: Holder, **told: Any) -> Making:
        """A stamp by somebody else whose certificate the same authority gave."""
        return self.genuine(signer=signer, **told)

    def given(self, name: str = "Otoritas Waktu Uji", **told: Any) -> Holder:
        """A certificate by the same authority."""
        return certified(name, self.middle, **told)


@cache
def people() -> People:
    root = certified("Akar Uji", authority=True)
    middle = certified("Perantara Uji", root, authority=True, path_length=0)
    elsewhere = certified("Akar Asing", authority=True)
    return People(
        root,
        middle,
        certified("Otoritas Waktu Uji", middle),
        elsewhere,
        certified("Otoritas Asing", elsewhere),
    )


@pytest.fixture
def openssl(tmp_path: Path) -> Callable[..., bool]:
    """Whether `openssl ts -verify` believes a stamp over the note, at the time it was made."""

    def asked(response: bytes, anchors: list[Holder]) -> bool:
        (tmp_path / "note").write_bytes(NOTE)
        (tmp_path / "said").write_bytes(response)
        (tmp_path / "ca.pem").write_bytes(b"".join(each.pem() for each in anchors))
        command = ["openssl", "ts", "-verify", "-data", "note", "-in", "said", "-CAfile", "ca.pem"]
        command += ["-attime", str(int(NOW.timestamp()))]
        try:
            ran = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=60)
        except FileNotFoundError:
            missing("openssl is not installed")
        return ran.returncode == 0

    return asked


def refusal(response: bytes, anchors: list[Holder]) -> str | None:
    """Why the verifier refuses a stamp over the note; None when it believes it."""
    try:
        VERIFY.stamp_over(response, NOTE, [each.certificate for each in anchors])
    except VERIFY.Invalid as error:
        return str(error)
    return None


GENUINE: dict[str, Callable[[People], Making]] = {
    "as it is": lambda of: of.genuine(),
    "granted with changes": lambda of: of.genuine(status=1),
    "by an RSA key": lambda of: of.by(of.given(key=rsa.generate_private_key(65537, 2048))),
    "with an accuracy, an order and a nonce": lambda of: of.genuine(
        extra_info=seq(num(1)) + b"\x01\x01\xff" + num(12345678901234567890)
    ),
    "with the name of the authority": lambda of: of.genuine(
        extra_info=tlv(0xA0, tlv(0xA4, of.signer.certificate.subject.public_bytes()))
    ),
    "with a fraction of a second": lambda of: of.genuine(time=b"20260504030201.25Z"),
    "with strangers' certificates beside it": lambda of: of.genuine(chain=[of.middle, of.stranger]),
}


@pytest.mark.parametrize("name", GENUINE)
def test_both_believe_a_genuine_stamp(openssl: Callable[..., bool], name: str) -> None:
    of = people()
    response = GENUINE[name](of).made()
    assert refusal(response, [of.root]) is None
    assert openssl(response, [of.root])
    assert refusal(response, [of.stranger_root, of.root]) is None


def flipped(signature: bytes) -> bytes:
    return signature[:-1] + bytes([signature[-1] ^ 1])


def later(info: bytes) -> bytes:
    return info.replace(b"20260504030201Z", b"20250504030201Z")


FORGED: dict[str, tuple[Callable[[People], Making], str]] = {
    "over another note": (lambda of: of.genuine(data=b"lain"), "naskah lain"),
    "an imprint cut short": (lambda of: of.genuine(imprint=b"\0" * 20), "naskah lain"),
    "an imprint of another kind": (
        lambda of: of.genuine(imprint_algorithm=SHA384, imprint=b"\0" * 48),
        "tidak memakai SHA-256",
    ),
    "refused by the authority": (lambda of: of.genuine(status=2), "menolak"),
    "signed by another key": (
        lambda of: of.genuine(key=ec.generate_private_key(ec.SECP256R1())),
        "tanda tangan otoritas pada cap waktu tidak sah",
    ),
    "a signature with a bit turned": (lambda of: of.genuine(signature=flipped), "tidak sah"),
    "a signature of other content": (lambda of: of.genuine(info=later), "bukan yang ditandatangani"),
    "the digest of other content": (
        lambda of: of.genuine(message_digest=b"\0" * 32),
        "bukan yang ditandatangani",
    ),
    "attributes of another kind of content": (lambda of: of.genuine(told_type=DATA), "atribut jenis isi"),
    "another kind of content": (lambda of: of.genuine(content_type=DATA), "bukan cap waktu"),
    "no kind of content": (lambda of: of.genuine(drop=[CONTENT_TYPE]), "tidak memuat atribut"),
    "no digest": (lambda of: of.genuine(drop=[MESSAGE_DIGEST]), "tidak memuat atribut"),
    "no binding to a certificate": (
        lambda of: of.genuine(drop=[SIGNING_CERTIFICATE_V2]),
        "tidak memuat atribut",
    ),
    "bound to another certificate": (
        lambda of: of.genuine(certificate_hash=b"\0" * 32),
        "bukan yang disebut",
    ),
    "named after another certificate": (
        lambda of: of.genuine(named=of.given("Otoritas Lain").certificate),
        "bukan yang disebut",
    ),
    "the name of another authority": (
        lambda of: of.genuine(
            extra_info=tlv(0xA0, tlv(0xA4, of.stranger.certificate.subject.public_bytes()))
        ),
        "bukan yang disebut",
    ),
    "an expired certificate": (
        lambda of: of.by(of.given(end=NOW - DAY)),
        "tidak berlaku pada saat cap dibuat",
    ),
    "a certificate of the future": (
        lambda of: of.by(of.given(start=NOW + DAY)),
        "tidak berlaku pada saat cap dibuat",
    ),
    "a certificate for other things": (
        lambda of: of.by(of.given(purposes=[ExtendedKeyUsageOID.SERVER_AUTH])),
        "bukan sertifikat otoritas waktu",
    ),
    "a certificate for other things as well": (
        lambda of: of.by(
            of.given(purposes=[ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.CODE_SIGNING])
        ),
        "bukan sertifikat otoritas waktu",
    ),
    "a certificate for nothing in particular": (
        lambda of: of.by(of.given(purposes=[])),
        "bukan sertifikat otoritas waktu",
    ),
    "a purpose that is not critical": (
        lambda of: of.by(of.given(critical=False)),
        "bukan sertifikat otoritas waktu",
    ),
    "an authority's own certificate": (
        lambda of: of.by(certified("Otoritas Waktu Uji", of.middle, authority=True)),
        "bukan sertifikat otoritas waktu",
    ),
    "a stranger": (lambda of: Making(NOTE, of.stranger), "tidak bersambung"),
    "a certificate that names itself": (
        lambda of: Making(NOTE, certified("Otoritas Waktu Uji")),
        "tidak bersambung",
    ),
    "a certificate by somebody who is no authority": (
        lambda of: of.genuine(signer=certified("Palsu", of.signer), chain=[of.middle, of.signer]),
        "tidak bersambung",
    ),
    "an authority below one that may have none below": (
        lambda of: _below(of),
        "tidak bersambung",
    ),
    "an authority of the same name with another key": (
        lambda of: _namesake(of),
        "tidak bersambung",
    ),
    "a condition nobody knows": (
        lambda of: of.by(
            of.given(
                extensions=[(x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\5\0"), True)]
            )
        ),
        "bukan sertifikat otoritas waktu",
    ),
    "the chain left out": (lambda of: of.genuine(chain=[]), "tidak bersambung"),
    "the signer's certificate left out": (
        lambda of: of.genuine(certificates=[of.middle]),
        "bukan yang disebut",
    ),
    "two signers": (lambda of: of.genuine(signers=2), "byte yang tidak dikenal"),
    "a digest told twice": (lambda of: of.genuine(double=[MESSAGE_DIGEST]), "dua kali"),
    "an algorithm of another size": (
        lambda of: of.genuine(digest=SHA384, signature_algorithm=ECDSA_SHA256),
        "algoritma",
    ),
    "a day that does not exist": (
        lambda of: of.genuine(time=b"20260230030201Z"),
        "waktu pada cap waktu rusak",
    ),
}


def _below(of: People) -> Making:
    lower = certified("Perantara Bawah", of.middle, authority=True)
    return Making(NOTE, certified("Palsu", lower), [lower, of.middle])


def _namesake(of: People) -> Making:
    other = certified("Perantara Uji", of.stranger_root, authority=True)
    return Making(NOTE, certified("Otoritas Waktu Uji", other), [other])


LENIENT = {
    "attributes of another kind of content": "compares the kind with nothing",
    "no kind of content": "does not ask for it",
    "a digest told twice": "takes the first",
    "an algorithm of another size": "takes the attribute's hash and believes the algorithm's name nothing",
    "a day that does not exist": "reads the time only to print it",
    "bytes after the end": "reads the first element of a file and no further",
    "a length without end": "reads BER as well",
    "a length longer than it must be": "reads BER as well",
}
"""What openssl believes though RFC 3161, CMS or DER does not allow it, each with the reason."""


@pytest.mark.parametrize("name", FORGED)
def test_both_refuse_a_forged_stamp(openssl: Callable[..., bool], name: str) -> None:
    of = people()
    forge, sentence = FORGED[name]
    response = forge(of).made()
    told = refusal(response, [of.root])
    assert told is not None
    assert sentence in told
    assert openssl(response, [of.root]) is (name in LENIENT)


def longer(response: bytes) -> bytes:
    """The same element with a length of three bytes instead of two."""
    assert response[1] == 0x82
    return response[:1] + b"\x83\0" + response[2:]


MANGLED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "nothing": (lambda response: b"", "terpotong"),
    "cut short": (lambda response: response[:-1], "terpotong"),
    "cut in the middle": (lambda response: response[: len(response) // 2], "terpotong"),
    "bytes after the end": (lambda response: response + b"\0", "tidak dikenal"),
    "a length without end": (lambda response: b"\x30\x80" + response[4:] + b"\0\0", "DER"),
    "a length longer than it must be": (longer, "DER"),
    "a length beyond the end": (lambda response: b"\x30\x83\xff\xff\xff" + response[4:], "terpotong"),
    "the token alone": (lambda response: response[9:], "tidak berbentuk"),
    "no stamp at all": (lambda response: b"bukan cap waktu", "tidak berbentuk"),
    "too long": (lambda response: response + bytes(VERIFY.MOST_STAMP), "terlalu panjang"),
}


@pytest.mark.parametrize("name", MANGLED)
def test_both_refuse_what_is_no_der(openssl: Callable[..., bool], name: str) -> None:
    of = people()
    mangle, sentence = MANGLED[name]
    response = mangle(of.genuine().made())
    told = refusal(response, [of.root])
    assert told is not None
    assert sentence in told
    if name != "too long":  # a limit of our own
        assert openssl(response, [of.root]) is (name in LENIENT)


def test_no_bit_of_what_counts_can_be_turned() -> None:
    """Every byte of a stamp, one after another: the verifier neither breaks nor believes another time."""
    of = people()
    response = of.genuine().made()
    believed = set()
    for at in range(len(response)):
        turned = response[:at] + bytes([response[at] ^ 1]) + response[at + 1 :]
        try:
            stamp = VERIFY.stamp_over(turned, NOTE, [of.root.certificate])
        except VERIFY.Invalid:
            continue
        believed.add(at)
        assert stamp.time == NOW
    # status and list of digests are not signed; of the middle certificate's signature, which ends in a zero bit or
    # not, the parser lets one say that the last bit is unused
    assert len(believed) <= 15


def test_certificates_knotted_into_rings_do_not_hold_the_verifier_up() -> None:
    of = people()
    key = of.middle.key
    ring = [certified("Perantara Uji", authority=True, key=key, serial=serial) for serial in range(2, 21)]
    signer = certified("Otoritas Waktu Uji", ring[0])
    told = refusal(Making(NOTE, signer, ring).made(), [of.stranger_root])
    assert told is not None
    assert "tidak bersambung" in told
    assert "terlalu banyak" in str(refusal(Making(NOTE, signer, [*ring, *ring]).made(), [of.root]))
